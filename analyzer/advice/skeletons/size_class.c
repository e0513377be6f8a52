/* SPDX-License-Identifier: MIT-0 */
/* An object that fits what the allocator grants, and a check that it stays so:
 * one byte more, and each block takes 16 bytes more. */
#include <stdint.h>
#include <stdlib.h>

#define CLASS_BYTES @bytes@

/* Largest members first, so that nothing is lost between them; flags as bits;
 * a number of 32 bits in place of a pointer into an array. */
struct object {
	unsigned char yours[CLASS_BYTES > 8 ? CLASS_BYTES - 8 : 1];
	uint32_t parent;
	unsigned int is_open : 1, is_used : 1, kind : 6;
};

_Static_assert(sizeof(struct object) <= (CLASS_BYTES > 12 ? CLASS_BYTES : 12),
	       "struct object is larger than what one block holds");

/* A buffer of any size: ask for all that will be granted. */
char *buffer_new(size_t wanted, size_t *capacity)
{
	*capacity = wanted <= 24 ? 24 : (wanted + 7) / 16 * 16 + 8;
	return *capacity < wanted ? NULL : malloc(*capacity);
}

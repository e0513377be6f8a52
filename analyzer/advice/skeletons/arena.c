/* SPDX-License-Identifier: MIT-0 */
/* A region: blocks are handed out one behind another, all go at once. */
#include <stddef.h>
#include <stdlib.h>

#define ARENA_BYTES @bytes@ /* as much as the largest round took */

union spill { /* what did not fit: blocks of their own */
	union spill *next;
	max_align_t align;
};

struct arena {
	unsigned char *start; /* kept from round to round */
	size_t used;
	union spill *spills;
};

void *arena_get(struct arena *a, size_t size)
{
	const size_t align = _Alignof(max_align_t);
	size_t bytes = (size + align - 1) / align * align;
	union spill *spill;

	if (!a->start)
		a->start = malloc(ARENA_BYTES);
	if (a->start && bytes >= size && bytes <= ARENA_BYTES - a->used) {
		a->used += bytes;
		return a->start + a->used - bytes;
	}
	if (bytes < size || !(spill = malloc(sizeof(*spill) + bytes)))
		return NULL;
	spill->next = a->spills;
	a->spills = spill;
	return spill + 1;
}

/* At the end of the round, in place of each free(). */
void arena_reset(struct arena *a)
{
	for (union spill *s = a->spills, *next; s; s = next) {
		next = s->next;
		free(s);
	}
	a->spills = NULL;
	a->used = 0;
}

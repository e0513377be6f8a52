/* SPDX-License-Identifier: MIT-0 */
/* One buffer, kept from one round to the next unless it has grown large: few
 * rounds need much more than the others. */
#include <stdlib.h>

#define KEPT_BYTES @bytes@ /* 99 of 100 rounds need no more */

struct buffer {
	char *data;
	size_t capacity;
};

/* At least `size` bytes, whatever they held; NULL if there is no memory. */
char *buffer_get(struct buffer *b, size_t size)
{
	size_t capacity = size > KEPT_BYTES ? size : KEPT_BYTES;
	char *data;

	if (size <= b->capacity)
		return b->data;
	data = malloc(capacity);
	if (!data)
		return NULL;
	free(b->data);
	b->data = data;
	b->capacity = capacity;
	return data;
}

/* In place of free(). */
void buffer_done(struct buffer *b)
{
	if (b->capacity <= KEPT_BYTES)
		return;
	free(b->data);
	b->data = NULL;
	b->capacity = 0;
}

/* SPDX-License-Identifier: MIT-0 */
/* Grow by a factor: n steps of one size copy n * n / 2 of them in all, steps
 * of half as much again no more than three times the end. */
#include <stdint.h>
#include <stdlib.h>

#define FIRST_BYTES @bytes@ /* nine in ten need no more */

struct buffer {
	char *data;
	size_t len, capacity;
};

/* Room for `more` bytes behind what is there. Returns 0, or -1. */
int buffer_grow(struct buffer *b, size_t more)
{
	size_t capacity = b->capacity;
	char *data;

	if (more <= b->capacity - b->len)
		return 0;
	if (more > SIZE_MAX / 2 - b->len || capacity > SIZE_MAX / 2)
		return -1;
	capacity += capacity / 2;
	if (capacity < FIRST_BYTES)
		capacity = FIRST_BYTES;
	if (capacity < b->len + more)
		capacity = b->len + more;
	data = realloc(b->data, capacity);
	if (!data)
		return -1;
	b->data = data;
	b->capacity = capacity;
	return 0;
}

/* SPDX-License-Identifier: MIT-0 */
/* Nine in ten need no more than FIRST_BYTES: ask for that at once. */
#include <stdint.h>
#include <stdlib.h>

#define FIRST_BYTES @bytes@

struct buffer {
	char *data;
	size_t len, capacity;
};

/* Room for `more` bytes behind what is there. Returns 0, or -1. */
int buffer_reserve(struct buffer *b, size_t more)
{
	size_t capacity = b->capacity ? b->capacity : FIRST_BYTES;
	char *data;

	if (more <= b->capacity - b->len)
		return 0;
	while (capacity - b->len < more) {
		if (capacity > SIZE_MAX / 2)
			return -1;
		capacity *= 2; /* the one in ten */
	}
	data = realloc(b->data, capacity);
	if (!data)
		return -1;
	b->data = data;
	b->capacity = capacity;
	return 0;
}

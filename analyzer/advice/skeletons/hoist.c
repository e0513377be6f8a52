/* SPDX-License-Identifier: MIT-0 */
/* One buffer, kept from one round to the next. */
#include <stdlib.h>

#define FIRST_BYTES @bytes@ /* 99 of 100 rounds need no more */

struct buffer {
	char *data;
	size_t capacity;
};

/* At least `size` bytes, whatever they held; NULL if there is no memory. */
char *buffer_get(struct buffer *b, size_t size)
{
	size_t capacity = size > FIRST_BYTES ? size : FIRST_BYTES;
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

int work(const size_t *sizes, size_t rounds)
{
	struct buffer buffer = { NULL, 0 }; /* before the loop */
	int ret = 0;

	for (size_t i = 0; i < rounds && !ret; i++) {
		char *data = buffer_get(&buffer, sizes[i]);

		ret = data ? 0 : -1; /* in place of malloc ... free */
	}
	free(buffer.data);
	return ret;
}

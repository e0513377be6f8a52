/* SPDX-License-Identifier: MIT */
/*
 * Work for advise.sh: a buffer that could be kept (round_trip), objects that
 * come and go in batches (batches), many small ones that stay (cell), a block
 * that grows by a fixed size (append), all through one wrapper.
 */
#include <stdlib.h>
#include <string.h>

#define KEEP __attribute__((noinline, noclone))

static volatile unsigned char sink;

KEEP void *xmalloc(size_t size)
{
	void *block = malloc(size);

	if (!block)
		abort();
	*(volatile char *)block = 1;
	return block;
}

KEEP void round_trip(size_t size)
{
	unsigned char *buffer = xmalloc(size);

	memset(buffer, 1, size);
	sink = buffer[size / 2];
	free(buffer);
}

static void *objects[256];

KEEP void batches(int round)
{
	int some = 40 + round * 7 % 60;

	for (int i = 0; i < some; i++)
		free(objects[i]);
	for (int i = 0; i < some; i++)
		objects[i] = xmalloc(200);
}

struct cell {
	struct cell *next;
	long value;
};

KEEP struct cell *cell(struct cell *next)
{
	struct cell *c = xmalloc(sizeof(*c));

	c->next = next;
	return c;
}

KEEP void append(size_t steps)
{
	char *text = NULL;

	for (size_t i = 1; i <= steps; i++) {
		text = realloc(text, i * 100);
		if (!text)
			abort();
		memset(text + i * 100 - 100, 2, 100);
	}
	sink = (unsigned char)text[steps];
	free(text);
}

int main(void)
{
	struct cell *cells = NULL;

	for (int round = 0; round < 20000; round++) {
		round_trip((size_t)(3000 + round % 64));
		if (round % 8 == 0)
			batches(round);
		for (int i = 0; i < 100 && round < 300; i++)
			cells = cell(cells);
		if (round % 40 == 0)
			append(20 + (size_t)round % 7);
	}
	return cells == NULL;
}

/* SPDX-License-Identifier: MIT */
/*
 * A picture viewer's cache of thumbnails: 2,500 at most, the oldest goes first.
 * It is full after a tenth of the run and is not emptied at exit. 39,900 calls
 * of 260 bytes, turnover 16; slope 0 in the last half.
 *
 * near: leak live count rising in the last half: flat, a FIFO cache
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 2500
#define SIDE 16

struct thumbnail {
	unsigned picture;
	unsigned char pixel[SIDE * SIDE];
};

static struct thumbnail *cache[MOST];
static unsigned next;

static void *xmalloc(size_t size)
{
	void *block = malloc(size);

	if (!block) {
		perror("viewer");
		exit(1);
	}
	return block;
}

static void shrink(unsigned char *pixel, unsigned picture)
{
	for (int y = 0; y < SIDE; y++)
		for (int x = 0; x < SIDE; x++) {
			unsigned sum = 0;

			for (int k = 0; k < 4; k++)
				sum += (picture * (x * 4 + k) + y * 29) >> k &
				       255;
			pixel[y * SIDE + x] = sum / 4;
		}
}

static struct thumbnail *make_thumbnail(unsigned picture)
{
	struct thumbnail *t = xmalloc(sizeof(*t));

	t->picture = picture;
	shrink(t->pixel, picture);
	return t;
}

static void keep(struct thumbnail *t)
{
	struct thumbnail **slot = &cache[next++ % MOST];

	if (*slot)
		free(*slot);
	*slot = t;
}

static struct thumbnail *view(unsigned picture)
{
	struct thumbnail *t;

	for (unsigned back = 1; back <= 8; back++) {
		t = cache[(next - back) % MOST];
		if (t && t->picture == picture)
			return t;
	}
	t = make_thumbnail(picture);
	keep(t);
	return t;
}

int main(void)
{
	unsigned seed = 12, sum = 0, at = 0;

	for (int i = 0; i < 60000; i++) {
		seed = seed * 1664525u + 1013904223u;
		at += (seed >> 28) < 6 ? -1 : 2;
		sum = sum * 31 + view(at)->pixel[seed % (SIDE * SIDE)];
	}
	printf("%08x of %u\n", sum, next);
	return 0;
}

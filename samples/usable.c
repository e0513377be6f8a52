/* SPDX-License-Identifier: MIT */
/*
 * malloc_usable_size of a block of every kind, and writing all of it: 6 kinds
 * in 20 sizes (1, 8, 27, 64, ... cubes), each freed before the next.
 * expect total allocations=120 frees=120 temporary=120 bytes_allocated=264600
 * expect total leaked_blocks=0
 */
#define _GNU_SOURCE
#include <malloc.h>
#include "sample.h"

static SITE void *allocate(int kind, size_t bytes)
{
	void *p = NULL;

	switch (kind) {
	case 0: return malloc(bytes);
	case 1: return calloc(1, bytes);
	case 2: return realloc(NULL, bytes);
	case 3: return memalign(32, bytes);
	case 4: return aligned_alloc(32, bytes);
	default: return posix_memalign(&p, 32, bytes) ? NULL : p;
	}
}

int main(void)
{
	unsigned long usable = 0;

	for (size_t i = 1; i <= 20; i++)
		for (int kind = 0; kind < 6; kind++) {
			char *p = keep(allocate(kind, i * i * i));
			size_t n = malloc_usable_size(p);

			if (n < i * i * i)
				say("too small\n");
			memset(p, 0xff, n);
			keep(p);
			usable += n;
			free(p);
		}
	say_number("usable", usable);
	return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * A program with a malloc of its own, which the loader prefers to any other:
 * 100 calls that cannot be seen. The program runs as ever; the dump is whole
 * and has none of them.
 * expect total allocations=0 frees=0
 */
#include "sample.h"

static char region[1 << 20] __attribute__((aligned(16)));
static size_t used;
static unsigned long calls;

void *malloc(size_t bytes)
{
	void *p = region + used;

	calls++;
	used += (bytes + 15) & ~15ul;
	return used <= sizeof(region) ? p : NULL;
}

void free(void *block)
{
	(void)block;
}

void *calloc(size_t count, size_t bytes)
{
	return malloc(count * bytes);
}

void *realloc(void *block, size_t bytes)
{
	void *moved = malloc(bytes);

	return block && moved ? memcpy(moved, block, bytes) : moved;
}

int main(void)
{
	unsigned long before = calls;

	for (int i = 0; i < 100; i++)
		free(keep(malloc(100)));
	say_number("calls", calls - before);
	return 0;
}

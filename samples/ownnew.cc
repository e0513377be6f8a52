/* SPDX-License-Identifier: MIT */
/*
 * A program with an operator new of its own, which keeps a count and takes its
 * memory from malloc: its 100 calls reach its own operator, and heapwise finds
 * 100 blocks of 24 + 8 bytes.
 * expect site make allocations=100 bytes_allocated=3200 leaked_bytes=0
 */
#include <new>
#include "sample.h"

static unsigned long news, deletes;

void *operator new(size_t bytes)
{
	long *p = (long *)malloc(bytes + 8);

	news++;
	*p = (long)bytes;
	return p + 1;
}

void operator delete(void *p) noexcept
{
	deletes++;
	if (p)
		free((long *)p - 1);
}

void operator delete(void *p, size_t) noexcept
{
	operator delete(p);
}

struct thing {
	char bytes[24];
};

extern "C" SITE void make(void)
{
	delete (thing *)keep(new thing);
}

int main()
{
	for (int i = 0; i < 100; i++)
		make();
	say_number("news", news);
	say_number("deletes", deletes);
	return 0;
}

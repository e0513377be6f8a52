/* SPDX-License-Identifier: MIT */
/*
 * Calls that fail allocate nothing and set errno as libc does; calls of size 0
 * return a block. Only malloc(0), calloc(0, 8) and calloc(8, 0) count.
 * expect total allocations=3 frees=3 bytes_allocated=0 peak_bytes=0
 * expect total leaked_blocks=0
 */
#define _GNU_SOURCE
#include <errno.h>
#include <malloc.h>
#include "sample.h"

static volatile size_t huge = (size_t)-1;

static void failed(const char *name, void *p)
{
	say_number(name, p == NULL ? (unsigned long)errno : 0);
	errno = 0;
}

static void no_memory(void)
{
	errno = 0;
	failed("malloc", malloc(huge));
	failed("malloc", malloc(huge / 2 + 1));
	failed("calloc", calloc(huge / 2, 4));
	failed("calloc", calloc(huge, 1));
	failed("realloc", realloc(NULL, huge));
	failed("reallocarray", reallocarray(NULL, huge, 2));
	failed("aligned_alloc", aligned_alloc(64, huge & ~63ul));
	failed("memalign", memalign(64, huge));
	failed("valloc", valloc(huge));
	failed("pvalloc", pvalloc(huge));
}

int main(void)
{
	void *p = (void *)0x1234;

	no_memory();
	say_number("EINVAL", (unsigned long)posix_memalign(&p, 3, 10));
	say_number("untouched", p == (void *)0x1234);
	say_number("ENOMEM", (unsigned long)posix_memalign(&p, 64, huge));
	say_number("untouched", p == (void *)0x1234);
	errno = 0;
	free(keep(malloc(0)));
	free(keep(calloc(0, 8)));
	free(keep(calloc(8, 0)));
	free(NULL);
	say_number("errno", (unsigned long)errno);
	say_number("usable", malloc_usable_size(NULL));
	return 0;
}

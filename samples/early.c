/* SPDX-License-Identifier: MIT */
/*
 * Allocations before anyone's constructor and after everyone's destructor. In
 * the executable's preinit_array, the first to run: realloc(NULL, 100),
 * memalign, posix_memalign, aligned_alloc, calloc, 100 bytes each; the last
 * three are freed by a destructor. 5 * 100 bytes, and 1 * 1,000 by an atexit
 * handler. Recording starts when libc knows its environment, which is after
 * preinit_array: those 5 are counted as early, their frees as foreign.
 * expect total allocations=1 frees=0 bytes_allocated=1000
 * expect total leaked_bytes=1000 leaked_blocks=1
 * expect lost early_events
 * expect stat early_events=5
 * expect stat foreign_frees=3
 */
#define _GNU_SOURCE
#include <malloc.h>
#include "sample.h"

static void *blocks[5];

static SITE void first(int argc, char **argv, char **environment)
{
	(void)argc, (void)argv, (void)environment;
	blocks[0] = realloc(NULL, 100);
	blocks[1] = memalign(64, 100);
	if (posix_memalign(&blocks[2], 64, 100))
		_exit(1);
	blocks[3] = aligned_alloc(4, 100);
	blocks[4] = calloc(1, 100);
}
__attribute__((section(".preinit_array"), used)) static void (*const run)(
	int, char **, char **) = first;

static SITE void at_exit(void)
{
	keep(malloc(1000));
}

__attribute__((destructor)) static void last(void)
{
	for (int i = 2; i < 5; i++)
		free(blocks[i]);
}

int main(void)
{
	atexit(at_exit);
	say_number("aligned", (unsigned long)blocks[1] % 64 == 0 &&
			      (unsigned long)blocks[2] % 64 == 0);
	say_number("usable", malloc_usable_size(blocks[0]) >= 100);
	return 0;
}

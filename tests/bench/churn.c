/* SPDX-License-Identifier: MIT */
/*
 * churn PAIRS [BYTES]: malloc and free at once, at stacks of 7 frames: _start,
 * two of libc's, main, outer, middle, and one of four that allocate; 16, 48, 128
 * and 256 bytes in turn, or BYTES. The allocator's fastest path, so what a
 * profiler adds stands out.
 */
#include "tests/bench/work.h"

static size_t bytes[4] = { 16, 48, 128, 256 };

#define LEAF(i)                                                                \
	static FRAME void leaf_##i(void)                                       \
	{                                                                      \
		free(use(malloc(bytes[i])));                                   \
		keep_frame();                                                  \
	}
LEAF(0)
LEAF(1)
LEAF(2)
LEAF(3)

static FRAME void middle(long i)
{
	static void (*const leaves[])(void) = { leaf_0, leaf_1, leaf_2,
						leaf_3 };

	leaves[i & 3]();
	keep_frame();
}

static FRAME void outer(long i)
{
	middle(i);
	keep_frame();
}

int main(int argc, char **argv)
{
	long pairs = argument(argc, argv, 5000000);

	for (int i = 0; argc > 2 && i < 4; i++)
		bytes[i] = strtoul(argv[2], NULL, 0);
	for (long i = 0; i < pairs; i++)
		outer(i);
	return 0;
}

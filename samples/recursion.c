/* SPDX-License-Identifier: MIT */
/*
 * A recursive function that allocates 16 bytes at every depth up to 50 (or
 * argv[1]), and frees on the way back: 50 stacks, one function. Deeper than
 * the recorder follows (512 frames), the leafmost frames are kept and the
 * stack is counted as truncated; nothing is lost.
 * expect total allocations=50 frees=50 bytes_allocated=800 peak_bytes=800
 * expect site descend allocations=50
 * run 100000
 * expect total allocations=100000 frees=100000 bytes_allocated=1600000
 * expect lost truncated_stacks
 * expect total peak_bytes=1600000 leaked_bytes=0
 * expect site descend allocations=100000 bytes_allocated=1600000
 */
#include <sys/resource.h>
#include "sample.h"

static SITE long descend(long depth)
{
	void *p = keep(malloc(16));
	long below = depth > 1 ? descend(depth - 1) : 0;

	free(p);
	return below + 1;
}

int main(int argc, char **argv)
{
	long depth = argument(argc, argv, 50);
	struct rlimit stack;

	getrlimit(RLIMIT_STACK, &stack);
	if (depth > 1000 && stack.rlim_cur < (64ul << 20)) {
		stack.rlim_cur = 64ul << 20;
		if (setrlimit(RLIMIT_STACK, &stack))
			return 77;
	}
	say_number("depth", (unsigned long)descend(depth));
	return 0;
}

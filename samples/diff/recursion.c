/* SPDX-License-Identifier: MIT */
/*
 * A recursion that goes 40 levels deep in place of 20, with a block at each.
 * What the first 20 levels allocate has not changed.
 * expect descend any allocations=2000:4000 bytes_allocated=128000:256000
 */
#include "../sample.h"

#ifdef OLD
#define DEPTH 20
#else
#define DEPTH 40
#endif

static SITE int descend(int depth)
{
	void *p;

	if (depth == 0)
		return 0;
	p = keep(malloc(64));
	depth = descend(depth - 1);
	free(p);
	return depth;
}

static SITE void *beside(void) { return keep(malloc(32)); }

int main(void)
{
	for (int i = 0; i < 100; i++) {
		descend(DEPTH);
		free(beside());
	}
	return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * deep PAIRS: recursion as a parser's or a tree walk's: down to a depth of 60
 * to 200 frames, a block every 8 frames that lives while its frame does, and 24
 * short-lived blocks between the bottom and 24 frames above it.
 */
#include "tests/bench/work.h"

#define EVERY 8
#define BOTTOM 24
#define LEAST 60
#define MOST 200

static long pairs_left;

static FRAME void descend(int depth, int bottom)
{
	void *own = NULL;

	if (depth % EVERY == 0) {
		own = use(malloc((size_t)depth * 4 + 16));
		pairs_left--;
	}
	if (depth < bottom)
		descend(depth + 1, bottom);
	if (bottom - depth < BOTTOM) {
		free(use(malloc((size_t)(depth & 7) * 16 + 16)));
		pairs_left--;
	}
	free(own);
	keep_frame();
}

int main(int argc, char **argv)
{
	uint64_t random = 88172645463325252;

	pairs_left = argument(argc, argv, 400000);
	while (pairs_left > 0)
		descend(1, LEAST + (int)(next_random(&random) % (MOST - LEAST)));
	return 0;
}

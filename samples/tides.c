/* SPDX-License-Identifier: MIT */
/*
 * A heap that rises and falls, with silences of 150 ms: 100 blocks of 10,000
 * bytes; 200 more; these 200 go; 90 of the first go. Before that, 1,000 blocks
 * of 24 bytes that live for no time and 20 of 50 bytes that live 20 ms, so that
 * sizes and lifetimes have their places in histograms.
 * expect total allocations=1320 frees=1310 bytes_allocated=3025000
 * expect total peak_bytes=3000000 leaked_blocks=10 leaked_bytes=100000
 * expect site flood allocations=300 peak_bytes=3000000
 * expect site spray allocations=1000 temporary=1000
 * expect site float_up allocations=20 frees=20
 */
#include <time.h>
#include "sample.h"

#define FIRST 100
#define ALL 300

static void *blocks[ALL];

static void rest(long milliseconds)
{
	struct timespec time = { 0, milliseconds * 1000000 };

	while (nanosleep(&time, &time))
		;
}

static SITE void flood(int from, int to)
{
	for (int i = from; i < to; i++)
		blocks[i] = keep(malloc(10000));
}

static void ebb(int from, int to)
{
	for (int i = from; i < to; i++)
		free(blocks[i]);
}

static SITE void spray(void)
{
	for (int i = 0; i < 1000; i++)
		free(keep(malloc(24)));
}

static SITE void float_up(void)
{
	for (int i = 0; i < 20; i++)
		blocks[i] = keep(malloc(50));
}

int main(void)
{
	spray();
	float_up();
	rest(20);
	ebb(0, 20);
	flood(0, FIRST);
	rest(150);
	flood(FIRST, ALL);
	rest(150);
	ebb(FIRST, ALL);
	rest(150);
	ebb(10, FIRST);
	return 0;
}

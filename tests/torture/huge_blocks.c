/* SPDX-License-Identifier: MIT */
/*
 * Sizes that 32 bits do not hold: blocks of 5 and 9 GiB, of which hardly anything
 * is touched, one block of 5 GiB that grows to 6, and ten of 100 MB.
 * expect site larger allocations=2 bytes_allocated=15032385536
 * expect site grows allocations=2 bytes_allocated=11811160064
 * expect site many allocations=10 bytes_allocated=1000000000 leaked_blocks=0
 * expect total peak_bytes=15032385536 leaked_bytes=0
 */
#include "samples/sample.h"

static SITE void larger(void)
{
	char *five = keep(malloc(5ul << 30)), *nine = keep(malloc(9ul << 30));

	if (!five || !nine)
		_exit(77);
	five[0] = five[(5ul << 30) - 1] = 1;
	free(five);
	free(nine);
}

static SITE void grows(void)
{
	char *p = keep(malloc(5ul << 30));

	p = keep(realloc(p, 6ul << 30));
	p[(6ul << 30) - 1] = 1;
	free(p);
}

static SITE void many(void)
{
	void *blocks[10];

	for (int i = 0; i < 10; i++)
		blocks[i] = keep(malloc(100000000));
	for (int i = 0; i < 10; i++)
		free(blocks[i]);
}

int main(void)
{
	larger();
	grows();
	many();
	say("done\n");
	return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * Work for advise.sh: two sites that take turns, each of which could have a
 * pool. 200 blocks of 200 bytes, all freed, then 50 of 1,000: pools hold 90,000
 * bytes, where an allocator needs 50,000.
 */
#include <stdlib.h>

#define KEEP __attribute__((noinline, noclone))

static void *blocks[200];

KEEP void letters(void)
{
	for (int i = 0; i < 200; i++)
		blocks[i] = malloc(200);
}

KEEP void parcels(void)
{
	for (int i = 0; i < 50; i++)
		blocks[i] = malloc(1000);
}

KEEP void deliver(int count)
{
	for (int i = 0; i < count; i++)
		free(blocks[i]);
}

int main(void)
{
	for (int round = 0; round < 500; round++) {
		letters();
		deliver(200);
		parcels();
		deliver(50);
	}
	return 0;
}

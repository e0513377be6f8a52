/* SPDX-License-Identifier: MIT */
/*
 * A block of 64 bytes, allocated and freed at once, 1,000 times (or argv[1]).
 * expect total allocations=1000 frees=1000 bytes_allocated=64000
 * expect total peak_bytes=64 leaked_bytes=0 leaked_blocks=0 temporary=1000
 * expect site churn allocations=1000 bytes_allocated=64000 temporary=1000
 * expect site churn peak_bytes=64 leaked_bytes=0
 * run 100000
 * expect total allocations=100000 frees=100000 bytes_allocated=6400000
 * expect total peak_bytes=64 leaked_bytes=0 temporary=100000
 * run 0
 * expect total allocations=0 frees=0 bytes_allocated=0 peak_bytes=0
 * run 1
 * expect total allocations=1 frees=1 bytes_allocated=64 peak_bytes=64
 */
#include "sample.h"

static SITE void churn(long count)
{
	for (long i = 0; i < count; i++)
		free(keep(malloc(64)));
}

int main(int argc, char **argv)
{
	churn(argument(argc, argv, 1000));
	say("churned\n");
	return 0;
}

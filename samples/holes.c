/* SPDX-License-Identifier: MIT */
/*
 * A program at a fixed address whose segments leave holes between them (the
 * Makefile links it so), which the loader therefore knows by segments only:
 * 1,000 blocks of 13 bytes (or argv[1]), freed at once. All frames are known.
 * expect total allocations=1000 frees=1000 bytes_allocated=13000
 * expect site work allocations=1000
 * expect site main allocations=1000
 */
#include "sample.h"

static SITE void work(long count)
{
	while (count--)
		free(keep(malloc(13)));
}

int main(int argc, char **argv)
{
	work(argument(argc, argv, 1000));
	say("worked\n");
	return 0;
}

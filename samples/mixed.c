/* SPDX-License-Identifier: MIT */
/*
 * For sampling: one site, 20,000 blocks (or argv[1] thousands) from 0 bytes to
 * 8 MiB mixed, each freed when the next one stands. Of every 1,000 one has
 * 8 MiB, one 0 bytes, 8 have 600,000, 50 have 64 KiB, 140 have 4,000, 200 have
 * 1,200 to 1,399, 200 have 200, 400 have 16 to 79 bytes; 17,344,308 together.
 * expect site mix allocations=20000 bytes_allocated=346886160
 * expect total allocations=20000 bytes_allocated=346886160 leaked_blocks=0
 */
#include "sample.h"

static size_t size_of(size_t place)
{
	if (place < 2)
		return place ? 0 : 8 << 20;
	if (place < 10)
		return 600000;
	if (place < 60)
		return 64 << 10;
	if (place < 200)
		return 4000;
	if (place < 400)
		return 1000 + place;
	return place < 600 ? 200 : 16 + place % 64;
}

static SITE void *mix(size_t i)
{
	return keep(malloc(size_of(i * 619 % 1000)));
}

int main(int argc, char **argv)
{
	size_t count = (size_t)argument(argc, argv, 20) * 1000;
	void *previous = NULL;
	size_t bytes = 0;

	for (size_t i = 0; i < count; i++) {
		void *p = mix(i);

		bytes += size_of(i * 619 % 1000);
		free(previous);
		previous = p;
	}
	free(previous);
	say_number("bytes", bytes);
	return 0;
}

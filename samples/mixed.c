/* SPDX-License-Identifier: MIT */
/*
 * mixed: for sampling. One site, 3,000 blocks from 0 bytes to 8 MiB mixed: of
 * every 30 blocks, 12 of i % 64 bytes (0 among them), 12 of 1,000 + i, 4 of
 * 64 KiB, 1 of 600,000 bytes and 1 of 8 MiB. Every other block is freed by the
 * next round, so that two large ones never live together.
 * expect site mix allocations=3000 bytes_allocated=928115632
 * expect total allocations=3000 bytes_allocated=928115632
 */
#include "sample.h"

static size_t size_of(size_t i)
{
	size_t place = i % 30;

	if (place < 12)
		return i % 64;
	if (place < 24)
		return 1000 + i;
	if (place < 28)
		return 64 << 10;
	return place == 28 ? 600000 : 8 << 20;
}

static SITE void *mix(size_t i)
{
	return keep(malloc(size_of(i)));
}

int main(int argc, char **argv)
{
	void *previous = NULL;
	size_t bytes = 0;

	for (size_t i = 0; i < 3000; i++) {
		void *p = mix(i);

		bytes += size_of(i);
		free(previous);
		previous = p;
	}
	free(previous);
	(void)argv;
	if (argc > 1)
		say_number("bytes", bytes);
	return 0;
}

/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/bytes_clock.h"

#include <stdlib.h>

#include "analyzer/memory.h"

void bytes_clock_release(struct bytes_clock *clock)
{
	for (size_t i = 0; i < BYTES_CLOCK_LEVELS; i++)
		free(clock->levels[i]);
	*clock = (struct bytes_clock){ 0 };
}

/* A level begins at its second mark; the first is the level's below, and the
 * thread's first allocation there: it may have the number 1. */
static void add_level(struct bytes_clock *clock, unsigned int l, uint64_t bytes)
{
	clock->levels[l] = xcalloc(BYTES_CLOCK_KEPT, sizeof(uint64_t));
	clock->levels[l][0] = l > 0 ? clock->levels[l - 1][0] : bytes;
}

void bytes_clock_add_level(struct bytes_clock *clock, uint32_t sequence,
			   uint64_t bytes)
{
	for (unsigned int l = 0; l < BYTES_CLOCK_LEVELS; l++) {
		if (!clock->levels[l])
			add_level(clock, l, bytes);
		clock->levels[l][(sequence >> l) % BYTES_CLOCK_KEPT] = bytes;
		if (sequence == 0 || sequence & (1u << l))
			break;
	}
}

uint64_t bytes_clock_at(const struct bytes_clock *clock, uint32_t sequence,
			uint32_t now)
{
	uint32_t distance = now - sequence;
	unsigned int l = 0;

	while (l + 1 < BYTES_CLOCK_LEVELS &&
	       distance >> l >= BYTES_CLOCK_KEPT - 1)
		l++;
	if (!clock->levels[l])
		return 0;
	return clock->levels[l][(sequence >> l) % BYTES_CLOCK_KEPT];
}

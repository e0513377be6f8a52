/* SPDX-License-Identifier: MIT */
/*
 * How many bytes had been allocated when a thread made its n-th allocation: the
 * clock that tells a block's age in bytes. What is long ago is known less
 * exactly: to a 31st of the allocations since. 512 bytes a thread, and as much
 * again for each doubling of its allocations past 64. One thread.
 */
#ifndef ANALYZER_ADVICE_BYTES_CLOCK_H
#define ANALYZER_ADVICE_BYTES_CLOCK_H

#include <stddef.h>
#include <stdint.h>

#define BYTES_CLOCK_KEPT 64
#define BYTES_CLOCK_LEVELS 26

struct bytes_clock {
	/* Level l keeps each 2^l-th allocation's. */
	uint64_t *levels[BYTES_CLOCK_LEVELS];
};

void bytes_clock_release(struct bytes_clock *clock);

void bytes_clock_add_level(struct bytes_clock *clock, uint32_t sequence,
			   uint64_t bytes);

/* The thread's allocation `sequence` is made when `bytes` are. */
static inline void bytes_clock_add(struct bytes_clock *clock, uint32_t sequence,
				   uint64_t bytes)
{
	if (sequence & 1 && clock->levels[0])
		clock->levels[0][sequence % BYTES_CLOCK_KEPT] = bytes;
	else
		bytes_clock_add_level(clock, sequence, bytes);
}
/* That of an earlier one, when `now` is the latest. */
uint64_t bytes_clock_at(const struct bytes_clock *clock, uint32_t sequence,
			uint32_t now);

#endif

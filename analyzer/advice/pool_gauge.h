/* SPDX-License-Identifier: MIT */
/*
 * What lies idle in pools under one cap: blocks and bytes now, at most, in the
 * mean over time, and the most that the whole heap takes with them. Integrals
 * are exact: 128 bits. One thread.
 */
#ifndef ANALYZER_ADVICE_POOL_GAUGE_H
#define ANALYZER_ADVICE_POOL_GAUGE_H

#include "analyzer/advice/pool_caps.h"

#include <stdbool.h>

struct pool_idle {
	double peak, mean, end;
};

/* What a pool did, under one cap. */
struct pool_figures {
	uint64_t hits; /* allocations that it served */
	/* Calls of the allocator that were not made: a hit's allocation, and
	 * the free before it. What is never used again has saved nothing. */
	uint64_t calls_saved;
	struct pool_idle idle_blocks, idle_bytes;
	double peak_bytes; /* of the heap with it: live, unused in it, idle */
};

/* Sizes are below 2^63: larger ones would take longer to convert. */
static inline double pool_bytes(uint64_t bytes)
{
	return (double)(int64_t)bytes;
}

/* When all began, and when figures are asked for: ticks. */
struct pool_span {
	uint64_t first, last;
};

/* Zeroed at first. Doubles hold whole numbers. */
struct pool_gauge {
	int64_t hits;
	double blocks, bytes;
	double peak_blocks, peak_bytes;
	double heap_peak_bytes;
	/* Of the changes, see .c. Of ticks that no clock shows they wrap. */
	unsigned __int128 block_ticks, byte_ticks;
};

/* `blocks` may be negative; `bytes` is one block's. Ticks may step back. */
void pool_gauge_change(struct pool_gauge *gauge, uint64_t tick, int64_t blocks,
		       uint64_t bytes);
/* The heap without what is idle has, or had since the last change, that many
 * bytes. */
static inline void pool_gauge_heap(struct pool_gauge *gauge, double heap_bytes)
{
	if (heap_bytes + gauge->bytes > gauge->heap_peak_bytes)
		gauge->heap_peak_bytes = heap_bytes + gauge->bytes;
}
void pool_gauge_figures(const struct pool_gauge *gauge, struct pool_span span,
			struct pool_figures *figures);

/* The mean over a span of what changed so often, from nothing: the sum of the
 * changes, and of each change times its tick. */
double pool_gauge_mean(__int128 changes, unsigned __int128 change_ticks,
		       struct pool_span span);
/* Sets hits and calls_saved; of less than none: 0. */
void pool_figures_set_hits(struct pool_figures *figures, int64_t hits);

#endif

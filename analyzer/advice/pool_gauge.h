/* SPDX-License-Identifier: MIT */
/*
 * What lies idle in pools: blocks and bytes now, at most, in the mean over
 * time, and the most that the whole heap takes with them. A pool_gauge is for
 * one cap, a pool_board for all caps at once, where a change concerns those
 * from some cap on. Integrals are exact: 128 bits. One thread.
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
	/* Calls of the allocator that were not made: a hit each, and a free
	 * each for the hits and for what is idle in the end. */
	uint64_t calls_saved;
	struct pool_idle idle_blocks, idle_bytes;
	double peak_bytes; /* of the heap with it: live, unused in it, idle */
};

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
	__int128 block_ticks, byte_ticks; /* of the changes, see .c */
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

/* A change concerns the caps from one on; these sums are by that one. */
struct pool_board_sums {
	__int128 blocks, block_ticks, byte_ticks;
	uint64_t pops; /* POOL_CAPS: of none */
};

/* Zeroed at first, but for `mixed`. */
struct pool_board {
	/* By cap. Doubles hold whole numbers. */
	double bytes[POOL_CAPS], peak_bytes[POOL_CAPS];
	double heap_peak_bytes[POOL_CAPS];
	double blocks[POOL_CAPS], peak_blocks[POOL_CAPS]; /* if mixed */
	struct pool_board_sums sums[POOL_CAPS + 1];
	uint64_t restored;
	uint64_t size; /* of a block, if not mixed */
	bool mixed;    /* blocks of several sizes */
};

/* A block was taken from, or put into, the lists from `first` on. */
void pool_board_pop(struct pool_board *board, size_t first, uint64_t tick,
		    uint64_t bytes);
void pool_board_push(struct pool_board *board, size_t first, uint64_t tick,
		     uint64_t bytes);
void pool_board_heap_slow(struct pool_board *board, double heap_bytes);
/* As pool_gauge_heap(). */
static inline void pool_board_heap(struct pool_board *board, double heap_bytes)
{
	/* No list holds more than the last, nor peaks below the first. */
	if (heap_bytes + board->bytes[POOL_CAPS - 1] >
	    board->heap_peak_bytes[0])
		pool_board_heap_slow(board, heap_bytes);
}
void pool_board_figures(const struct pool_board *board, size_t cap,
			struct pool_span span, struct pool_figures *figures);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * What lies idle in lists of all caps at once (pool_caps.h): as a pool_gauge
 * for each, at the cost of one. The objects that exist under a cap, in use or
 * idle, change only with a miss or with a free that finds no room; what is
 * served or kept concerns no maximum until then. A miss concerns the caps below
 * one, so that what was seen since waits at the lowest level, and goes up no
 * further than changes do. One thread.
 */
#ifndef ANALYZER_ADVICE_POOL_BOARD_H
#define ANALYZER_ADVICE_POOL_BOARD_H

#include "analyzer/advice/pool_gauge.h"

/* What was seen of the rest of the program. */
struct pool_view {
	double other_bytes;	/* at most: the heap but for pooled blocks */
	double live_bytes, live_blocks; /* at least: of pooled blocks */
};

/* Of one cap. Doubles hold whole numbers. */
struct pool_level {
	double made_bytes, made_blocks; /* objects: live or idle */
	/* Seen since this level changed last, but for what waits below. */
	struct pool_view seen;
	double heap_bytes, idle_bytes, idle_blocks; /* at most, but for that */
};

/* A change concerns the caps from one on; these sums are by that one. */
struct pool_sums {
	int64_t blocks; /* idle: pushed less popped */
	uint64_t pops;	/* of POOL_CAPS: missed everywhere */
	unsigned __int128 block_ticks, byte_ticks; /* the latter if mixed */
};

struct pool_board {
	struct pool_level levels[POOL_CAPS];
	struct pool_sums sums[POOL_CAPS + 1];
	double live_bytes, live_blocks; /* pooled blocks, now */
	uint64_t restored;
	uint64_t size; /* of an object, if not mixed */
	bool mixed;    /* objects of several sizes */
};

void pool_board_init(struct pool_board *board, bool mixed);

/* The heap but for what is idle has, or had since the last change, so much. */
static inline void pool_board_heap(struct pool_board *board, double heap_bytes)
{
	struct pool_view *seen = &board->levels[0].seen;

	if (heap_bytes - board->live_bytes > seen->other_bytes)
		seen->other_bytes = heap_bytes - board->live_bytes;
}

/* The levels below `first` get an object more or less; `bytes` is its size. */
void pool_board_settle(struct pool_board *board, size_t first, double blocks,
		       double bytes);

/* A block of so many bytes is allocated: lists from `first` on served it. */
static inline void pool_board_pop(struct pool_board *board, size_t first,
				  uint64_t tick, uint64_t bytes)
{
	struct pool_sums *sums = &board->sums[first];
	double size = pool_bytes(bytes);

	if (first > 0)
		pool_board_settle(board, first, 1, size);
	board->live_bytes += size;
	board->live_blocks++;
	sums->pops++;
	sums->blocks--;
	sums->block_ticks -= tick;
	if (board->mixed)
		sums->byte_ticks -= (unsigned __int128)tick * bytes;
}

/* It is freed: lists from `first` on had room. */
static inline void pool_board_push(struct pool_board *board, size_t first,
				   uint64_t tick, uint64_t bytes)
{
	struct pool_sums *sums = &board->sums[first];
	struct pool_view *seen = &board->levels[0].seen;
	double size = pool_bytes(bytes);

	if (first > 0)
		pool_board_settle(board, first, -1, -size);
	board->live_bytes -= size;
	board->live_blocks--;
	if (board->live_bytes < seen->live_bytes)
		seen->live_bytes = board->live_bytes;
	if (board->live_blocks < seen->live_blocks)
		seen->live_blocks = board->live_blocks;
	sums->blocks++;
	sums->block_ticks += tick;
	board->size = bytes;
	if (board->mixed)
		sums->byte_ticks += (unsigned __int128)tick * bytes;
}

void pool_board_figures(const struct pool_board *board, size_t cap,
			struct pool_span span, struct pool_figures *figures);

#endif

/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/pool_board.h"

#include <math.h>
#include <string.h>

static const struct pool_view nothing = { -INFINITY, INFINITY, INFINITY };

void pool_board_init(struct pool_board *board, bool mixed)
{
	memset(board, 0, sizeof(*board));
	board->mixed = mixed;
	for (size_t i = 0; i < POOL_CAPS; i++)
		board->levels[i].seen = nothing;
}

static inline double larger(double a, double b)
{
	return a > b ? a : b;
}

static inline double smaller(double a, double b)
{
	return a < b ? a : b;
}

/* What was seen both times. */
static inline void see(struct pool_view *view, const struct pool_view *more)
{
	view->other_bytes = larger(view->other_bytes, more->other_bytes);
	view->live_bytes = smaller(view->live_bytes, more->live_bytes);
	view->live_blocks = smaller(view->live_blocks, more->live_blocks);
}

/* Nothing was made or freed under this cap while that was seen. */
static inline void raise_peaks(struct pool_level *level,
			       const struct pool_view *seen)
{
	level->heap_bytes = larger(level->heap_bytes,
				   seen->other_bytes + level->made_bytes);
	level->idle_bytes = larger(level->idle_bytes,
				   level->made_bytes - seen->live_bytes);
	level->idle_blocks = larger(level->idle_blocks,
				    level->made_blocks - seen->live_blocks);
}

void pool_board_settle(struct pool_board *board, size_t first, double blocks,
		       double bytes)
{
	struct pool_view seen = nothing;

	for (size_t i = 0; i < first; i++) {
		struct pool_level *level = &board->levels[i];

		see(&seen, &level->seen);
		level->seen = nothing;
		raise_peaks(level, &seen);
		level->made_blocks += blocks;
		level->made_bytes += bytes;
	}
	if (first < POOL_CAPS)
		see(&board->levels[first].seen, &seen);
}

void pool_board_figures(const struct pool_board *board, size_t cap,
			struct pool_span span, struct pool_figures *figures)
{
	struct pool_level level = board->levels[cap];
	struct pool_sums all = { 0 };
	int64_t hits = -(int64_t)board->restored;

	for (size_t i = 0; i <= cap; i++) {
		raise_peaks(&level, &board->levels[i].seen);
		all.blocks += board->sums[i].blocks;
		all.block_ticks += board->sums[i].block_ticks;
		all.byte_ticks += board->sums[i].byte_ticks;
		hits += (int64_t)board->sums[i].pops;
	}
	if (!board->mixed)
		all.byte_ticks = all.block_ticks * board->size;
	level.made_bytes -= board->live_bytes;
	*figures = (struct pool_figures){
		.idle_blocks = { level.idle_blocks,
				 pool_gauge_mean(all.blocks, all.block_ticks,
						 span),
				 (double)all.blocks },
		.idle_bytes = { level.idle_bytes,
				pool_gauge_mean((__int128)level.made_bytes,
						all.byte_ticks, span),
				level.made_bytes },
		.peak_bytes = level.heap_bytes,
	};
	pool_figures_set_hits(figures, hits);
}

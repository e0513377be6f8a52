/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/pool_gauge.h"

/*
 * An integral over time is the sum of each change times how long it lasts:
 *	sum(change * (last - tick)) = last * sum(change) - sum(change * tick)
 * so that a step costs one product, and changes may come out of order.
 */
static double mean_of(__int128 changes, __int128 change_ticks,
		      struct pool_span span)
{
	__int128 integral = changes * (__int128)span.last - change_ticks;

	if (span.last <= span.first)
		return (double)changes;
	return (double)integral / (double)(span.last - span.first);
}

static void set_saved(struct pool_figures *figures, int64_t hits)
{
	figures->hits = hits > 0 ? (uint64_t)hits : 0;
	figures->calls_saved = figures->hits * 2 +
			       (uint64_t)figures->idle_blocks.end;
}

void pool_gauge_change(struct pool_gauge *gauge, uint64_t tick, int64_t blocks,
		       uint64_t bytes)
{
	__int128 ticks = (__int128)tick * blocks;

	gauge->blocks += (double)blocks;
	gauge->bytes += (double)blocks * (double)bytes;
	gauge->block_ticks += ticks;
	gauge->byte_ticks += ticks * (__int128)bytes;
	if (gauge->blocks > gauge->peak_blocks)
		gauge->peak_blocks = gauge->blocks;
	if (gauge->bytes > gauge->peak_bytes)
		gauge->peak_bytes = gauge->bytes;
}

void pool_gauge_figures(const struct pool_gauge *gauge, struct pool_span span,
			struct pool_figures *figures)
{
	*figures = (struct pool_figures){
		.idle_blocks = { gauge->peak_blocks,
				 mean_of((__int128)gauge->blocks,
					 gauge->block_ticks, span),
				 gauge->blocks },
		.idle_bytes = { gauge->peak_bytes,
				mean_of((__int128)gauge->bytes,
					gauge->byte_ticks, span),
				gauge->bytes },
		.peak_bytes = gauge->heap_peak_bytes,
	};
	set_saved(figures, gauge->hits);
}

/* 0 before `first`, 1 from there on: so that a loop over all caps has no
 * branch, and compilers make vectors of it. */
static const double *from(size_t first)
{
	static const double steps[2 * POOL_CAPS] = {
		[POOL_CAPS] = 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
		1,		 1, 1, 1, 1, 1, 1, 1, 1, 1,
	};

	return steps + POOL_CAPS - first;
}
_Static_assert(POOL_CAPS == 20, "as many ones in from()");

static inline void add(double *values, const double *steps, double amount)
{
	for (size_t i = 0; i < POOL_CAPS; i++)
		values[i] += steps[i] * amount;
}

static inline void raise_peaks(double *peaks, const double *values, double more)
{
	for (size_t i = 0; i < POOL_CAPS; i++) {
		double value = values[i] + more;

		peaks[i] = peaks[i] > value ? peaks[i] : value;
	}
}

void pool_board_pop(struct pool_board *board, size_t first, uint64_t tick,
		    uint64_t bytes)
{
	struct pool_board_sums *sums = &board->sums[first];

	sums->pops++;
	if (first == POOL_CAPS)
		return;
	sums->blocks--;
	sums->block_ticks -= tick;
	sums->byte_ticks -= (__int128)tick * bytes;
	add(board->bytes, from(first), -(double)bytes);
	if (board->mixed)
		add(board->blocks, from(first), -1);
}

void pool_board_push(struct pool_board *board, size_t first, uint64_t tick,
		     uint64_t bytes)
{
	struct pool_board_sums *sums = &board->sums[first];

	sums->blocks++;
	sums->block_ticks += tick;
	sums->byte_ticks += (__int128)tick * bytes;
	add(board->bytes, from(first), (double)bytes);
	raise_peaks(board->peak_bytes, board->bytes, 0);
	board->size = bytes;
	if (!board->mixed)
		return;
	add(board->blocks, from(first), 1);
	raise_peaks(board->peak_blocks, board->blocks, 0);
}

void pool_board_heap_slow(struct pool_board *board, double heap_bytes)
{
	raise_peaks(board->heap_peak_bytes, board->bytes, heap_bytes);
}

void pool_board_figures(const struct pool_board *board, size_t cap,
			struct pool_span span, struct pool_figures *figures)
{
	double size = board->size > 0 ? (double)board->size : 1;
	int64_t hits = -(int64_t)board->restored;
	struct pool_board_sums all = { 0 };

	for (size_t i = 0; i <= cap; i++) {
		all.blocks += board->sums[i].blocks;
		all.block_ticks += board->sums[i].block_ticks;
		all.byte_ticks += board->sums[i].byte_ticks;
		hits += (int64_t)board->sums[i].pops;
	}
	*figures = (struct pool_figures){
		.idle_blocks = { board->mixed ? board->peak_blocks[cap] :
						board->peak_bytes[cap] / size,
				 mean_of(all.blocks, all.block_ticks, span),
				 (double)all.blocks },
		.idle_bytes = { board->peak_bytes[cap],
				mean_of((__int128)board->bytes[cap],
					all.byte_ticks, span),
				board->bytes[cap] },
		.peak_bytes = board->heap_peak_bytes[cap],
	};
	set_saved(figures, hits);
}

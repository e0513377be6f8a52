/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/pool_gauge.h"

/*
 * An integral over time is the sum of each change times how long it lasts:
 *	sum(change * (last - tick)) = last * sum(change) - sum(change * tick)
 * so that a step costs one product, and changes may come out of order.
 */
double pool_gauge_mean(__int128 changes, unsigned __int128 change_ticks,
		       struct pool_span span)
{
	unsigned __int128 all = (unsigned __int128)changes * span.last;
	__int128 integral = (__int128)(all - change_ticks);

	if (span.last <= span.first)
		return (double)changes;
	return (double)integral / (double)(span.last - span.first);
}

void pool_figures_set_hits(struct pool_figures *figures, int64_t hits)
{
	figures->hits = hits > 0 ? (uint64_t)hits : 0;
	figures->calls_saved = figures->hits * 2;
}

void pool_gauge_change(struct pool_gauge *gauge, uint64_t tick, int64_t blocks,
		       uint64_t bytes)
{
	unsigned __int128 ticks = (unsigned __int128)(__int128)blocks * tick;

	gauge->blocks += (double)blocks;
	gauge->bytes += (double)blocks * (double)bytes;
	gauge->block_ticks += ticks;
	gauge->byte_ticks += ticks * bytes;
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
				 pool_gauge_mean((__int128)gauge->blocks,
						 gauge->block_ticks, span),
				 gauge->blocks },
		.idle_bytes = { gauge->peak_bytes,
				pool_gauge_mean((__int128)gauge->bytes,
						gauge->byte_ticks, span),
				gauge->bytes },
		.peak_bytes = gauge->heap_peak_bytes,
	};
	pool_figures_set_hits(figures, gauge->hits);
}

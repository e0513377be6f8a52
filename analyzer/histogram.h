/* SPDX-License-Identifier: MIT */
/*
 * How many blocks were of which size, and how many lived how long. Both take
 * one step of a replay at a time, in few instructions; what is shown are bars:
 * ranges of sizes or lifetimes, with the blocks and bytes in each. Memory does
 * not grow. One thread.
 */
#ifndef ANALYZER_HISTOGRAM_H
#define ANALYZER_HISTOGRAM_H

#include "analyzer/profile.h"

/* Blocks of low to high bytes, or that lived from low to below high ns; an
 * open end is INFINITY. */
struct histogram_bar {
	double low, high;
	struct tally blocks;
};

struct histogram_bars {
	struct histogram_bar *bars;
	size_t count, capacity;
};

void histogram_bars_release(struct histogram_bars *bars);

/* By requested size: the classes of profile_size_class(). */
struct size_histogram {
	struct tally *classes;
};

void size_histogram_init(struct size_histogram *h);
void size_histogram_release(struct size_histogram *h);

static inline void size_histogram_add(struct size_histogram *h, uint64_t size,
				      const struct estimate_weight *weight)
{
	tally_add(&h->classes[profile_size_class(size)], size, weight);
}

/* Every class that has blocks. */
void size_histogram_classes(const struct size_histogram *h,
			    struct histogram_bars *bars);
/*
 * At most `limit` bars (at least 2). Where there are not more classes than
 * that, these; else powers of two from the smallest to the largest size, empty
 * ones too, or quarters or halves of them if these fit; if powers of two do not
 * fit, those at the ends are joined. interval_bytes: as tally_count() takes it.
 */
void size_histogram_fold(const struct size_histogram *h, size_t limit,
			 double interval_bytes, struct histogram_bars *bars);
/* The size that a share of the blocks (0 to 1) does not exceed; above 1024
 * bytes the end of its class. Exact mode. 0 without blocks. */
uint64_t size_histogram_quantile(const struct size_histogram *h, double share);

#define LIFETIME_EDGES 24

/*
 * By lifetime: decades, from 10 s on what people have for them (1 min, 10 min,
 * 1 h ...). A lifetime is known to a tick; shorter ones are in the first bar.
 */
struct lifetime_histogram {
	struct tally freed[LIFETIME_EDGES + 1];
	struct tally unseen; /* their release was not recorded */
	size_t edge_count;
	uint64_t edge_ticks[LIFETIME_EDGES + 1]; /* the last: beyond any */
	double edge_ns[LIFETIME_EDGES];
	unsigned char first[65]; /* by bit length: the lowest bar there */
};

void lifetime_histogram_init(struct lifetime_histogram *h, double ns_per_tick);

/* Of a step that released a block, or was taken back. */
struct tally *lifetime_histogram_at(struct lifetime_histogram *h,
				    const struct replay_step *step);

/* From the first bar that has blocks to the last. */
void lifetime_histogram_bars(const struct lifetime_histogram *h,
			     struct histogram_bars *bars);

#endif

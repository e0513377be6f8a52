/* SPDX-License-Identifier: MIT */
/*
 * The sizes of a site's blocks: how often the allocator granted which, and what
 * of it is wasted, in all and just above a smaller class. Zeroed at first.
 */
#ifndef ANALYZER_ADVICE_SIGNAL_SIZES_H
#define ANALYZER_ADVICE_SIGNAL_SIZES_H

#include <stddef.h>

#include "analyzer/advice/fits.h"

#define SIGNALS_SIZES 24  /* usable sizes counted apart */

/* One of the usable sizes of a site's blocks. */
struct signal_size {
	uint64_t usable, requested_max;
	double calls, missed; /* at most so many more came before */
	double above;	      /* of them, just above a smaller size */
	uint64_t below, above_max; /* that size; the largest such request */
};

/* Blocks just above a size class: their number, their waste, and what they would
 * take less in that class. */
struct signal_above {
	double blocks, waste, spared;
};

struct signal_sizes {
	struct signal_size usable[SIGNALS_SIZES]; /* no order */
	size_t count, last; /* the latter: of the last call */
	double waste; /* usable less requested, of live blocks */
	struct signal_above above; /* of live blocks */
};

/* A block was allocated, that stands for `weight`. */
void signal_sizes_count(struct signal_sizes *sizes, const struct fit *fit,
			double weight);
/* It is live; or is no more: its weight is negative then. */
void signal_sizes_live(struct signal_sizes *sizes, const struct fit *fit,
		       double weight);

/* The usable size that most blocks have; its calls are a lower bound. */
struct signal_size signal_sizes_dominant(const struct signal_sizes *sizes);
/* The one with most blocks just above a smaller size; its `above` is 0 if none
 * are. */
struct signal_size signal_sizes_above(const struct signal_sizes *sizes);

#endif

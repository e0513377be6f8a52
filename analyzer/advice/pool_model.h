/* SPDX-License-Identifier: MIT */
/*
 * What a sample tells of a pool: the order of events is not known, so nothing
 * is simulated. By Little's law (Operations Research 9:383, 1961) the mean
 * number of live blocks is the rate of allocations times their mean lifetime;
 * and no pool misses less often than the site's blocks have been live at once.
 * Doubles only; one thread.
 */
#ifndef ANALYZER_ADVICE_POOL_MODEL_H
#define ANALYZER_ADVICE_POOL_MODEL_H

#include "analyzer/advice/site_choice.h"

/* Every figure with its 95% interval. */
struct pool_model {
	struct estimate calls;
	struct estimate bytes;	     /* requested */
	struct estimate lifetime_ns; /* mean, of blocks that were freed */
	double rate_per_s, rate_low, rate_high; /* while the program ran */
	struct estimate mean_live;   /* blocks: Little's law */
	/*
	 * At most at once; of several sites the sum of their own peaks, which
	 * need not have been at the same time. The most of many estimates: too
	 * high rather than too low, so that the interval goes down to the mean.
	 */
	struct estimate peak_blocks, peak_bytes;
	double bound, bound_low, bound_high; /* of the hit rate, 0 to 1 */
};

/* The report is of a sample, with lifetimes (report_options.lifetimes). */
void pool_model_init(struct pool_model *model, const struct report *report,
		     const struct site_choice *choice);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * How long the blocks of each site lived, apart for those that their own
 * thread freed and those that another one did. Kept beside a profile when its
 * view asks for it; sites are the profile's, by index. In sampled mode each
 * block weighs as many as it stands for, so that all of it is unbiased.
 */
#ifndef ANALYZER_LIFETIMES_H
#define ANALYZER_LIFETIMES_H

#include "analyzer/estimate.h"
#include "analyzer/replay_sink.h"

/* Blocks freed. All zero if there were none. */
struct lifetime_sum {
	uint64_t samples; /* blocks as recorded */
	double blocks, bytes;
	double mean_ticks;
	double squares; /* of the differences to the mean, weighted */
	uint64_t min_ticks, max_ticks;
	/* A failed realloc took back the shortest or longest: the bounds are
	 * not known any more. */
	bool unbounded;
};

struct site_lifetimes {
	struct lifetime_sum same;  /* freed by the thread that allocated */
	struct lifetime_sum other; /* by another */
};

struct lifetimes {
	struct site_lifetimes *sites;
	size_t count, capacity;
};

void lifetimes_release(struct lifetimes *lifetimes);

/*
 * The step releases a block of this site, or restored() takes that back. Those
 * whose release was not seen (REPLAY_IMPLICIT) are left out. `weight` is
 * NULL in exact mode.
 */
void lifetimes_add(struct lifetimes *lifetimes, uint32_t site,
		   const struct replay_step *step,
		   const struct estimate_weight *weight);
void lifetimes_take_back(struct lifetimes *lifetimes, uint32_t site,
			 const struct replay_step *step,
			 const struct estimate_weight *weight);

/* Those of a site; all zero for one that freed nothing. */
struct site_lifetimes lifetimes_of(const struct lifetimes *lifetimes,
				   size_t site);

/* Standard deviation, of blocks as a whole population, not a sample of one. */
double lifetime_deviation_ticks(const struct lifetime_sum *sum);

#endif

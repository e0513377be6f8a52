/* SPDX-License-Identifier: MIT */
/*
 * Blocks and their bytes: two plain numbers in exact mode, a weighted sum in
 * sampled mode. For figures of anything that is no site: a bar, a moment, a
 * line of source. Zero at first.
 */
#ifndef ANALYZER_TALLY_H
#define ANALYZER_TALLY_H

#include "analyzer/estimate.h"

struct tally {
	uint64_t count, bytes;	 /* exact mode */
	struct estimate_sum sum; /* sampled mode */
};

/* One block; `weight` is NULL in exact mode. For each event: inline. */
static inline void tally_add(struct tally *tally, uint64_t bytes,
			     const struct estimate_weight *weight)
{
	if (weight) {
		estimate_add(&tally->sum, weight);
		return;
	}
	tally->count++;
	tally->bytes += bytes;
}

/* Takes back what was added. */
static inline void tally_subtract(struct tally *tally, uint64_t bytes,
				  const struct estimate_weight *weight)
{
	if (weight) {
		estimate_subtract(&tally->sum, weight);
		return;
	}
	tally->count--;
	tally->bytes -= bytes;
}

/* Adds what another tally holds; they have no block in common. */
void tally_merge(struct tally *tally, const struct tally *more);

/* The figures. interval_bytes: the largest T in use; 0 in exact mode. */
struct estimate tally_count(const struct tally *tally, double interval_bytes);
struct estimate tally_bytes(const struct tally *tally, double interval_bytes);

/* Was nothing counted? */
bool tally_is_empty(const struct tally *tally);

#endif

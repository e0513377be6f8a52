/* SPDX-License-Identifier: MIT */
/*
 * Pools for every candidate that might have one: a list for each thread, filled
 * by the thread that frees, under all caps at once. The sizes are chosen from the
 * site's first blocks; what was allocated before that is left out. Exact mode;
 * one thread.
 */
#ifndef ANALYZER_ADVICE_POOLS_H
#define ANALYZER_ADVICE_POOLS_H

#include "analyzer/advice/pool_sim.h"
#include "analyzer/advice/signals.h"
#include "analyzer/advice/size_plan.h"

struct pool_trial {
	bool eligible;
	struct size_counts counts; /* of the first blocks */
	uint64_t seen, wanted;	   /* of them */
	struct size_plan plan;
	uint64_t start_tick;
	/* Of the last block before it. */
	uint32_t start_lane, start_sequence;
	struct pool_sim *sim;	   /* NULL: it has not come to that */
};

/* What it would have been, of the calls since the sizes were chosen. */
struct pool_result {
	bool there;
	double calls, hits, bound; /* bound: of the hit rate */
	uint64_t cap;
	double idle_bytes, idle_end_bytes, waste_bytes; /* at most */
	double peak_delta_bytes; /* of the process */
};

struct pools {
	const struct signal_pass *pass;
	struct pool_caps caps;
	struct pool_trial *trials; /* by candidate */
};

void pools_init(struct pools *pools, const struct signal_pass *pass);
void pools_release(struct pools *pools);
/* Is there a candidate that might have one? */
bool pools_any(const struct pools *pools);
struct signal_part pools_part(struct pools *pools);
void pools_finish(struct pools *pools);

/* With the smallest cap that is within a hundredth of the best. */
struct pool_result pools_result(const struct pools *pools, size_t candidate);

#endif

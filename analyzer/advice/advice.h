/* SPDX-License-Identifier: MIT */
/*
 * What `heapwise advise` knows of a recording: its sites with wrappers folded
 * away, their signals, what each detector says of each, and the findings.
 *
 *	advice = advice_new(recording, path, &options);
 *	for (i = 0; i < advice->finding_count; i++)
 *		finding = &advice->findings[i];
 *	advice_free(advice);
 */
#ifndef ANALYZER_ADVICE_ADVICE_H
#define ANALYZER_ADVICE_ADVICE_H

#include "analyzer/advice/chains.h"
#include "analyzer/advice/cleared.h"
#include "analyzer/advice/epochs.h"
#include "analyzer/advice/incumbent.h"
#include "analyzer/advice/joint_pools.h"
#include "analyzer/advice/judge.h"
#include "analyzer/advice/pools.h"
#include "analyzer/advice/shared_lines.h"

/* Zeroed but for the thresholds: every detector. */
struct advice_options {
	struct thresholds thresholds;
	uint32_t without; /* detectors left out, a bit each */
	const struct debug_search *search; /* NULL: the usual places */
	const struct census_progress *progress; /* may be NULL */
};

struct advice {
	const char *path; /* as the user gave it */
	struct advice_options options;
	struct recording *recording;
	struct symbolizer *symbols;
	struct census census;
	struct fold fold;
	struct signal_pass pass;
	struct expense expense;
	struct epochs epochs;
	struct chains chains;
	struct pools pools;
	struct sample_ranges ranges; /* of a sample only */
	struct cleared cleared;
	struct shared_lines *lines; /* NULL: one thread alone, a sample */
	struct incumbent *incumbent; /* NULL: the allocator is not modelled */
	bool sampled;
	struct finding *findings; /* those worth it first, best first */
	size_t finding_count, worth_count, capacity;
	/* By candidate and detector. */
	struct verdict *verdicts;
	size_t detector_count;
	bool *claimed; /* by candidate: it has its one remedy */
	/* Of the pools that are worth it, if they are several; exact mode. */
	struct joint_price joint;
	uint64_t lost_events;
};

struct advice *advice_new(struct recording *recording, const char *path,
			  const struct advice_options *options);
void advice_free(struct advice *advice);

/* What a detector said of a candidate. */
const struct verdict *advice_verdict(const struct advice *advice,
				     const struct signals *signals,
				     const struct detector *detector);

/* The sum of what each of advice->joint's pools costs by itself. */
double advice_pool_prices(const struct advice *advice);

/*
 * For detectors that search: j->finding becomes one of the advice's, which
 * takes its texts, and j->verdict what is known of the site of j->signals.
 */
void advice_add(struct judgement *j);
void advice_note(struct judgement *j);


#endif

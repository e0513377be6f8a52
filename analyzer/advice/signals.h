/* SPDX-License-Identifier: MIT */
/*
 * The second pass of advise: everything that detectors look at, of the sites
 * that may be worth a finding (candidates). Up to 7 KiB a candidate, besides
 * what lanes.h and the parts take. In a sampled dump blocks count as many as
 * they stand for, and what needs the events' order is left zero. One thread.
 */
#ifndef ANALYZER_ADVICE_SIGNALS_H
#define ANALYZER_ADVICE_SIGNALS_H

#include "analyzer/advice/bytes_clock.h"
#include "analyzer/advice/call_times.h"
#include "analyzer/advice/fold.h"
#include "analyzer/advice/incumbent.h"
#include "analyzer/advice/lanes.h"
#include "analyzer/advice/signal_sizes.h"
#include "analyzer/advice/spread.h"
#include "analyzer/advice/thresholds.h"

#define SIGNALS_NONE UINT32_MAX
#define SIGNALS_MARKS 64  /* of the run, when the live blocks are noted */

struct signals {
	const struct advice_site *site;
	double live, live_max, live_end, live_bytes, live_bytes_max;
	double at_peak, at_peak_bytes, at_peak_waste; /* of the process */
	struct signal_above above_at_peak;
	struct signal_sizes granted; /* by the allocator */
	struct spread sizes; /* requested bytes */
	struct spread life_ticks, life_bytes, life_calls; /* of freed blocks */
	struct site_calls calls;
	uint64_t zeroed_calls, zeroed_units; /* calloc, of timed calls */
	double callocs;
	double lifo, lifo_known; /* releases of the thread's youngest block */
	double emptied; /* times that none of a thread's blocks was left */
	double reallocated; /* releases that began a realloc */
	double long_lived; /* for more than half the run, survivors too */
	double implicit; /* freed unseen */
	double survivors, old_survivors; /* older than a quantile, see below */
	uint32_t lane_max;  /* most live at once in one thread */
	uint32_t lane_count; /* threads that allocate here */
	double in_runs;	    /* calls of runs of at least HOIST_RUN */
	double incumbent_hits; /* that the allocator's own cache served */
	float marks[SIGNALS_MARKS]; /* live at the end of each part */
	uint32_t mark; /* the next to be filled */
	uint64_t mark_tick; /* when it is */
	size_t lane_hint; /* see lane_table_get() */
};

/* One step of the replay, as the parts below are told it. */
struct signal_step {
	const struct replay_step *step;
	uint32_t row;	    /* of the census: the block's stack */
	uint32_t candidate; /* or SIGNALS_NONE */
	double weight;	    /* blocks that it stands for */
	/* Of what is released, or was and is restored: was it its thread's? */
	enum youngest_is youngest;
};

/*
 * Signals that need a state of their own, in a file of their own: told of every
 * step, candidate or not. NULL members are not called. restored() takes back a
 * released() (of a realloc that failed).
 */
struct signal_part {
	void *context;
	void (*allocated)(void *context, const struct signal_step *s);
	void (*released)(void *context, const struct signal_step *s);
	void (*restored)(void *context, const struct signal_step *s);
};

#define SIGNAL_PARTS_MAX 8

struct signal_pass {
	struct recording *recording;
	struct census *census;
	const struct fold *fold;
	const struct thresholds *thresholds;
	struct signals *candidates;
	size_t count;
	uint32_t *candidate_of; /* by census row; SIGNALS_NONE */
	size_t row_count;
	bool sampled;
	uint64_t peak_tick; /* of the process's live bytes */
	struct lane_table lanes;
	struct call_meter meter;
	struct fits *fits;
	struct youngest *youngest;	/* by lane */
	struct bytes_clock *clocks;	/* by lane */
	uint32_t *sequences;		/* by lane: of its last allocation */
	uint64_t bytes;			/* allocated so far */
	double live_bytes;
	bool peaked;
	double mark_ticks; /* of the run, each */
	const struct census_progress *progress;
	struct incumbent *incumbent; /* the caller's; NULL: not modelled */
	struct signal_part parts[SIGNAL_PARTS_MAX];
	size_t part_count;
};

/*
 * Chooses the candidates. The caller then adds parts, runs the pass, and looks
 * at the candidates; all that is passed must outlive it.
 */
void signals_init(struct signal_pass *pass, struct census *census,
		  const struct fold *fold, const struct thresholds *thresholds);
void signals_add_part(struct signal_pass *pass, const struct signal_part *part);
/* Replays. `progress` may be NULL. */
void signals_run(struct signal_pass *pass,
		 const struct census_progress *progress);
void signals_release(struct signal_pass *pass);

/* Of a fold's site; NULL if it is no candidate. */
const struct signals *signals_of(const struct signal_pass *pass,
				 uint32_t site);

/* The usable size that most blocks have; its calls are a lower bound. */
struct signal_size signals_dominant(const struct signals *signals);

#endif

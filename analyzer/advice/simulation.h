/* SPDX-License-Identifier: MIT */
/*
 * Pools for some sites of a recording: a replay, or two if pool sizes are to be
 * chosen first, with every policy simulated, and what the calls that they save
 * took. Of a recording of every event only. One thread.
 */
#ifndef ANALYZER_ADVICE_SIMULATION_H
#define ANALYZER_ADVICE_SIMULATION_H

#include "analyzer/advice/expense.h"
#include "analyzer/advice/pool_sim.h"
#include "analyzer/advice/site_choice.h"

#define SIMULATION_POLICIES 8 /* room */

/*
 * The allocator that was there, simulated as well: told of every event of the
 * process, in order; did its own cache serve an allocation? Its `context` and
 * functions are the caller's; all NULL: not known.
 */
struct simulation_incumbent {
	void *context;
	bool (*allocate)(void *context, const struct replay_step *step);
	void (*release)(void *context, const struct replay_step *step);
	void (*restore)(void *context, const struct replay_step *step);
};

/* Zeroed: every policy, sizes chosen, tau one tick. */
struct simulation_options {
	const struct pool_policy *policy; /* NULL: all */
	uint64_t cap;			  /* another one; 0: none */
	const uint64_t *sizes;		  /* ascending; NULL: chosen */
	size_t size_count;
	double tau_s;
	struct simulation_incumbent incumbent;
	void (*progress)(void *context, uint64_t done, uint64_t total);
	void *progress_context;
};

struct simulated_policy {
	const struct pool_policy *policy;
	struct pool_sim *sim;
	size_t shown; /* index of the user's cap, or of the knee */
	size_t knee;
};

struct simulation {
	const struct report *report;
	const struct site_choice *choice;
	struct simulation_options options;
	struct pool_caps caps;
	uint64_t sizes[POOL_SIZES_MAX];
	size_t size_count;
	struct simulated_policy policies[SIMULATION_POLICIES];
	size_t policy_count;
	size_t best; /* of them: saves most time, failing that most calls */
	struct pool_totals totals;
	struct call_meter meter;
	struct site_calls calls; /* and what they took */
	uint64_t reallocations; /* of the calls; a pool has to copy */
	uint64_t incumbent_hits;
	struct expense expense;
	struct span_ns pair;
};

/* The report is of an exact recording, by site, and has the choice's rows. All
 * must outlive it. */
struct simulation *simulation_new(const struct report *report,
				  const struct site_choice *choice,
				  const struct simulation_options *options);
void simulation_free(struct simulation *s);

/* What a pop and a push of that policy cost. */
double simulation_pool_ns(const struct simulation *s,
			  const struct pool_policy *policy);
/* Time saved by so many hits; NAN if no call was measured. */
struct span_ns simulation_saved(const struct simulation *s,
				const struct pool_policy *policy,
				uint64_t hits);
/* Calls that were measured, of both kinds. */
double simulation_measured(const struct simulation *s);
/* How many of the calls the allocator's own cache served, 0 to 1; NAN: not
 * known. */
double simulation_incumbent_ratio(const struct simulation *s);

#endif

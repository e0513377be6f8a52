/* SPDX-License-Identifier: MIT */
/*
 * Pools, simulated over the true order of the events of one site, or of several
 * that share them. Objects of one pool size are alike; a request goes to the
 * smallest pool size that it fits in, and one that fits in none is not pooled.
 * An allocation that no pool can serve is a real one, of the pool's size; a
 * release that finds no room is a real free. Blocks that are live in the end
 * were never given back. Memory: 100 bytes for each thread that a policy keeps
 * a list for, made when it first comes; `ring` and `trim` more, see
 * pool_policy.h. One thread.
 *
 *	struct pool_options options = { .caps = &caps, .sizes = sizes, ... };
 *	sim = pool_sim_new(pool_policy_named("shared"), &options);
 *	... for each event, in order: pool_sim_allocate() or _release()
 *	pool_sim_finish(sim, end_tick, heap_bytes);
 *	pool_sim_figures(sim, cap, &figures);
 *	pool_sim_free(sim);
 *
 * For lists without a cap, and one pool size: an allocation misses if and only
 * if more are live than ever before, so a shared one misses L_max times, and in
 * the end holds L_max - L_end objects; no other policy misses less often.
 */
#ifndef ANALYZER_ADVICE_POOL_SIM_H
#define ANALYZER_ADVICE_POOL_SIM_H

#include "analyzer/advice/pool_policy.h"

struct pool_step {
	uint64_t tick;
	uint64_t size;	  /* requested, of the block */
	uint64_t address; /* of the block */
	uint32_t lane;	  /* who allocates or releases */
	uint32_t owner;	  /* release: who allocated */
	/* Live bytes of the whole process: the most since the step before this
	 * one (its own change included), until right before this one. */
	uint64_t heap_bytes;
};

struct pool_sim;

/* In the order in which they are shown; NULL after the last. */
const struct pool_policy *pool_policy_at(size_t index);
/* By the word of --policy; NULL if there is none. */
const struct pool_policy *pool_policy_named(const char *word);

struct pool_sim *pool_sim_new(const struct pool_policy *policy,
			      const struct pool_options *options);
void pool_sim_free(struct pool_sim *sim);

void pool_sim_allocate(struct pool_sim *sim, const struct pool_step *step);
void pool_sim_release(struct pool_sim *sim, const struct pool_step *step);
/*
 * A realloc failed: the release of this block did not happen. The step is that
 * of the release. It is taken out of the pool as if it had been allocated, but
 * is no allocation; where it is gone, one hit before was none.
 */
void pool_sim_restore(struct pool_sim *sim, const struct pool_step *step);
/* Once, after the last step: until when what is idle stays so, and the most
 * live bytes of the process since that step. */
void pool_sim_finish(struct pool_sim *sim, uint64_t tick, uint64_t heap_bytes);

/* Totals that are the same for every policy. */
struct pool_totals {
	uint64_t allocations; /* those that fit in no pool included */
	uint64_t pooled;      /* that fit */
	uint64_t misses_least; /* sum of L_max over the pool sizes */
	uint64_t live_peak, live_end; /* pooled blocks, over all sizes */
	uint64_t lanes;	      /* threads that allocate or release */
	double heap_peak_bytes;	 /* of the process as it was */
	double waste_peak_bytes; /* in pooled blocks, beyond what was asked */
};
void pool_sim_totals(const struct pool_sim *sim, struct pool_totals *totals);
/* The highest hit rate that any pool has: 1 - misses_least / allocations, less
 * what is not pooled. 0 to 1. */
double pool_totals_bound(const struct pool_totals *totals);

/* Under a cap, by its index. */
void pool_sim_figures(const struct pool_sim *sim, size_t cap,
		      struct pool_figures *figures);
/* The knee: the smallest cap that hits within a hundredth of the bound, or of
 * the best that the policy can do where that is less. By its index. */
size_t pool_sim_knee(const struct pool_sim *sim);
/* The first and the last cap whose figures mean something. */
size_t pool_sim_first_cap(const struct pool_sim *sim);
size_t pool_sim_last_cap(const struct pool_sim *sim);

#endif

/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/pool_sim.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"

#define KNEE 0.01 /* of the calls, below the bound */
#define NO_CLASS UINT32_MAX

static const struct pool_policy *const policies[] = {
	&pool_shared, &pool_freeing, &pool_owner,
	&pool_epochs, &pool_ring,    &pool_trim,
};

#define POLICIES (sizeof(policies) / sizeof(*policies))

struct class_count {
	uint64_t live, peak;
};

struct pool_sim {
	const struct pool_policy *policy;
	void *state;
	const struct pool_caps *caps;
	uint64_t sizes[POOL_SIZES_MAX];
	size_t size_count;
	struct class_count classes[POOL_SIZES_MAX];
	struct pool_totals totals;
	uint64_t live;
	uint64_t waste_bytes; /* in pooled blocks that are live */
	uint64_t waste_peak, heap_peak;
	uint64_t now;
	uint64_t heap_bytes; /* the most since the policy was told */
	struct pool_span span;
	bool begun;
	uint8_t *seen; /* by lane */
	size_t lane_room;
	uint32_t last_lane; /* if begun */
};

const struct pool_policy *pool_policy_at(size_t index)
{
	return index < POLICIES ? policies[index] : NULL;
}

const struct pool_policy *pool_policy_named(const char *word)
{
	for (size_t i = 0; i < POLICIES; i++)
		if (strcmp(policies[i]->word, word) == 0)
			return policies[i];
	return NULL;
}

struct pool_sim *pool_sim_new(const struct pool_policy *policy,
			      const struct pool_options *options)
{
	struct pool_sim *sim = xcalloc(1, sizeof(*sim));

	sim->policy = policy;
	sim->caps = options->caps;
	sim->size_count = options->size_count;
	memcpy(sim->sizes, options->sizes,
	       options->size_count * sizeof(*sim->sizes));
	sim->state = policy->begin(options);
	return sim;
}

void pool_sim_free(struct pool_sim *sim)
{
	if (!sim)
		return;
	sim->policy->end(sim->state);
	free(sim->seen);
	free(sim);
}

/* Another thread than before; the first step of all, too. */
static void see_lane(struct pool_sim *sim, uint32_t lane)
{
	size_t room = sim->lane_room;

	while (room <= lane)
		room = room * 2 + 64;
	if (room > sim->lane_room) {
		sim->seen = xreallocarray(sim->seen, room, 1);
		memset(sim->seen + sim->lane_room, 0, room - sim->lane_room);
		sim->lane_room = room;
	}
	sim->totals.lanes += !sim->seen[lane];
	sim->seen[lane] = 1;
	sim->last_lane = lane;
	if (!sim->begun)
		sim->span.first = sim->now;
	sim->begun = true;
}

/* The smallest pool size that a request fits in; they are few. */
static inline uint32_t class_of(const struct pool_sim *sim, uint64_t size)
{
	for (uint32_t i = 0; i < sim->size_count; i++)
		if (size <= sim->sizes[i])
			return i;
	return NO_CLASS;
}

/* What the policy is told. NO_CLASS: it is not. */
static inline struct pool_move begin_step(struct pool_sim *sim,
					  const struct pool_step *step)
{
	struct pool_move move = {
		.address = step->address,
		.class = class_of(sim, step->size),
		.lane = step->lane,
		.owner = step->owner,
	};

	if (step->tick > sim->now)
		sim->now = step->tick;
	if (step->lane != sim->last_lane || !sim->begun)
		see_lane(sim, step->lane);
	move.tick = sim->now;
	if (step->heap_bytes > sim->heap_bytes)
		sim->heap_bytes = step->heap_bytes;
	if (move.class == NO_CLASS)
		return move;
	if (sim->heap_bytes > sim->heap_peak)
		sim->heap_peak = sim->heap_bytes;
	move.bytes = sim->sizes[move.class];
	move.heap_bytes = pool_bytes(sim->heap_bytes + sim->waste_bytes);
	sim->heap_bytes = 0;
	return move;
}

static inline void block_comes(struct pool_sim *sim, uint32_t class,
			       uint64_t size)
{
	struct class_count *count = &sim->classes[class];

	if (++count->live > count->peak) {
		count->peak = count->live;
		sim->totals.misses_least++;
	}
	if (++sim->live > sim->totals.live_peak)
		sim->totals.live_peak = sim->live;
	sim->waste_bytes += sim->sizes[class] - size;
	if (sim->waste_bytes > sim->waste_peak)
		sim->waste_peak = sim->waste_bytes;
}

void pool_sim_allocate(struct pool_sim *sim, const struct pool_step *step)
{
	struct pool_move move = begin_step(sim, step);

	sim->totals.allocations++;
	if (move.class == NO_CLASS)
		return;
	sim->totals.pooled++;
	sim->policy->allocate(sim->state, &move);
	block_comes(sim, move.class, step->size);
}

void pool_sim_release(struct pool_sim *sim, const struct pool_step *step)
{
	struct pool_move move = begin_step(sim, step);

	if (move.class == NO_CLASS || sim->classes[move.class].live == 0)
		return;
	sim->policy->release(sim->state, &move);
	sim->classes[move.class].live--;
	sim->live--;
	sim->waste_bytes -= move.bytes - step->size;
}

void pool_sim_restore(struct pool_sim *sim, const struct pool_step *step)
{
	struct pool_move move = begin_step(sim, step);

	if (move.class == NO_CLASS)
		return;
	sim->policy->restore(sim->state, &move);
	block_comes(sim, move.class, step->size);
}

void pool_sim_finish(struct pool_sim *sim, uint64_t tick, uint64_t heap_bytes)
{
	if (tick > sim->now)
		sim->now = tick;
	if (heap_bytes < sim->heap_bytes)
		heap_bytes = sim->heap_bytes;
	if (heap_bytes > sim->heap_peak)
		sim->heap_peak = heap_bytes;
	sim->policy->finish(sim->state, sim->now,
			    pool_bytes(heap_bytes + sim->waste_bytes));
	sim->totals.heap_peak_bytes = pool_bytes(sim->heap_peak);
	sim->totals.waste_peak_bytes = pool_bytes(sim->waste_peak);
	sim->span.last = sim->now;
	sim->totals.live_end = sim->live;
}

void pool_sim_totals(const struct pool_sim *sim, struct pool_totals *totals)
{
	*totals = sim->totals;
}

double pool_totals_bound(const struct pool_totals *totals)
{
	if (totals->allocations == 0 || totals->misses_least > totals->pooled)
		return 0;
	return (double)(totals->pooled - totals->misses_least) /
	       (double)totals->allocations;
}

void pool_sim_figures(const struct pool_sim *sim, size_t cap,
		      struct pool_figures *figures)
{
	sim->policy->figures(sim->state, cap, sim->span, figures);
}

size_t pool_sim_first_cap(const struct pool_sim *sim)
{
	return sim->policy->uncapped ? sim->caps->count - 1 : 0;
}

size_t pool_sim_last_cap(const struct pool_sim *sim)
{
	return sim->caps->count - 1 - sim->policy->needs_cap;
}

static double hit_rate(const struct pool_sim *sim, size_t cap)
{
	struct pool_figures figures;

	pool_sim_figures(sim, cap, &figures);
	return sim->totals.allocations > 0 ?
		       (double)figures.hits / (double)sim->totals.allocations :
		       0;
}

size_t pool_sim_knee(const struct pool_sim *sim)
{
	size_t first = pool_sim_first_cap(sim), last = pool_sim_last_cap(sim);
	double best = 0, least;

	for (size_t i = first; i <= last; i++)
		if (hit_rate(sim, i) > best)
			best = hit_rate(sim, i);
	least = pool_totals_bound(&sim->totals);
	if (best < least)
		least = best;
	for (size_t i = first; i < last; i++)
		if (hit_rate(sim, i) >= least - KNEE)
			return i;
	return last;
}

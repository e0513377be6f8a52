/* SPDX-License-Identifier: MIT */
/* The pools of advise: of which blocks they are, and what they serve. */
#include <math.h>
#include <string.h>

#include "analyzer/advice/pools.h"
#include "tests/unit/rounds.h"
#include "tests/unit/signals_run.h"

#define SEEDS 40

/* Blocks of one candidate, from its `wanted`-th on, that pools would serve. */
struct truth {
	double calls, misses, live_end;
	double served; /* by lists without a limit, for each thread and size */
};

static size_t class_of(const struct size_plan *plan, uint64_t size)
{
	size_t class = 0;

	while (class < plan->count && plan->sizes[class] < size)
		class++;
	return class;
}

struct lists {
	const struct pool_trial *trial;
	uint32_t idle[PLAIN_LANES][SIZE_PLAN_SIZES];
	uint32_t live[SIZE_PLAN_SIZES], most[SIZE_PLAN_SIZES];
	bool pooled[PLAIN_EVENTS_MAX]; /* by block */
	uint64_t seen;
	struct truth truth;
};

static void be_born(struct lists *l, const struct plain_block *b, size_t index)
{
	size_t class = class_of(&l->trial->plan, b->size);

	l->pooled[index] = l->seen++ >= l->trial->wanted;
	l->truth.calls += l->pooled[index];
	if (!l->pooled[index] || class >= l->trial->plan.count)
		return;
	l->truth.live_end++;
	if (++l->live[class] > l->most[class]) {
		l->most[class]++;
		l->truth.misses++;
	}
	if (l->idle[b->lane][class] == 0)
		return;
	l->idle[b->lane][class]--;
	l->truth.served++;
}

static void die(struct lists *l, const struct plain_block *b, size_t index)
{
	size_t class = class_of(&l->trial->plan, b->size);

	if (!l->pooled[index] || class >= l->trial->plan.count)
		return;
	l->idle[b->died_lane][class]++;
	l->live[class]--;
	l->truth.live_end--;
}

static struct truth reckon(const struct signals_run *run, uint32_t candidate,
			   const struct pool_trial *trial)
{
	const struct plain_trace *t = run->trace;
	struct lists *l = calloc(1, sizeof(*l));
	uint32_t *dead = calloc(t->count, sizeof(*dead)); /* block + 1 */
	struct truth truth;
	size_t next = 0;

	assert_non_null(l);
	assert_non_null(dead);
	l->trial = trial;
	for (uint32_t i = 0; i < t->block_count; i++)
		if (t->blocks[i].end != PLAIN_LIVES &&
		    signals_run_candidate(run, t->blocks[i].stack) == candidate)
			dead[t->blocks[i].died] = i + 1;
	for (size_t at = 0; at < t->count; at++) {
		/* an implicit end comes before the birth */
		if (dead[at])
			die(l, &t->blocks[dead[at] - 1], dead[at] - 1);
		if (next == t->block_count || t->blocks[next].born != at)
			continue;
		if (signals_run_candidate(run, t->blocks[next].stack) ==
		    candidate)
			be_born(l, &t->blocks[next], next);
		next++;
	}
	truth = l->truth;
	free(l);
	free(dead);
	return truth;
}

static size_t check(const struct signals_run *run, const struct pools *pools)
{
	size_t checked = 0;

	for (uint32_t i = 0; i < run->pass.count; i++) {
		const struct pool_trial *trial = &pools->trials[i];
		struct pool_result result = pools_result(pools, i);
		struct pool_figures figures;
		struct pool_totals totals;
		struct truth truth;

		assert_int_equal(trial->sim != NULL,
				 trial->seen == trial->wanted);
		if (!trial->sim)
			continue;
		truth = reckon(run, i, trial);
		pool_sim_totals(trial->sim, &totals);
		assert_true((double)totals.allocations == truth.calls);
		assert_true((double)totals.misses_least == truth.misses);
		assert_true((double)totals.live_end == truth.live_end);
		pool_sim_figures(trial->sim, pools->caps.count - 1, &figures);
		assert_true((double)figures.hits == truth.served);
		assert_int_equal(result.there, truth.calls > 0);
		if (!result.there)
			continue;
		checked++;
		assert_true(result.calls == truth.calls);
		assert_true(result.hits <= truth.served);
		assert_true(result.hits >= truth.served - 0.011 * truth.calls);
		assert_true(result.waste_bytes >= 0 &&
			    result.waste_bytes < 300.0 * 64);
	}
	return checked;
}

static void random_traces(void **state)
{
	size_t checked = 0;

	(void)state;
	for (uint64_t seed = 0; seed < rounds(SEEDS); seed++) {
		const struct plain_choice choice = {
			.events = 7000,
			.lanes = 1 + seed % PLAIN_LANES,
			.places = 4 + seed % 40,
			.one_by_one = seed % 2,
		};
		struct signals_run run;
		struct signal_part part;
		struct pools pools;

		signals_run_begin(&run, seed, &choice);
		run.thresholds.values[THRESHOLD_POOL_FREED] = 0;
		run.thresholds.values[THRESHOLD_POOL_TURNOVER] = 1;
		run.thresholds.values[THRESHOLD_POOL_RATE] = 0;
		pools_init(&pools, &run.pass);
		part = pools_part(&pools);
		signals_add_part(&run.pass, &part);
		signals_run(&run.pass, NULL);
		pools_finish(&pools);
		checked += check(&run, &pools);
		pools_release(&pools);
		signals_run_end(&run);
	}
	assert_true(checked > rounds(SEEDS) / 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_traces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

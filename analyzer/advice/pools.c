/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/pools.h"

#include <math.h>
#include <stdlib.h>

#include "analyzer/advice/process_time.h"
#include "analyzer/memory.h"

#define FIRST_LEAST 256 /* blocks from which sizes are chosen */
#define FIRST_MOST 4096
#define FIRST_SHARE 32	/* one in so many of the site's */
#define POLICY "freeing"
#define BY_FAR 0.25

/* The most that its stacks had live at once: it is at least the largest of
 * them. */
static double live_least(const struct signal_pass *pass,
			 const struct advice_site *site)
{
	double most = 1;

	for (size_t i = 0; i < site->row_count; i++)
		most = fmax(most, pass->census->rows[site->rows[i]].live_max);
	return most;
}

/* Calls a second, over the time from its first to its last. */
static bool comes_often(const struct signal_pass *pass,
			const struct advice_site *site)
{
	const struct census_row *sum = advice_site_sum(site);
	double ticks = (double)(sum->last_tick - sum->first_tick);
	double seconds = ticks * pass->recording->model.ns_per_tick / 1e9;

	return sum->calls >=
	       pass->thresholds->values[THRESHOLD_POOL_RATE] * seconds;
}

/* Could all that its calls cost be worth a finding? By far not: then it is not
 * simulated. */
static bool costs_enough(const struct signal_pass *pass,
			 const struct advice_site *site)
{
	const struct census_row *sum = advice_site_sum(site);
	const struct model *model = &pass->recording->model;
	double least = pass->thresholds->values[THRESHOLD_MIN_CPU] *
		       process_time_of(model).ns;
	double each;

	if (sum->timed == 0)
		return true;
	each = ldexp((double)sum->timed_units / (double)sum->timed *
			     model->ns_per_tick,
		     -(int)model->meta.tick_shift);
	return 2 * each * sum->calls >= least * BY_FAR;
}

static bool is_eligible(const struct signal_pass *pass,
			const struct advice_site *site)
{
	const double *t = pass->thresholds->values;
	const struct census_row *sum = advice_site_sum(site);

	return costs_enough(pass, site) &&
	       sum->frees >= t[THRESHOLD_POOL_FREED] * sum->calls &&
	       comes_often(pass, site) &&
	       sum->calls >= t[THRESHOLD_POOL_TURNOVER] *
				     live_least(pass, site);
}

void pools_init(struct pools *pools, const struct signal_pass *pass)
{
	*pools = (struct pools){
		.pass = pass,
		.trials = xcalloc(pass->count + 1, sizeof(*pools->trials)),
	};
	pool_caps_init(&pools->caps, 0);
	for (size_t i = 0; i < pass->count; i++) {
		const struct advice_site *site = pass->candidates[i].site;
		struct pool_trial *trial = &pools->trials[i];
		double wanted = advice_site_sum(site)->calls / FIRST_SHARE;

		trial->eligible = is_eligible(pass, site);
		trial->wanted = (uint64_t)fmin(fmax(wanted, FIRST_LEAST),
					       FIRST_MOST);
	}
}

bool pools_any(const struct pools *pools)
{
	for (size_t i = 0; i < pools->pass->count; i++)
		if (pools->trials[i].eligible)
			return true;
	return false;
}

void pools_release(struct pools *pools)
{
	for (size_t i = 0; pools->trials && i < pools->pass->count; i++) {
		size_counts_release(&pools->trials[i].counts);
		pool_sim_free(pools->trials[i].sim);
	}
	free(pools->trials);
	*pools = (struct pools){ 0 };
}

static void begin(struct pools *pools, struct pool_trial *trial,
		  const struct signal_step *s)
{
	struct pool_options options = {
		.caps = &pools->caps,
		.sizes = trial->plan.sizes,
		.tau_ticks = 1,
	};

	size_counts_sort(&trial->counts);
	size_plan_choose(&trial->plan, &trial->counts,
			 SIZE_PLAN_WASTE);
	size_counts_release(&trial->counts);
	options.size_count = trial->plan.count;
	trial->start_tick = s->step->tick;
	trial->start_lane = s->step->lane;
	trial->start_sequence = s->step->block->sequence;
	trial->sim = pool_sim_new(pool_policy_named(POLICY), &options);
}

/* Signed in between: that takes less to convert. */
static inline uint64_t live_bytes(const struct signal_pass *pass)
{
	return pass->live_bytes > 0 ?
		       (uint64_t)(int64_t)pass->live_bytes : 0;
}

static inline struct pool_step step_of(const struct pools *pools,
				const struct signal_step *s)
{
	const struct live_block *block = s->step->block;

	return (struct pool_step){
		.tick = s->step->tick,
		.size = block->size,
		.address = block->address,
		.lane = s->step->lane,
		.owner = block->lane,
		.heap_bytes = live_bytes(pools->pass),
	};
}

static struct pool_trial *trial_of(struct pools *pools,
				   const struct signal_step *s)
{
	struct pool_trial *trial;

	if (s->candidate == SIGNALS_NONE)
		return NULL;
	trial = &pools->trials[s->candidate];
	return trial->eligible ? trial : NULL;
}

static void allocated(void *context, const struct signal_step *s)
{
	struct pools *pools = context;
	struct pool_trial *trial = trial_of(pools, s);
	struct pool_step step;

	if (!trial)
		return;
	if (!trial->sim) {
		size_counts_add(&trial->counts, s->step->block->size);
		if (++trial->seen == trial->wanted)
			begin(pools, trial, s);
		return;
	}
	step = step_of(pools, s);
	pool_sim_allocate(trial->sim, &step);
}

/* Of a block that was allocated since the pool is there. Where another thread
 * allocated it in the tick in which the pool came, it may have been before. */
static bool is_pooled(const struct pool_trial *trial,
		      const struct signal_step *s)
{
	const struct live_block *block = s->step->block;
	uint64_t born;

	if (!trial || !trial->sim)
		return false;
	if (block->lane == trial->start_lane)
		return (int32_t)(block->sequence - trial->start_sequence) > 0;
	born = s->step->tick - replay_age(block, s->step->tick);
	return born > trial->start_tick;
}

static void released(void *context, const struct signal_step *s)
{
	struct pools *pools = context;
	struct pool_trial *trial = trial_of(pools, s);
	struct pool_step step;

	if (!is_pooled(trial, s))
		return;
	step = step_of(pools, s);
	pool_sim_release(trial->sim, &step);
}

static void restored(void *context, const struct signal_step *s)
{
	struct pools *pools = context;
	struct pool_trial *trial = trial_of(pools, s);
	struct pool_step step;

	if (!is_pooled(trial, s))
		return;
	step = step_of(pools, s);
	pool_sim_restore(trial->sim, &step);
}

struct signal_part pools_part(struct pools *pools)
{
	return (struct signal_part){ pools, allocated, released, restored };
}

void pools_finish(struct pools *pools)
{
	const struct signal_pass *pass = pools->pass;

	for (size_t i = 0; i < pass->count; i++)
		if (pools->trials[i].sim)
			pool_sim_finish(pools->trials[i].sim,
					pass->census->last_tick,
					live_bytes(pass));
}

struct pool_result pools_result(const struct pools *pools, size_t candidate)
{
	const struct pool_trial *trial = &pools->trials[candidate];
	struct pool_result result = { 0 };
	struct pool_figures figures;
	struct pool_totals totals;
	size_t knee;

	if (!trial->sim)
		return result;
	knee = pool_sim_knee(trial->sim);
	pool_sim_totals(trial->sim, &totals);
	pool_sim_figures(trial->sim, knee, &figures);
	if (totals.allocations == 0)
		return result;
	result = (struct pool_result){
		.there = true,
		.calls = (double)totals.allocations,
		.hits = (double)figures.hits,
		.bound = pool_totals_bound(&totals),
		.cap = pools->caps.caps[knee],
		.idle_bytes = figures.idle_bytes.peak,
		.idle_end_bytes = figures.idle_bytes.end,
		.waste_bytes = totals.waste_peak_bytes,
		.peak_delta_bytes = figures.peak_bytes -
				    totals.heap_peak_bytes,
	};
	if (result.cap == POOL_CAP_NONE) /* as many as were ever idle */
		result.cap = (uint64_t)figures.idle_blocks.peak;
	return result;
}

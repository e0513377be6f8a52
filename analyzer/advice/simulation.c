/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/simulation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/advice/size_plan.h"
#include "analyzer/memory.h"

#define NEARLY 0.99

/* One replay. */
struct pass {
	struct simulation *s;
	struct size_counts sizes;
	uint64_t heap_bytes; /* live, of the process */
	uint64_t heap_peak;  /* since the sites' last step */
};

/* 1 for blocks of the sites, 0 for others. */
static uint32_t on_site(void *context, const struct event *event, uint32_t lane)
{
	const struct pass *pass = context;
	const struct simulation *s = pass->s;

	(void)lane;
	return site_choice_has(s->choice, &s->report->recording->model.stacks,
			       event->stack);
}

static void on_progress(void *context, uint64_t done, uint64_t total)
{
	const struct simulation_options *o =
		&((const struct pass *)context)->s->options;

	o->progress(o->progress_context, done, total);
}

static void count_size(void *context, const struct replay_step *step)
{
	struct pass *pass = context;

	if (step->block->site)
		size_counts_add(&pass->sizes, step->block->size);
}

static void tell(struct pass *pass, const struct replay_step *step,
		 void (*what)(struct pool_sim *sim,
			      const struct pool_step *step))
{
	const struct simulation *s = pass->s;
	const struct pool_step told = {
		.tick = step->tick,
		.size = step->block->size,
		.address = step->block->address,
		.lane = step->lane,
		.owner = step->block->lane,
		.heap_bytes = pass->heap_peak,
	};

	for (size_t i = 0; i < s->policy_count; i++)
		what(s->policies[i].sim, &told);
	pass->heap_peak = 0;
}

static void set_heap(struct pass *pass, uint64_t heap_bytes)
{
	pass->heap_bytes = heap_bytes;
	if (heap_bytes > pass->heap_peak)
		pass->heap_peak = heap_bytes;
}

static void on_allocated(void *context, const struct replay_step *step)
{
	struct pass *pass = context;
	struct simulation *s = pass->s;
	const struct simulation_incumbent *incumbent = &s->options.incumbent;
	bool served = incumbent->allocate &&
		      incumbent->allocate(incumbent->context, step);

	if (step->block->site) {
		s->incumbent_hits += served;
		s->reallocations += step->event->kind == EVENT_REALLOC_NEW;
		call_meter_allocated(&s->meter, &s->calls, step, 1);
		tell(pass, step, pool_sim_allocate);
	}
	set_heap(pass, pass->heap_bytes + step->block->size);
}

static void on_released(void *context, const struct replay_step *step)
{
	struct pass *pass = context;
	struct simulation *s = pass->s;
	const struct simulation_incumbent *incumbent = &s->options.incumbent;

	call_meter_note(&s->meter, step);
	if (incumbent->release)
		incumbent->release(incumbent->context, step);
	if (step->block->site) {
		call_meter_released(&s->meter, &s->calls, step);
		tell(pass, step, pool_sim_release);
	}
	set_heap(pass, pass->heap_bytes - step->block->size);
}

static void on_restored(void *context, const struct replay_step *step)
{
	struct pass *pass = context;
	const struct simulation_incumbent *incumbent =
		&pass->s->options.incumbent;

	if (incumbent->restore)
		incumbent->restore(incumbent->context, step);
	if (step->block->site)
		tell(pass, step, pool_sim_restore);
	set_heap(pass, pass->heap_bytes + step->block->size);
}

static void replay(struct pass *pass, struct replay_sink *sink)
{
	struct replay_counts counts;

	sink->context = pass;
	sink->site = on_site;
	sink->progress = pass->s->options.progress ? on_progress : NULL;
	replay_run(pass->s->report->recording, sink, &counts, NULL);
}

/* The sites' blocks all have one size: nothing is to be counted. */
static bool one_size(const struct site_choice *choice, uint64_t *size)
{
	*size = choice->rows[0]->size_max;
	for (size_t i = 0; i < choice->count; i++)
		if (choice->rows[i]->size_min != *size ||
		    choice->rows[i]->size_max != *size)
			return false;
	return true;
}

static void choose_sizes(struct simulation *s)
{
	struct replay_sink sink = { .allocated = count_size };
	struct pass pass = { .s = s };
	struct size_plan plan;

	if (s->options.sizes) {
		s->size_count = s->options.size_count;
		memcpy(s->sizes, s->options.sizes,
		       s->size_count * sizeof(*s->sizes));
		return;
	}
	s->size_count = 1;
	if (one_size(s->choice, &s->sizes[0])) {
		s->sizes[0] += s->sizes[0] == 0;
		return;
	}
	replay(&pass, &sink);
	size_counts_sort(&pass.sizes);
	size_plan_choose(&plan, &pass.sizes, SIZE_PLAN_WASTE);
	memcpy(s->sizes, plan.sizes, sizeof(plan.sizes));
	s->size_count = plan.count;
	size_counts_release(&pass.sizes);
}

static void make_pools(struct simulation *s)
{
	const struct model *model = &s->report->recording->model;
	double tau = s->options.tau_s * 1e9 / model->ns_per_tick;
	const struct pool_options options = {
		.caps = &s->caps,
		.sizes = s->sizes,
		.size_count = s->size_count,
		.tau_ticks = tau < 1 ? 1 : tau < 1e18 ? (uint64_t)tau :
							 (uint64_t)1e18,
	};
	const struct pool_policy *policy;

	pool_caps_init(&s->caps, s->options.cap);
	for (size_t i = 0; (policy = pool_policy_at(i)) != NULL; i++) {
		if (s->options.policy && s->options.policy != policy)
			continue;
		s->policies[s->policy_count++] = (struct simulated_policy){
			.policy = policy,
			.sim = pool_sim_new(policy, &options),
		};
	}
}

static void run(struct simulation *s)
{
	struct replay_sink sink = {
		.allocated = on_allocated,
		.released = on_released,
		.restored = on_restored,
	};
	struct pass pass = { .s = s };
	uint64_t last;

	replay(&pass, &sink);
	last = recording_last_tick(s->report->recording);
	for (size_t i = 0; i < s->policy_count; i++)
		pool_sim_finish(s->policies[i].sim, last, pass.heap_peak);
	pool_sim_totals(s->policies[0].sim, &s->totals);
}

/* Of one policy: the caps to show. */
static void mark(const struct simulation *s, struct simulated_policy *p)
{
	size_t user = pool_caps_find(&s->caps, s->options.cap);

	p->knee = p->shown = pool_sim_knee(p->sim);
	if (s->options.cap > 0 && !p->policy->uncapped)
		p->shown = user;
}

static double worth(const struct simulation *s,
		    const struct simulated_policy *p)
{
	struct pool_figures figures;
	struct span_ns saved;

	pool_sim_figures(p->sim, p->shown, &figures);
	saved = simulation_saved(s, p->policy, figures.hits);
	return saved.high > 0 ? saved.high : (double)figures.calls_saved;
}

/* The first, and simplest, of those that are nearly as good as any. */
static void choose_best(struct simulation *s)
{
	double most = 0;

	for (size_t i = 0; i < s->policy_count; i++)
		most = fmax(most, worth(s, &s->policies[i]));
	while (worth(s, &s->policies[s->best]) < most * NEARLY)
		s->best++;
}

struct simulation *simulation_new(const struct report *report,
				  const struct site_choice *choice,
				  const struct simulation_options *options)
{
	struct simulation *s = xcalloc(1, sizeof(*s));

	s->report = report;
	s->choice = choice;
	s->options = *options;
	expense_init(&s->expense, &report->recording->model);
	call_meter_init(&s->meter, &report->recording->model,
			report->recording->lane_count);
	choose_sizes(s);
	make_pools(s);
	run(s);
	if (s->calls.calloc_bytes > 0)
		expense_measure_clearing(&s->expense);
	s->pair = expense_pair(&s->expense, &s->calls);
	for (size_t i = 0; i < s->policy_count; i++)
		mark(s, &s->policies[i]);
	choose_best(s);
	return s;
}

void simulation_free(struct simulation *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->policy_count; i++)
		pool_sim_free(s->policies[i].sim);
	call_meter_release(&s->meter);
	free(s);
}

double simulation_pool_ns(const struct simulation *s,
			  const struct pool_policy *policy)
{
	return policy->locked && s->totals.lanes > 1 ? s->expense.locked_ns :
						       s->expense.pool_ns;
}

double simulation_measured(const struct simulation *s)
{
	return call_times_all(&s->calls.allocations) +
	       call_times_all(&s->calls.releases);
}

struct span_ns simulation_saved(const struct simulation *s,
				const struct pool_policy *policy, uint64_t hits)
{
	if (call_times_all(&s->calls.allocations) == 0)
		return (struct span_ns){ NAN, NAN };
	return expense_saved((double)hits, s->pair,
			     simulation_pool_ns(s, policy));
}

double simulation_incumbent_ratio(const struct simulation *s)
{
	if (!s->options.incumbent.allocate || s->totals.allocations == 0)
		return NAN;
	return (double)s->incumbent_hits / (double)s->totals.allocations;
}

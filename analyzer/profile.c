/* SPDX-License-Identifier: MIT */
#include "analyzer/profile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"

#define NO_SITE UINT32_MAX
#define SIZE_CLASS_EXACT 1024 /* classes up to here are sizes */
#define SIZE_CLASSES (SIZE_CLASS_EXACT + 1 + 54 * 8)

struct profile_state {
	const struct recording *recording;
	const struct profile_view *view;
	struct site_sums *sums; /* of each site, if sampled */
	size_t sums_capacity;
	struct site_sums total; /* of profile->total, likewise */
	/* By stack (any of a canonical one's ids), lane or size class. NO_SITE
	 * at first. */
	uint32_t *site_of;
	size_t by_id_count; /* of stacks, 0 if not by stack */
	uint32_t *site_of_group; /* by group, if the view has groups */
	double interval_bytes;	/* T as it was at first */
	double interval_largest; /* of the samples, T may double */
};

/* Where a profile's figures are, in sampled mode and in exact mode. */
static const struct {
	size_t sum;   /* offset in struct site_sums */
	size_t field; /* offset in struct site */
	bool bytes;
} figures[] = {
#define FIGURE(sums, exact, is_bytes)                                          \
	{ offsetof(struct site_sums, sums), offsetof(struct site, exact),      \
	  is_bytes }
	[FIGURE_ALLOCATIONS] = FIGURE(allocated, allocations, false),
	[FIGURE_BYTES_ALLOCATED] = FIGURE(allocated, bytes_allocated, true),
	[FIGURE_FREES] = FIGURE(freed, frees, false),
	[FIGURE_TEMPORARY] = FIGURE(temporary, temporary, false),
	[FIGURE_LEAKED_BLOCKS] = FIGURE(live, live_blocks, false),
	[FIGURE_LEAKED_BYTES] = FIGURE(live, live_bytes, true),
	[FIGURE_PEAK_BLOCKS] = FIGURE(peak, peak_blocks, false),
	[FIGURE_PEAK_BYTES] = FIGURE(peak, peak_bytes, true),
	[FIGURE_AT_PEAK_BLOCKS] = FIGURE(at_peak, at_peak_blocks, false),
	[FIGURE_AT_PEAK_BYTES] = FIGURE(at_peak, at_peak_bytes, true),
#undef FIGURE
};

uint32_t profile_size_class(uint64_t size)
{
	unsigned int log;

	if (size <= SIZE_CLASS_EXACT)
		return (uint32_t)size;
	/* (1024, 1152], (1152, 1280] ... 8 to each doubling */
	size--;
	log = 63 - (unsigned int)__builtin_clzll(size);
	return SIZE_CLASS_EXACT + 1 + (log - 10) * 8 +
	       (uint32_t)((size >> (log - 3)) & 7);
}

void profile_size_bounds(uint32_t size_class, uint64_t *low, uint64_t *high)
{
	uint32_t step, log;

	*low = size_class;
	*high = size_class;
	if (size_class <= SIZE_CLASS_EXACT)
		return;
	size_class -= SIZE_CLASS_EXACT + 1;
	log = size_class / 8 + 10;
	step = size_class % 8;
	if (log > 63)
		log = 63;
	*low = ((uint64_t)(8 + step) << (log - 3)) + 1;
	*high = *low - 1 + (UINT64_C(1) << (log - 3));
	if (*high < *low)
		*high = UINT64_MAX;
}

static uint32_t add_site(struct profile *p, uint32_t key, uint32_t stack)
{
	struct profile_state *state = p->state;
	struct site *site;

	GROW(p->sites, p->site_capacity, p->site_count);
	site = &p->sites[p->site_count];
	*site = (struct site){ .key = key, .stack = stack };
	site->size_min = UINT64_MAX;
	site->first_tick = UINT64_MAX;
	if (p->sampled) {
		GROW(state->sums, state->sums_capacity, p->site_count);
		memset(&state->sums[p->site_count], 0, sizeof(*state->sums));
	}
	return (uint32_t)p->site_count++;
}

/* Finds the site of a canonical stack that was not met before. */
static void site_of_stack(struct profile *p, uint32_t stack)
{
	struct profile_state *state = p->state;
	const struct profile_view *view = state->view;
	uint32_t *slot = &state->site_of[stack];
	uint32_t group;

	if (!view->groups) {
		*slot = add_site(p, stack, stack);
		return;
	}
	group = view->groups[stack];
	if (group >= view->group_count)
		group = (uint32_t)view->group_count; /* the caller's mistake */
	if (state->site_of_group[group] == NO_SITE)
		state->site_of_group[group] = add_site(p, group, stack);
	*slot = state->site_of_group[group];
}

static uint32_t on_site(void *context, const struct event *event, uint32_t lane)
{
	struct profile *p = context;
	struct profile_state *state = p->state;
	const struct recording *recording = state->recording;
	uint32_t stack, key, class;

	if (event->stack < state->by_id_count &&
	    state->site_of[event->stack] != NO_SITE)
		return state->site_of[event->stack];
	stack = stack_tree_id(&recording->model.stacks, event->stack);
	switch (state->view->by) {
	case PROFILE_BY_THREAD:
		key = recording->lanes[lane].serial;
		class = lane;
		break;
	case PROFILE_BY_SIZE:
		key = profile_size_class(event->size);
		class = key;
		break;
	default:
		if (state->site_of[stack] == NO_SITE)
			site_of_stack(p, stack);
		if (event->stack < state->by_id_count)
			state->site_of[event->stack] = state->site_of[stack];
		return state->site_of[stack];
	}
	if (state->site_of[class] == NO_SITE)
		state->site_of[class] = add_site(p, key, stack);
	return state->site_of[class];
}

static struct estimate_weight weigh(const struct profile *p,
				    const struct live_block *block)
{
	double interval = ldexp(p->state->interval_bytes,
				(int)block->interval_shift);

	p->state->interval_largest = fmax(p->state->interval_largest, interval);
	return estimate_weigh(block->size, interval);
}

static void on_progress(void *context, uint64_t done, uint64_t total)
{
	const struct profile *p = context;
	const struct profile_view *view = p->state->view;

	view->progress(view->progress_context, done, total);
}

static struct site_account account_of(const struct profile *p, uint32_t site)
{
	return (struct site_account){
		.site = &p->sites[site],
		.sums = p->sampled ? &p->state->sums[site] : NULL,
	};
}

static struct site_account account_of_total(struct profile *p)
{
	return (struct site_account){
		.site = &p->total,
		.sums = p->sampled ? &p->state->total : NULL,
	};
}

static void on_allocated(void *context, const struct replay_step *step)
{
	struct profile *p = context;
	struct site_account account = account_of(p, step->block->site);
	struct estimate_weight weight;
	uint32_t epoch = p->total.peak_epoch;
	bool peak;

	if (!p->sampled) {
		site_allocate(&account, step, NULL, epoch);
		peak = site_grow(&p->total, step->block->size);
	} else {
		struct site_account total = account_of_total(p);

		weight = weigh(p, step->block);
		site_allocate(&account, step, &weight, epoch);
		peak = site_allocate(&total, step, &weight, epoch);
	}
	if (peak) {
		p->total.peak_epoch++;
		p->peak_tick = step->tick;
	}
}

static bool is_temporary(const struct profile *p,
			 const struct replay_step *step)
{
	return step->distance != TIMELINE_FAR &&
	       step->distance <= p->state->view->temporary_distance;
}

static void on_released(void *context, const struct replay_step *step)
{
	struct profile *p = context;
	struct site_account account = account_of(p, step->block->site);
	uint32_t epoch = p->total.peak_epoch;
	bool temporary = is_temporary(p, step);

	if (!p->sampled) {
		site_release(&account, step, NULL, temporary, epoch);
		p->total.live_blocks--;
		p->total.live_bytes -= step->block->size;
	} else {
		struct estimate_weight weight = weigh(p, step->block);
		struct site_account total = account_of_total(p);

		site_release(&account, step, &weight, temporary, epoch);
		site_release(&total, step, &weight, temporary, epoch);
	}
}

static void on_restored(void *context, const struct replay_step *step)
{
	struct profile *p = context;
	struct site_account account = account_of(p, step->block->site);
	uint32_t epoch = p->total.peak_epoch;
	bool temporary = is_temporary(p, step);

	if (!p->sampled) {
		site_restore(&account, step, NULL, temporary, epoch);
		p->total.live_blocks++;
		p->total.live_bytes += step->block->size;
	} else {
		struct estimate_weight weight = weigh(p, step->block);
		struct site_account total = account_of_total(p);

		site_restore(&account, step, &weight, temporary, epoch);
		site_restore(&total, step, &weight, temporary, epoch);
	}
}

/* In exact mode NULL: nothing is weighed. */
static const struct estimate_weight *
observed_weight(struct profile *p, const struct replay_step *step,
		struct estimate_weight *weight)
{
	if (!p->sampled)
		return NULL;
	*weight = weigh(p, step->block);
	return weight;
}

/* In place of the functions above, so that these cost no more without an
 * observer. */
static void observe_allocated(void *context, const struct replay_step *step)
{
	struct profile *p = context;
	const struct profile_observer *observer = p->state->view->observer;
	struct estimate_weight weight;

	on_allocated(p, step);
	observer->allocated(observer->context, step,
			    observed_weight(p, step, &weight));
}

static void observe_released(void *context, const struct replay_step *step)
{
	struct profile *p = context;
	const struct profile_observer *observer = p->state->view->observer;
	struct estimate_weight weight;

	on_released(p, step);
	observer->released(observer->context, step,
			   observed_weight(p, step, &weight));
}

static void observe_restored(void *context, const struct replay_step *step)
{
	struct profile *p = context;
	const struct profile_observer *observer = p->state->view->observer;
	struct estimate_weight weight;

	on_restored(p, step);
	observer->restored(observer->context, step,
			   observed_weight(p, step, &weight));
}

static void observe(struct replay_sink *sink)
{
	sink->allocated = observe_allocated;
	sink->released = observe_released;
	sink->restored = observe_restored;
}

static uint32_t *no_sites(size_t count)
{
	uint32_t *array = xcalloc(count, sizeof(*array));

	memset(array, 0xff, count * sizeof(*array));
	return array;
}

static void init(struct profile *p, const struct recording *recording,
		 const struct profile_view *view)
{
	struct profile_state *state = xcalloc(1, sizeof(*state));
	size_t keys = recording->model.stacks.count;

	if (view->by == PROFILE_BY_THREAD)
		keys = recording->lane_count;
	if (view->by == PROFILE_BY_SIZE)
		keys = SIZE_CLASSES;
	p->state = state;
	p->sampled = recording->model.meta.mode == MODE_SAMPLED;
	p->total.size_min = UINT64_MAX;
	p->total.first_tick = UINT64_MAX;
	state->recording = recording;
	state->view = view;
	state->interval_bytes = (double)recording->model.meta.sample_bytes;
	state->interval_largest = state->interval_bytes;
	state->site_of = no_sites(keys);
	state->by_id_count = view->by == PROFILE_BY_STACK ? keys : 0;
	if (view->by == PROFILE_BY_STACK && view->groups)
		state->site_of_group = no_sites(view->group_count + 1);
}

static void set_no_minimum(struct site *site)
{
	if (site->allocations)
		return;
	site->size_min = 0;
	site->first_tick = 0;
}

static void set_times(struct profile *p, const struct recording *recording)
{
	const struct model *m = &recording->model;
	uint64_t end = p->counts.last_tick;

	if (m->usage_count && m->usage[m->usage_count - 1].tick > end)
		end = m->usage[m->usage_count - 1].tick;
	p->run_ns = model_tick_ns(m, end);
	if (p->run_ns < 0 || end == 0)
		p->run_ns = 0;
	if (p->total.allocations)
		p->peak_ns = model_tick_ns(m, p->peak_tick);
	if (p->run_ns > 0)
		p->events_per_second =
			(double)p->counts.events / (p->run_ns / 1e9);
	p->peak_rss_bytes = m->peak_rss_bytes;
}

static void finish(struct profile *p, const struct recording *recording)
{
	struct site_account total = account_of_total(p);

	for (uint32_t i = 0; i < p->site_count; i++) {
		struct site_account account = account_of(p, i);

		site_keep_at_peak(&account, p->total.peak_epoch);
		if (!p->sampled)
			site_sum(&p->total, account.site);
	}
	p->total.at_peak_blocks = p->total.peak_blocks;
	p->total.at_peak_bytes = p->total.peak_bytes;
	if (total.sums)
		total.sums->at_peak = total.sums->peak;
	set_no_minimum(&p->total);
	set_times(p, recording);
	free(p->state->site_of);
	free(p->state->site_of_group);
	p->state->site_of = NULL;
	p->state->site_of_group = NULL;
}

int profile_run(struct profile **out, struct recording *recording,
		const struct profile_view *view)
{
	struct profile *p = xcalloc(1, sizeof(*p));
	struct replay_sink sink = {
		.context = p,
		.site = on_site,
		.allocated = on_allocated,
		.released = on_released,
		.restored = on_restored,
		.progress = view->progress ? on_progress : NULL,
	};
	int ret;

	if (view->observer)
		observe(&sink);
	init(p, recording, view);
	ret = replay_run(recording, &sink, &p->counts, NULL);
	finish(p, recording);
	p->state->view = NULL;
	*out = p;
	return ret;
}

void profile_free(struct profile *profile)
{
	if (!profile)
		return;
	if (profile->state) {
		free(profile->state->sums);
		free(profile->state);
	}
	free(profile->sites);
	free(profile);
}

struct estimate profile_figure(const struct profile *profile,
			       const struct site *site,
			       enum profile_figure figure)
{
	const struct profile_state *state = profile->state;
	const struct site_sums *sums = &state->total;
	const struct estimate_sum *sum;
	uint64_t exact;

	if (!profile->sampled) {
		memcpy(&exact, (const char *)site + figures[figure].field,
		       sizeof(exact));
		return estimate_exact(exact);
	}
	if (site != &profile->total)
		sums = &state->sums[site - profile->sites];
	sum = (const void *)((const char *)sums + figures[figure].sum);
	if (figures[figure].bytes)
		return estimate_bytes(sum, state->interval_largest);
	return estimate_count(sum);
}

double profile_interval_bytes(const struct profile *profile)
{
	return profile->sampled ? profile->state->interval_largest : 0;
}

/* By enum profile_blocks: which figures they are. */
static const struct {
	enum profile_figure count, bytes;
} block_figures[] = {
	[PROFILE_ALLOCATED] = { FIGURE_ALLOCATIONS, FIGURE_BYTES_ALLOCATED },
	[PROFILE_TEMPORARY] = { FIGURE_TEMPORARY, FIGURE_TEMPORARY },
	[PROFILE_LEAKED] = { FIGURE_LEAKED_BLOCKS, FIGURE_LEAKED_BYTES },
	[PROFILE_AT_PEAK] = { FIGURE_AT_PEAK_BLOCKS, FIGURE_AT_PEAK_BYTES },
};

void profile_tally(const struct profile *profile, const struct site *site,
		   enum profile_blocks blocks, struct tally *tally)
{
	enum profile_figure count = block_figures[blocks].count;
	enum profile_figure bytes = block_figures[blocks].bytes;
	const char *sums;

	if (!profile->sampled) {
		tally->count += (uint64_t)profile_figure(profile, site,
							 count).value;
		if (bytes != count)
			tally->bytes += (uint64_t)profile_figure(profile, site,
								 bytes).value;
		return;
	}
	sums = (const char *)(site == &profile->total ?
				      &profile->state->total :
				      &profile->state->sums[site -
							    profile->sites]);
	estimate_merge(&tally->sum, (const void *)(sums + figures[count].sum));
}

double profile_mean_lifetime_ns(const struct profile *profile,
				const struct recording *recording,
				const struct site *site)
{
	(void)profile;
	if (site->frees == 0)
		return NAN;
	return (double)site->lifetime_ticks / (double)site->frees *
	       recording->model.ns_per_tick;
}

/* SPDX-License-Identifier: MIT */
#include "analyzer/profile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"
#include "analyzer/profile_state.h"

#define NO_SITE UINT32_MAX
#define SIZE_CLASSES (PROFILE_SIZE_CLASS_EXACT + 1 + 54 * 8)

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

/* Room for one more group of those that grow. */
static void reserve_group(struct profile_state *state, uint32_t group)
{
	size_t room = state->group_room;

	if (group < room)
		return;
	while (room <= group)
		room = room * 2 + 64;
	state->site_of_group = xreallocarray(state->site_of_group, room,
					     sizeof(*state->site_of_group));
	memset(state->site_of_group + state->group_room, 0xff,
	       (room - state->group_room) * sizeof(*state->site_of_group));
	state->group_room = room;
}

static uint32_t group_of(struct profile_state *state, uint32_t stack)
{
	const struct profile_view *view = state->view;
	uint32_t group;

	if (view->group_of)
		group = view->group_of(view->group_context, stack);
	else
		group = view->groups[stack];
	if (!view->group_of && group >= view->group_count)
		group = (uint32_t)view->group_count; /* the caller's mistake */
	reserve_group(state, group);
	return group;
}

/* Finds the site of a canonical stack that was not met before. */
static void site_of_stack(struct profile *p, uint32_t stack)
{
	struct profile_state *state = p->state;
	uint32_t *slot = &state->site_of[stack];
	uint32_t group;

	if (!state->view->groups && !state->view->group_of) {
		*slot = add_site(p, stack, stack);
		return;
	}
	group = group_of(state, stack);
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

/* In place of the two above where the view asks for lifetimes, so that others
 * do not pay for them. */
static void on_released_timed(void *context, const struct replay_step *step)
{
	struct profile *p = context;
	struct estimate_weight weight = weigh(p, step->block);

	on_released(context, step);
	lifetimes_add(&p->state->lifetimes, step->block->site, step,
		      p->sampled ? &weight : NULL);
}

static void on_restored_timed(void *context, const struct replay_step *step)
{
	struct profile *p = context;
	struct estimate_weight weight = weigh(p, step->block);

	on_restored(context, step);
	lifetimes_take_back(&p->state->lifetimes, step->block->site, step,
			    p->sampled ? &weight : NULL);
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

/* A stack that is left out belongs to the heap, but to nobody's charts. */
static bool is_hidden(const struct profile *p, const struct replay_step *step)
{
	return p->state->view->selection.shows &&
	       step->block->site == p->state->selected.hidden;
}

/* In place of the functions above, so that these cost no more without an
 * observer. */
static void observe_allocated(void *context, const struct replay_step *step)
{
	struct profile *p = context;
	const struct profile_observer *observer = p->state->view->observer;
	struct estimate_weight weight;

	on_allocated(p, step);
	if (is_hidden(p, step))
		return;
	observer->allocated(observer->context, step,
			    observed_weight(p, step, &weight));
}

static void observe_released(void *context, const struct replay_step *step)
{
	struct profile *p = context;
	const struct profile_observer *observer = p->state->view->observer;
	struct estimate_weight weight;

	on_released(p, step);
	if (is_hidden(p, step))
		return;
	observer->released(observer->context, step,
			   observed_weight(p, step, &weight));
}

static void observe_restored(void *context, const struct replay_step *step)
{
	struct profile *p = context;
	const struct profile_observer *observer = p->state->view->observer;
	struct estimate_weight weight;

	on_restored(p, step);
	if (is_hidden(p, step))
		return;
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
}

static uint64_t end_tick(const struct profile *p,
			 const struct recording *recording)
{
	const struct model *m = &recording->model;
	uint64_t end = p->counts.last_tick;

	if (m->usage_count && m->usage[m->usage_count - 1].tick > end)
		end = m->usage[m->usage_count - 1].tick;
	return end;
}

/* When what is live then was looked at: the run's end, or the window's. */
static uint64_t looked_at_tick(const struct profile *p)
{
	const struct selection *selection = &p->state->view->selection;
	uint64_t end = end_tick(p, p->state->recording);

	return selection->windowed && selection->to_tick < end ?
		       selection->to_tick : end;
}

/* The block was live at that tick. */
static void add_age(struct profile *p, const struct live_block *block,
		    uint64_t tick, bool taken_back)
{
	struct profile_state *state = p->state;
	struct site_account total = account_of_total(p), account;
	struct estimate_weight weight = { 0 };
	int64_t age = (int64_t)replay_age(block, tick);

	if (block->site == NO_SITE ||
	    (state->view->selection.shows && block->site == state->selected.hidden))
		return;
	if (state->view->selection.shows)
		total = selection_account(&state->selected);
	account = account_of(p, block->site);
	if (p->sampled)
		weight = weigh(p, block);
	if (taken_back)
		age = -age;
	site_age(&account, age, &weight);
	site_age(&total, age, &weight);
}

static void on_outlived(void *context, const struct live_block *block,
			bool taken_back)
{
	struct profile *p = context;

	add_age(p, block, p->state->view->selection.to_tick, taken_back);
}

/* Sites of what the selection leaves out are the profile's, too: one of its
 * own, which becomes no row. */
static void select_part(struct profile *p, struct replay_sink *sink)
{
	struct profile_state *state = p->state;

	state->selected = (struct selection_sink){
		.selection = state->view->selection,
		.recording = state->recording,
		.sampled = p->sampled,
		.interval_bytes = state->interval_bytes,
		.temporary_distance = state->view->temporary_distance,
		.hidden = NO_SITE,
		.epoch = &p->total.peak_epoch,
		.outlived = state->view->ages ? on_outlived : NULL,
	};
	if (state->view->selection.shows)
		state->selected.hidden = add_site(p, 0, STACK_ROOT);
	selection_begin(&state->selected, sink);
}

static void set_no_minimum(struct site *site)
{
	if (site->allocations)
		return;
	site->size_min = 0;
	site->first_tick = 0;
}

static void set_counted(struct profile *p, const struct model *m)
{
	const struct selection *selection = &p->state->view->selection;
	double from = 0, to = p->run_ns;

	if (selection->windowed) {
		from = fmax(from, model_tick_ns(m, selection->from_tick));
		to = fmin(to, model_tick_ns(m, selection->to_tick));
	}
	p->counted_ns = fmax(to - from, 0);
}

static void add_ages(struct profile *p, const struct live_table *live)
{
	uint64_t tick = looked_at_tick(p);

	for (size_t i = 0; i < live->group_count * LIVE_GROUP; i++) {
		struct live_block block;

		if (!live->groups[i / LIVE_GROUP].addresses[i % LIVE_GROUP])
			continue;
		live_table_get(live, i, &block);
		add_age(p, &block, tick, false);
	}
}

static void set_times(struct profile *p, const struct recording *recording)
{
	const struct model *m = &recording->model;
	uint64_t end = end_tick(p, recording);

	p->run_ns = model_tick_ns(m, end);
	if (p->run_ns < 0 || end == 0)
		p->run_ns = 0;
	if (p->total.allocations)
		p->peak_ns = model_tick_ns(m, p->peak_tick);
	if (p->state->heap_peak_tick)
		p->heap_peak_ns = model_tick_ns(m, p->state->heap_peak_tick);
	if (p->run_ns > 0)
		p->events_per_second =
			(double)p->counts.events / (p->run_ns / 1e9);
	p->peak_rss_bytes = m->peak_rss_bytes;
	set_counted(p, m);
}

/* So far the total is that of the whole heap. */
static void leave_out(struct profile *p)
{
	struct profile_state *state = p->state;
	struct site_account shown = selection_account(&state->selected);

	site_keep_at_peak(&shown, p->total.peak_epoch);
	p->has_all = true;
	p->all = p->total;
	p->total = *shown.site;
	state->all = state->total;
	state->total = state->selected.shown_sums;
	p->peak_tick = state->selected.shown_peak_tick;
	set_no_minimum(&p->all);
	p->sites[state->selected.hidden].allocations = 0; /* no row */
}

static void move_to_peak(const struct site_account *account)
{
	account->site->live_blocks = account->site->at_peak_blocks;
	account->site->live_bytes = account->site->at_peak_bytes;
	if (account->sums)
		account->sums->live = account->sums->at_peak;
}

static void finish(struct profile *p, const struct recording *recording)
{
	struct site_account total = account_of_total(p);
	bool live_at_peak = p->state->view->live_at_peak;

	for (uint32_t i = 0; i < p->site_count; i++) {
		struct site_account account = account_of(p, i);

		site_keep_at_peak(&account, p->total.peak_epoch);
		if (!p->sampled)
			site_sum(&p->total, account.site);
		if (live_at_peak)
			move_to_peak(&account);
	}
	p->total.at_peak_blocks = p->total.peak_blocks;
	p->total.at_peak_bytes = p->total.peak_bytes;
	if (total.sums)
		total.sums->at_peak = total.sums->peak;
	p->state->heap_peak_tick = p->peak_tick;
	if (p->state->view->selection.shows)
		leave_out(p);
	if (live_at_peak) {
		struct site_account all = { &p->all, total.sums ?
						     &p->state->all : NULL };

		move_to_peak(&total);
		move_to_peak(&all);
	}
	set_no_minimum(&p->total);
	set_times(p, recording);
	selection_release(&p->state->selected);
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
		.released = view->lifetimes ? on_released_timed : on_released,
		.restored = view->lifetimes ? on_restored_timed : on_restored,
		.progress = view->progress ? on_progress : NULL,
	};
	struct live_table live;
	int ret;

	if (view->observer)
		observe(&sink);
	init(p, recording, view);
	if (!selection_is_all(&view->selection))
		select_part(p, &sink);
	ret = replay_run(recording, &sink, &p->counts, &live);
	if (view->ages)
		add_ages(p, &live);
	live_table_release(&live);
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
		lifetimes_release(&profile->state->lifetimes);
		free(profile->state);
	}
	free(profile->sites);
	free(profile);
}

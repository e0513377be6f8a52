/* SPDX-License-Identifier: MIT */
#include "analyzer/selection.h"

#include <math.h>
#include <stdlib.h>

#include "analyzer/memory.h"

enum { UNASKED, SHOWN, HIDDEN };

static bool is_inside(const struct selection_sink *s, uint64_t tick)
{
	const struct selection *selection = &s->selection;

	return !selection->windowed ||
	       (tick >= selection->from_tick && tick <= selection->to_tick);
}

static bool shows(struct selection_sink *s, uint32_t stack)
{
	const struct selection *selection = &s->selection;

	if (!selection->shows)
		return true;
	if (s->known[stack] == UNASKED)
		s->known[stack] = selection->shows(selection->context, stack)
					  ? SHOWN
					  : HIDDEN;
	return s->known[stack] == SHOWN;
}

static uint32_t on_site(void *context, const struct event *event, uint32_t lane)
{
	struct selection_sink *s = context;
	uint32_t stack =
		stack_tree_id(&s->recording->model.stacks, event->stack);

	if (!is_inside(s, event->tick))
		return SELECTION_NO_SITE;
	if (!shows(s, stack))
		return s->hidden;
	return s->inner.site(s->inner.context, event, lane);
}

/* A release outside the window: of what was live at its end. */
static void outlived(const struct selection_sink *s,
		     const struct replay_step *step, bool taken_back)
{
	if (s->outlived && step->block->site != SELECTION_NO_SITE)
		s->outlived(s->inner.context, step->block, taken_back);
}

/* Is it one more for the account of what is shown? Its weight, then. */
static bool counts(const struct selection_sink *s,
		   const struct live_block *block,
		   struct estimate_weight *weight)
{
	if (!s->selection.shows || block->site == s->hidden)
		return false;
	if (s->sampled)
		*weight = estimate_weigh(
			block->size,
			ldexp(s->interval_bytes, (int)block->interval_shift));
	return true;
}

static bool is_temporary(const struct selection_sink *s,
			 const struct replay_step *step)
{
	return step->distance != TIMELINE_FAR &&
	       step->distance <= s->temporary_distance;
}

static void on_allocated(void *context, const struct replay_step *step)
{
	struct selection_sink *s = context;
	struct site_account shown = selection_account(s);
	uint32_t epoch = *s->epoch; /* before it is another */
	struct estimate_weight weight;

	if (step->block->site == SELECTION_NO_SITE)
		return;
	s->inner.allocated(s->inner.context, step);
	if (counts(s, step->block, &weight) &&
	    site_allocate(&shown, step, &weight, epoch))
		s->shown_peak_tick = step->tick;
}

static void on_released(void *context, const struct replay_step *step)
{
	struct selection_sink *s = context;
	struct site_account shown = selection_account(s);
	struct estimate_weight weight;

	if (step->block->site == SELECTION_NO_SITE ||
	    !is_inside(s, step->tick)) {
		outlived(s, step, false);
		return;
	}
	s->inner.released(s->inner.context, step);
	if (counts(s, step->block, &weight))
		site_release(&shown, step, &weight, is_temporary(s, step),
			     *s->epoch);
}

static void on_restored(void *context, const struct replay_step *step)
{
	struct selection_sink *s = context;
	struct site_account shown = selection_account(s);
	struct estimate_weight weight;

	if (step->block->site == SELECTION_NO_SITE ||
	    !is_inside(s, step->tick)) {
		outlived(s, step, true);
		return;
	}
	s->inner.restored(s->inner.context, step);
	if (counts(s, step->block, &weight))
		site_restore(&shown, step, &weight, is_temporary(s, step),
			     *s->epoch);
}

static void on_progress(void *context, uint64_t done, uint64_t total)
{
	struct selection_sink *s = context;

	s->inner.progress(s->inner.context, done, total);
}

void selection_begin(struct selection_sink *s, struct replay_sink *sink)
{
	s->inner = *sink;
	s->shown.size_min = UINT64_MAX;
	s->shown.first_tick = UINT64_MAX;
	if (s->selection.shows)
		s->known = xcalloc(s->recording->model.stacks.count,
				   sizeof(*s->known));
	*sink = (struct replay_sink){
		.context = s,
		.site = on_site,
		.allocated = on_allocated,
		.released = on_released,
		.restored = on_restored,
		.progress = s->inner.progress ? on_progress : NULL,
	};
}

void selection_release(struct selection_sink *s)
{
	free(s->known);
	s->known = NULL;
}

struct site_account selection_account(struct selection_sink *s)
{
	return (struct site_account){
		.site = &s->shown,
		.sums = s->sampled ? &s->shown_sums : NULL,
	};
}

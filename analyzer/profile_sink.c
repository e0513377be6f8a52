/* SPDX-License-Identifier: MIT */
#include "analyzer/profile_sink.h"

#include "analyzer/profile_account.h"
#include "analyzer/profile_sites.h"

static void on_progress(void *context, uint64_t done, uint64_t total)
{
	const struct profile *p = context;
	const struct profile_view *view = p->state->view;

	view->progress(view->progress_context, done, total);
}

static void on_allocated(void *context, const struct replay_step *step)
{
	struct profile *p = context;
	struct site_account account = profile_account_of(p, step->block->site);
	struct estimate_weight weight;
	uint32_t epoch = p->total.peak_epoch;
	bool peak;

	if (!p->sampled) {
		site_allocate(&account, step, NULL, epoch);
		peak = site_grow(&p->total, step->block->size);
	} else {
		struct site_account total = profile_account_of_total(p);

		weight = profile_weigh(p, step->block);
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
	struct site_account account = profile_account_of(p, step->block->site);
	uint32_t epoch = p->total.peak_epoch;
	bool temporary = is_temporary(p, step);

	if (!p->sampled) {
		site_release(&account, step, NULL, temporary, epoch);
		p->total.live_blocks--;
		p->total.live_bytes -= step->block->size;
	} else {
		struct estimate_weight weight = profile_weigh(p, step->block);
		struct site_account total = profile_account_of_total(p);

		site_release(&account, step, &weight, temporary, epoch);
		site_release(&total, step, &weight, temporary, epoch);
	}
}

static void on_restored(void *context, const struct replay_step *step)
{
	struct profile *p = context;
	struct site_account account = profile_account_of(p, step->block->site);
	uint32_t epoch = p->total.peak_epoch;
	bool temporary = is_temporary(p, step);

	if (!p->sampled) {
		site_restore(&account, step, NULL, temporary, epoch);
		p->total.live_blocks++;
		p->total.live_bytes += step->block->size;
	} else {
		struct estimate_weight weight = profile_weigh(p, step->block);
		struct site_account total = profile_account_of_total(p);

		site_restore(&account, step, &weight, temporary, epoch);
		site_restore(&total, step, &weight, temporary, epoch);
	}
}

/* In place of the two above where the view asks for lifetimes, so that others
 * do not pay for them. */
static void on_released_timed(void *context, const struct replay_step *step)
{
	struct profile *p = context;
	struct estimate_weight weight = profile_weigh(p, step->block);

	on_released(context, step);
	lifetimes_add(&p->state->lifetimes, step->block->site, step,
		      p->sampled ? &weight : NULL);
}

static void on_restored_timed(void *context, const struct replay_step *step)
{
	struct profile *p = context;
	struct estimate_weight weight = profile_weigh(p, step->block);

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
	*weight = profile_weigh(p, step->block);
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
	if (profile_hides(p, step))
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
	if (profile_hides(p, step))
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
	if (profile_hides(p, step))
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

void profile_sink_init(struct replay_sink *sink, struct profile *p)
{
	const struct profile_view *view = p->state->view;

	*sink = (struct replay_sink){
		.context = p,
		.site = profile_site_of,
		.allocated = on_allocated,
		.released = view->lifetimes ? on_released_timed : on_released,
		.restored = view->lifetimes ? on_restored_timed : on_restored,
		.progress = view->progress ? on_progress : NULL,
	};
	if (view->observer)
		observe(sink);
}

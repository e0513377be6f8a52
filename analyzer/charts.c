/* SPDX-License-Identifier: MIT */
#include "analyzer/charts.h"

static void on_allocated(void *context, const struct replay_step *step,
			 const struct estimate_weight *weight)
{
	struct charts *charts = context;

	if (charts->kinds & CHART_SIZES)
		size_histogram_add(&charts->sizes, step->block->size, weight);
	if (charts->kinds & CHART_TIMELINE)
		heap_chart_allocated(&charts->timeline, step, weight);
}

static void on_released(void *context, const struct replay_step *step,
			const struct estimate_weight *weight)
{
	struct charts *charts = context;

	if (charts->kinds & CHART_LIFETIMES)
		tally_add(lifetime_histogram_at(&charts->lifetimes, step),
			  step->block->size, weight);
	if (charts->kinds & CHART_TIMELINE)
		heap_chart_released(&charts->timeline, step, weight);
}

static void on_restored(void *context, const struct replay_step *step,
			const struct estimate_weight *weight)
{
	struct charts *charts = context;

	if (charts->kinds & CHART_LIFETIMES)
		tally_subtract(lifetime_histogram_at(&charts->lifetimes, step),
			       step->block->size, weight);
	if (charts->kinds & CHART_TIMELINE)
		heap_chart_restored(&charts->timeline, step, weight);
}

void charts_init(struct charts *charts, const struct model *model,
		 unsigned int kinds)
{
	*charts = (struct charts){
		.kinds = kinds,
		.observer = { charts, on_allocated, on_released, on_restored },
	};
	if (kinds & CHART_SIZES)
		size_histogram_init(&charts->sizes);
	if (kinds & CHART_LIFETIMES)
		lifetime_histogram_init(&charts->lifetimes, model->ns_per_tick);
	if (kinds & CHART_TIMELINE)
		heap_chart_init(&charts->timeline, model->meta.start_tick);
}

void charts_release(struct charts *charts)
{
	size_histogram_release(&charts->sizes);
	heap_chart_release(&charts->timeline);
	*charts = (struct charts){ 0 };
}

const struct profile_observer *charts_observer(const struct charts *charts)
{
	return charts->kinds ? &charts->observer : NULL;
}

void charts_finish(struct charts *charts, const struct model *model,
		   double end_ns)
{
	double ticks = end_ns / model->ns_per_tick;
	uint64_t start = model->meta.start_tick;

	if (!(charts->kinds & CHART_TIMELINE))
		return;
	if (!(ticks >= 0 && ticks < 0x1p63))
		ticks = 0;
	heap_chart_finish(&charts->timeline, start + (uint64_t)ticks);
}

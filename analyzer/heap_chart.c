/* SPDX-License-Identifier: MIT */
#include "analyzer/heap_chart.h"

#include <stdlib.h>

#include "analyzer/memory.h"

void heap_chart_init(struct heap_chart *chart, uint64_t origin_tick)
{
	*chart = (struct heap_chart){ .origin_tick = origin_tick };
	chart->spans = xcalloc(HEAP_CHART_SPANS, sizeof(*chart->spans));
}

void heap_chart_release(struct heap_chart *chart)
{
	free(chart->spans);
	*chart = (struct heap_chart){ 0 };
}

/* In exact mode only the plain numbers: they are copied for each event. */
static inline void set_live(struct tally *tally, const struct tally *live,
			    bool sampled)
{
	if (sampled) {
		*tally = *live;
	} else {
		tally->count = live->count;
		tally->bytes = live->bytes;
	}
}

static inline bool is_more(const struct tally *live, const struct tally *most)
{
	return live->bytes > most->bytes ||
	       live->sum.weighted_bytes > most->sum.weighted_bytes;
}

static void merge_pair(struct heap_span *to, const struct heap_span *a,
		       const struct heap_span *b)
{
	struct heap_span sum = *a;

	if (!a->touched) {
		*to = *b;
		return;
	}
	if (b->touched) {
		tally_merge(&sum.allocated, &b->allocated);
		if (is_more(&b->most, &sum.most))
			sum.most = b->most;
		sum.last = b->last;
	}
	*to = sum;
}

static void leave(struct heap_chart *chart)
{
	if (chart->now)
		chart->now->last = chart->live;
	chart->now = NULL;
}

static void halve(struct heap_chart *chart)
{
	size_t half = HEAP_CHART_SPANS / 2;

	for (size_t i = 0; i < half; i++)
		merge_pair(&chart->spans[i], &chart->spans[2 * i],
			   &chart->spans[2 * i + 1]);
	for (size_t i = half; i < HEAP_CHART_SPANS; i++)
		chart->spans[i] = (struct heap_span){ 0 };
	chart->count = (chart->count + 1) / 2;
	chart->shift++;
}

/* The index of a tick's span, which exists then. */
static uint64_t reach(struct heap_chart *chart, uint64_t tick)
{
	uint64_t ticks = tick > chart->origin_tick ? tick - chart->origin_tick :
						     0;

	while (ticks >> chart->shift >= HEAP_CHART_SPANS)
		halve(chart);
	return ticks >> chart->shift;
}

static void enter(struct heap_chart *chart, uint64_t tick)
{
	struct heap_span *span;

	leave(chart);
	chart->now_index = reach(chart, tick);
	span = &chart->spans[chart->now_index];
	if (!span->touched)
		span->most = chart->live;
	span->touched = true;
	if (chart->now_index >= chart->count)
		chart->count = chart->now_index + 1;
	chart->now = span;
}

static inline struct heap_span *span_at(struct heap_chart *chart, uint64_t tick)
{
	uint64_t index = (tick - chart->origin_tick) >> chart->shift;

	if (!chart->now || index != chart->now_index)
		enter(chart, tick);
	return chart->now;
}

static inline void grow(struct heap_chart *chart, struct heap_span *span,
			const struct replay_step *step,
			const struct estimate_weight *weight)
{
	tally_add(&chart->live, step->block->size, weight);
	if (is_more(&chart->live, &span->most))
		set_live(&span->most, &chart->live, weight != NULL);
}

void heap_chart_allocated(struct heap_chart *chart,
			  const struct replay_step *step,
			  const struct estimate_weight *weight)
{
	struct heap_span *span = span_at(chart, step->tick);

	tally_add(&span->allocated, step->block->size, weight);
	grow(chart, span, step, weight);
}

void heap_chart_released(struct heap_chart *chart,
			 const struct replay_step *step,
			 const struct estimate_weight *weight)
{
	span_at(chart, step->tick);
	tally_subtract(&chart->live, step->block->size, weight);
}

void heap_chart_restored(struct heap_chart *chart,
			 const struct replay_step *step,
			 const struct estimate_weight *weight)
{
	grow(chart, span_at(chart, step->tick), step, weight);
}

void heap_chart_finish(struct heap_chart *chart, uint64_t last_tick)
{
	struct tally live = { 0 };
	uint64_t last;

	leave(chart);
	last = reach(chart, last_tick);
	if (last >= chart->count)
		chart->count = last + 1;
	for (size_t i = 0; i < chart->count; i++) {
		struct heap_span *span = &chart->spans[i];

		if (!span->touched)
			span->most = span->last = live;
		live = span->last;
	}
}

/* SPDX-License-Identifier: MIT */
/*
 * The heap over time: what was live and what was allocated, in equal spans of
 * the run. How long that will be is not known at first: when time runs off the
 * end, spans merge in pairs. In the end there are more than half of
 * HEAP_CHART_SPANS, unless the run had fewer ticks. Memory does not grow.
 * One thread.
 */
#ifndef ANALYZER_HEAP_CHART_H
#define ANALYZER_HEAP_CHART_H

#include "analyzer/replay_sink.h"
#include "analyzer/tally.h"

#define HEAP_CHART_SPANS 1024

struct heap_span {
	struct tally allocated; /* in this span */
	struct tally most;	/* live when it had most bytes live */
	struct tally last;	/* private: live at its end */
	bool touched;		/* private: by an event */
};

struct heap_chart {
	struct heap_span *spans;
	size_t count;	      /* in use */
	unsigned int shift;   /* a span is that power of two in ticks */
	uint64_t origin_tick; /* where the first begins */
	struct tally live;    /* now */
	struct heap_span *now; /* private: the span of the last event; or NULL */
	uint64_t now_index;   /* private */
};

void heap_chart_init(struct heap_chart *chart, uint64_t origin_tick);
void heap_chart_release(struct heap_chart *chart);

/* Steps in the order of the replay: ticks of two threads may step back. In
 * exact mode `weight` is NULL. */
void heap_chart_allocated(struct heap_chart *chart,
			  const struct replay_step *step,
			  const struct estimate_weight *weight);
void heap_chart_released(struct heap_chart *chart,
			 const struct replay_step *step,
			 const struct estimate_weight *weight);
void heap_chart_restored(struct heap_chart *chart,
			 const struct replay_step *step,
			 const struct estimate_weight *weight);

/* Once, after the last step: spans up to last_tick, those without events too. */
void heap_chart_finish(struct heap_chart *chart, uint64_t last_tick);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The charts that a report was asked for, filled as its profile is made: how
 * large blocks were, how long they lived, how the heap grew. Those that were
 * not asked for cost nothing.
 */
#ifndef ANALYZER_CHARTS_H
#define ANALYZER_CHARTS_H

#include "analyzer/heap_chart.h"
#include "analyzer/histogram.h"
#include "analyzer/model.h"

enum chart_kind { /* bits */
	CHART_SIZES = 1,
	CHART_LIFETIMES = 2,
	CHART_TIMELINE = 4,
};

struct charts {
	unsigned int kinds;
	struct size_histogram sizes;
	struct lifetime_histogram lifetimes;
	struct heap_chart timeline;
	struct profile_observer observer;
};

/* Must stay where it is until charts_finish(). */
void charts_init(struct charts *charts, const struct model *model,
		 unsigned int kinds);
void charts_release(struct charts *charts);

/* For struct profile_view; NULL if there are no charts. */
const struct profile_observer *charts_observer(const struct charts *charts);

/* Once, after the replay; what is looked at ends at end_ns of the run. */
void charts_finish(struct charts *charts, const struct model *model,
		   double end_ns);

#endif

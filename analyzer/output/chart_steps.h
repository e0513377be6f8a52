/* SPDX-License-Identifier: MIT */
/*
 * A run cut into equal steps, as many as there is room for: what the time line
 * draws. The most of what was live in each, as spans and usage samples say; the
 * allocations of a span are divided evenly among the steps that it covers.
 */
#ifndef ANALYZER_OUTPUT_CHART_STEPS_H
#define ANALYZER_OUTPUT_CHART_STEPS_H

#include "analyzer/report.h"

struct chart_steps {
	size_t count;
	double ns;	/* of a step */
	double *live;	/* the most in each */
	double *calls;	/* allocations in each */
	double *rss;	/* the most in each; NAN before the first sample */
	double live_most, rate_most, rss_most;
};

/* Of a report with CHART_TIMELINE. */
void chart_steps_init(struct chart_steps *steps, const struct report *report,
		      double length_ns, size_t count);
void chart_steps_release(struct chart_steps *steps);

#endif

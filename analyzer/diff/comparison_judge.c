/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/comparison.h"

#include <math.h>

double comparison_floor(const struct comparison *c,
			enum comparison_metric metric)
{
	/* A few temporary blocks more are nothing beside all calls. */
	enum profile_figure figure =
		metric == METRIC_TEMPORARY ? FIGURE_ALLOCATIONS :
					     comparison_metric_figure(metric);
	double old = comparison_figure(c, NULL, COMPARISON_OLD, figure).value;
	double new = comparison_figure(c, NULL, COMPARISON_NEW, figure).value;
	double share = (old > new ? old : new) * c->options.floor_share;
	double least = comparison_metric_is_bytes(metric) ?
			       COMPARISON_FLOOR_BYTES : COMPARISON_FLOOR_COUNT;

	if (c->options.floor_share <= 0)
		return 0; /* asked for: every change */
	return share > least ? share : least;
}

static void judge_exact(const struct comparison *c, struct comparison_row *row,
			enum comparison_metric metric, double least)
{
	struct comparison_verdict *verdict =
		row ? &row->verdicts[metric] :
		      &((struct comparison *)c)->totals[metric];
	double delta = fabs(comparison_delta(c, row, metric));

	verdict->p = NAN;
	verdict->test = COMPARISON_TEST_EXACT;
	verdict->below_floor = delta < least;
	verdict->significant = delta > 0 && !verdict->below_floor;
}

void comparison_judge(struct comparison *c)
{
	for (int i = 0; i < COMPARISON_METRICS; i++) {
		enum comparison_metric metric = (enum comparison_metric)i;
		double least = comparison_floor(c, metric);

		judge_exact(c, NULL, metric, least);
		for (size_t row = 0; row < c->row_count; row++)
			judge_exact(c, &c->rows[row], metric, least);
	}
}

void comparison_judge_interval(const struct comparison *c,
			       const struct comparison_row *row,
			       enum comparison_metric metric,
			       struct comparison_change *change)
{
	(void)c;
	(void)row;
	(void)metric;
	change->low = change->high = change->delta;
}

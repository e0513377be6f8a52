/* SPDX-License-Identifier: MIT */
/*
 * Is a change real? Counted once on each side it is. Of several runs a side the
 * ranks decide, unless nothing varies from run to run; of samples the luck of
 * sampling. Families of tests, each with its own 5%: of samples all rows by all
 * metrics, which are cheap to tell apart; by ranks all rows of one metric, as few
 * runs leave little room; all totals. A test is made only where all runs
 * together leave room for a change above the floor, which does not depend on
 * which run is on which side.
 */
#include "analyzer/diff/comparison.h"
#include "analyzer/diff/comparison_family.h"
#include "analyzer/diff/holm.h"
#include "analyzer/diff/rank_test.h"
#include "analyzer/diff/significance.h"
#include "analyzer/memory.h"

#include <math.h>
#include <stdlib.h>

struct judging {
	struct comparison *comparison;
	enum comparison_metric metric;
	enum comparison_test test;
	double floor;
	double *values; /* scratch: of each run */
	struct comparison_family sampled; /* rows, by all metrics */
	bool some; /* tests of rows that could have come out either way */
	size_t ranked_most; /* rows by ranks, of one metric, that could not */
};

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

static void read_runs(const struct comparison *c,
		      const struct comparison_row *row,
		      enum comparison_metric metric, double *values)
{
	enum profile_figure figure = comparison_metric_figure(metric);

	for (size_t i = 0; i < c->run_count; i++)
		values[i] = comparison_run_figure(c, row, i, figure).value;
}

static double range(const double *values, size_t count)
{
	double low = values[0], high = values[0];

	for (size_t i = 1; i < count; i++) {
		low = fmin(low, values[i]);
		high = fmax(high, values[i]);
	}
	return high - low;
}

static struct runs runs_of(const struct comparison *c, const double *values,
			   enum comparison_side side)
{
	const size_t first =
		side == COMPARISON_OLD ? 0 : c->side_runs[COMPARISON_OLD];

	return (struct runs){ values + first, c->side_runs[side] };
}

static bool sides_vary(const struct judging *j,
		       const struct comparison_row *row)
{
	const struct comparison *c = j->comparison;

	read_runs(c, row, j->metric, j->values);
	for (int side = 0; side < COMPARISON_SIDES; side++) {
		struct runs runs = runs_of(c, j->values,
					   (enum comparison_side)side);

		if (range(runs.values, runs.count) > 0)
			return true;
	}
	return false;
}

/* Does the program do the same in every run of a side, by this metric? */
static bool is_deterministic(const struct judging *j)
{
	const struct comparison *c = j->comparison;

	if (sides_vary(j, NULL))
		return false;
	for (size_t i = 0; i < c->row_count; i++)
		if (sides_vary(j, &c->rows[i]))
			return false;
	return true;
}

static enum comparison_test choose_test(const struct judging *j)
{
	const struct comparison *c = j->comparison;

	if (c->unlike && j->metric == METRIC_PEAK)
		return COMPARISON_TEST_NONE;
	if (c->run_count == 2)
		return c->sampled ? COMPARISON_TEST_SAMPLES :
				    COMPARISON_TEST_EXACT;
	if (!c->sampled && is_deterministic(j))
		return COMPARISON_TEST_EXACT;
	return COMPARISON_TEST_RANKS;
}

static double interval_bytes(const struct comparison *c, size_t run)
{
	return c->runs[run].snapshot->interval_bytes;
}

/* Which figures count the blocks that a metric is of, and their bytes. */
static void block_figures(enum comparison_metric metric,
			  enum profile_figure *count,
			  enum profile_figure *bytes)
{
	static const enum profile_figure figures[COMPARISON_METRICS][2] = {
		[METRIC_CALLS] = { FIGURE_ALLOCATIONS, FIGURE_BYTES_ALLOCATED },
		[METRIC_BYTES] = { FIGURE_ALLOCATIONS, FIGURE_BYTES_ALLOCATED },
		[METRIC_PEAK] = { FIGURE_PEAK_BLOCKS, FIGURE_PEAK_BYTES },
		[METRIC_LEAKED] = { FIGURE_LEAKED_BLOCKS, FIGURE_LEAKED_BYTES },
		[METRIC_TEMPORARY] = { FIGURE_ALLOCATIONS,
				       FIGURE_BYTES_ALLOCATED },
		[METRIC_LEAKED_BLOCKS] = { FIGURE_LEAKED_BLOCKS,
					   FIGURE_LEAKED_BYTES },
		[METRIC_AT_PEAK] = { FIGURE_AT_PEAK_BLOCKS,
				     FIGURE_AT_PEAK_BYTES },
	};

	*count = figures[metric][0];
	*bytes = figures[metric][1];
}

/* The smallest and the largest allocation of a row in a run. */
static void set_sizes(const struct comparison *c,
		      const struct comparison_row *row, size_t run,
		      struct exact_sizes *sizes)
{
	const struct snapshot *s = c->runs[run].snapshot;
	double least, most;

	sizes->least = row ? INFINITY : (double)s->size_min;
	sizes->largest = row ? 0 : (double)s->size_max;
	for (size_t i = 0; row && i < row->part_count; i++) {
		const struct comparison_part *part =
			&c->parts[row->first_part + i];

		if (part->run != run)
			continue;
		snapshot_sizes(s, part->row, &least, &most);
		sizes->least = fmin(sizes->least, least);
		sizes->largest = fmax(sizes->largest, most);
	}
	if (isinf(sizes->least))
		sizes->least = 0;
}

/* What a sample at the other run's interval would have known of exact figures,
 * which are not scaled here. Temporary blocks are taken to be as large as all
 * of the row. */
static struct sampled_value exact_value(const struct judging *j,
					const struct comparison_row *row,
					size_t run)
{
	const struct comparison *c = j->comparison;
	double scale = c->runs[run].scale, mean;
	enum profile_figure count_figure, bytes_figure;
	struct exact_sizes sizes;

	block_figures(j->metric, &count_figure, &bytes_figure);
	set_sizes(c, row, run, &sizes);
	sizes.count = comparison_run_figure(c, row, run, count_figure).value /
		      scale;
	sizes.bytes = comparison_run_figure(c, row, run, bytes_figure).value /
		      scale;
	if (comparison_metric_is_bytes(j->metric))
		return sampled_value_exact_bytes(&sizes,
						 interval_bytes(c, !run));
	mean = sizes.count > 0 ? sizes.bytes / sizes.count : 0;
	sizes.count = comparison_run_figure(c, row, run,
					    comparison_metric_figure(
						    j->metric)).value / scale;
	sizes.bytes = mean * sizes.count;
	return sampled_value_exact_count(&sizes, interval_bytes(c, !run));
}

static struct sampled_value value_of_run(const struct judging *j,
					  const struct comparison_row *row,
					  size_t run)
{
	const struct comparison *c = j->comparison;
	double scale = c->runs[run].scale;
	struct sampled_value value;
	struct estimate e;

	if (!c->runs[run].snapshot->sampled) {
		value = exact_value(j, row, run);
		value.value *= scale;
		value.variance *= scale * scale;
		return value;
	}
	e = comparison_run_figure(c, row, run,
				  comparison_metric_figure(j->metric));
	return (struct sampled_value){
		.value = e.value,
		.variance = e.variance,
		.effective = e.effective,
		.samples = (double)e.samples,
		.interval_bytes = interval_bytes(c, run),
	};
}

static void test_ranks(const struct judging *j, struct comparison_family *family,
		       struct comparison_verdict *verdict)
{
	const struct comparison *c = j->comparison;
	struct runs old = runs_of(c, j->values, COMPARISON_OLD);
	struct runs new = runs_of(c, j->values, COMPARISON_NEW);

	if (range(j->values, c->run_count) <= 0)
		return;
	comparison_family_add(family, verdict, rank_test(&old, &new).p,
			      rank_test_least_p(old.count, new.count));
	family->ranked++;
}

static void test_samples(const struct judging *j, struct comparison_family *family,
			 const struct comparison_row *row,
			 struct comparison_verdict *verdict)
{
	struct sampled_value old = value_of_run(j, row, 0);
	struct sampled_value new = value_of_run(j, row, 1);

	comparison_family_add(family, verdict, significance_p(&old, &new),
			      significance_least_p(&old, &new));
}

static double largest(const double *values, size_t count)
{
	double most = 0;

	for (size_t i = 0; i < count; i++)
		most = fmax(most, values[i]);
	return most;
}

static void judge(const struct judging *j, struct comparison_family *family,
		  const struct comparison_row *row,
		  struct comparison_verdict *verdict)
{
	const struct comparison *c = j->comparison;
	double delta = row && row->unchanged ? 0 :
					comparison_delta(c, row, j->metric);

	verdict->p = NAN;
	verdict->test = (uint8_t)j->test;
	verdict->below_floor = fabs(delta) < j->floor;
	if (j->metric == METRIC_PEAK && row &&
	    comparison_may_have_same_peak(c, row)) {
		verdict->test = COMPARISON_TEST_NONE;
		return;
	}
	if (j->test == COMPARISON_TEST_EXACT) {
		verdict->significant = delta != 0 && !verdict->below_floor;
		return;
	}
	if (j->test == COMPARISON_TEST_NONE || (row && row->unchanged) ||
	    !((c->options.metrics | c->options.judged) &
	      METRIC_BIT(j->metric)))
		return;
	read_runs(c, row, j->metric, j->values);
	if (j->test == COMPARISON_TEST_RANKS) {
		if (range(j->values, c->run_count) >= j->floor)
			test_ranks(j, family, verdict);
	} else if (largest(j->values, c->run_count) >= j->floor) {
		test_samples(j, family, row, verdict);
	}
}

/* All rows by one metric. */
static void judge_rows(struct judging *j)
{
	struct comparison *c = j->comparison;
	struct comparison_family rows = { 0 };
	size_t ranked;

	for (size_t row = 0; row < c->row_count; row++)
		judge(j, j->test == COMPARISON_TEST_SAMPLES ? &j->sampled :
							      &rows,
		      &c->rows[row], &c->rows[row].verdicts[j->metric]);
	ranked = rows.ranked;
	if (comparison_family_decide(&rows) > 0)
		j->some = true;
	else if (ranked > j->ranked_most)
		j->ranked_most = ranked;
}

void comparison_judge(struct comparison *c)
{
	struct judging j = { .comparison = c };
	struct comparison_family totals = { 0 };

	j.values = xcalloc(c->run_count, sizeof(*j.values));
	for (int i = 0; i < COMPARISON_METRICS; i++) {
		j.metric = (enum comparison_metric)i;
		j.floor = comparison_floor(c, j.metric);
		j.test = choose_test(&j);
		judge(&j, &totals, NULL, &c->totals[i]);
		judge_rows(&j);
	}
	comparison_family_decide(&totals);
	comparison_family_decide(&j.sampled);
	c->too_few_runs = !j.some && j.ranked_most > 0;
	if (c->too_few_runs)
		c->runs_needed = rank_test_runs_needed(SIGNIFICANCE_LEVEL,
						       j.ranked_most);
	free(j.values);
}

static void rank_interval(const struct comparison *c,
			  const struct comparison_row *row,
			  enum comparison_metric metric,
			  struct comparison_change *change)
{
	double *values = xcalloc(c->run_count, sizeof(*values));
	struct runs old = runs_of(c, values, COMPARISON_OLD);
	struct runs new = runs_of(c, values, COMPARISON_NEW);
	struct rank_interval shift;

	read_runs(c, row, metric, values);
	shift = rank_test_shift(&old, &new);
	change->low = shift.low;
	change->high = shift.high;
	free(values);
}

static void sample_interval(const struct comparison *c,
			    const struct comparison_row *row,
			    enum comparison_metric metric,
			    struct comparison_change *change)
{
	/* the comparison is only read */
	const struct judging j = { .comparison = (struct comparison *)c,
				   .metric = metric,
				   .test = COMPARISON_TEST_SAMPLES };
	struct sampled_value old = value_of_run(&j, row, 0);
	struct sampled_value new = value_of_run(&j, row, 1);
	double margin = significance_margin(&old, &new);

	change->low = change->delta - margin;
	change->high = change->delta + margin;
}

void comparison_judge_interval(const struct comparison *c,
			       const struct comparison_row *row,
			       enum comparison_metric metric,
			       struct comparison_change *change)
{
	change->low = change->high =
		change->verdict.test == COMPARISON_TEST_NONE ? NAN :
							       change->delta;
	if (change->verdict.test == COMPARISON_TEST_RANKS)
		rank_interval(c, row, metric, change);
	else if (change->verdict.test == COMPARISON_TEST_SAMPLES)
		sample_interval(c, row, metric, change);
}

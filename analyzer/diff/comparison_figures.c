/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/comparison.h"
#include "analyzer/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NORMAL_975 1.959963984540054 /* 97.5% point of the normal law */

static const struct {
	const char *word;
	enum profile_figure figure;
	bool bytes;
} metrics[COMPARISON_METRICS] = {
	[METRIC_CALLS] = { "calls", FIGURE_ALLOCATIONS, false },
	[METRIC_BYTES] = { "bytes", FIGURE_BYTES_ALLOCATED, true },
	[METRIC_PEAK] = { "peak", FIGURE_PEAK_BYTES, true },
	[METRIC_LEAKED] = { "leaked", FIGURE_LEAKED_BYTES, true },
	[METRIC_TEMPORARY] = { "temporary", FIGURE_TEMPORARY, false },
	[METRIC_LEAKED_BLOCKS] = { "leaked-blocks", FIGURE_LEAKED_BLOCKS,
				   false },
	[METRIC_AT_PEAK] = { "at-peak", FIGURE_AT_PEAK_BYTES, true },
};

static const char *const sorts[] = {
	[COMPARISON_SORT_CHANGE] = "change",
	[COMPARISON_SORT_DELTA] = "delta",
	[COMPARISON_SORT_RELATIVE] = "relative",
	[COMPARISON_SORT_OLD] = "old",
	[COMPARISON_SORT_NEW] = "new",
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

int comparison_metric_named(const char *word)
{
	if (strcmp(word, "allocations") == 0)
		return METRIC_CALLS;
	for (int i = 0; i < COMPARISON_METRICS; i++)
		if (strcmp(metrics[i].word, word) == 0)
			return i;
	return -1;
}

int comparison_sort_named(const char *word)
{
	for (size_t i = 0; i < COUNT(sorts); i++)
		if (strcmp(sorts[i], word) == 0)
			return (int)i;
	return -1;
}

const char *comparison_metric_name(enum comparison_metric metric)
{
	return metrics[metric].word;
}

const char *comparison_sort_name(enum comparison_sort sort)
{
	return sorts[sort];
}

bool comparison_metric_is_bytes(enum comparison_metric metric)
{
	return metrics[metric].bytes;
}

enum profile_figure comparison_metric_figure(enum comparison_metric metric)
{
	return metrics[metric].figure;
}

static int by_number(const void *left, const void *right)
{
	const double *a = left, *b = right;

	return *a < *b ? -1 : *a > *b;
}

double comparison_median(double *values, size_t count)
{
	if (count == 0)
		return 0;
	qsort(values, count, sizeof(*values), by_number);
	return (values[(count - 1) / 2] + values[count / 2]) / 2;
}

/* Of different blocks: variances add up. */
static struct estimate sum(const struct estimate *a, const struct estimate *b)
{
	struct estimate e = {
		.value = a->value + b->value,
		.samples = a->samples + b->samples,
		.effective = a->effective + b->effective,
		.exact = a->exact && b->exact,
		.variance = a->variance + b->variance,
	};
	double below = hypot(a->value - a->low, b->value - b->low);

	e.low = e.value - below;
	e.high = e.value + hypot(a->high - a->value, b->high - b->value);
	return e;
}

static struct estimate scaled(struct estimate e, double scale)
{
	e.value *= scale;
	e.low *= scale;
	e.high *= scale;
	e.variance *= scale * scale;
	return e;
}

static struct estimate nothing(const struct snapshot *snapshot,
			       enum profile_figure figure)
{
	struct estimate e = { .exact = !snapshot->sampled };

	/* As estimate_bytes() of no samples. */
	if (snapshot->sampled)
		e = figure == FIGURE_BYTES_ALLOCATED ||
				    figure == FIGURE_PEAK_BYTES ||
				    figure == FIGURE_AT_PEAK_BYTES ||
				    figure == FIGURE_LEAKED_BYTES ?
			    estimate_bytes(&(struct estimate_sum){ 0 },
					   snapshot->interval_bytes) :
			    estimate_count(&(struct estimate_sum){ 0 });
	return e;
}

struct estimate comparison_run_figure(const struct comparison *c,
				      const struct comparison_row *row,
				      size_t run, enum profile_figure figure)
{
	const struct snapshot *snapshot = c->runs[run].snapshot;
	struct estimate result;
	bool found = false;

	if (!row)
		return scaled(snapshot->totals[figure], c->runs[run].scale);
	for (size_t i = 0; i < row->part_count; i++) {
		const struct comparison_part *part =
			&c->parts[row->first_part + i];
		struct estimate e;

		if (part->run != run)
			continue;
		e = snapshot_figure(snapshot, part->row, figure);
		result = found ? sum(&result, &e) : e;
		found = true;
	}
	if (!found)
		result = nothing(snapshot, figure);
	return scaled(result, c->runs[run].scale);
}

static size_t first_run(const struct comparison *c, enum comparison_side side)
{
	return side == COMPARISON_OLD ? 0 : c->side_runs[COMPARISON_OLD];
}

/* Of several runs the median stands for all, and knows of no interval. */
struct estimate comparison_figure(const struct comparison *c,
				  const struct comparison_row *row,
				  enum comparison_side side,
				  enum profile_figure figure)
{
	size_t count = c->side_runs[side], first = first_run(c, side);
	struct estimate result = { .exact = true };
	double *values;

	if (count == 1)
		return comparison_run_figure(c, row, first, figure);
	values = xcalloc(count, sizeof(*values));
	for (size_t i = 0; i < count; i++) {
		struct estimate e = comparison_run_figure(c, row, first + i,
							  figure);

		values[i] = e.value;
		result.exact = result.exact && e.exact;
		result.samples += e.samples;
		result.effective += e.effective;
		result.variance += e.variance / (double)(count * count);
	}
	result.value = comparison_median(values, count);
	result.low = result.value - NORMAL_975 * sqrt(result.variance);
	result.high = result.value + NORMAL_975 * sqrt(result.variance);
	free(values);
	return result;
}

double comparison_delta(const struct comparison *c,
			const struct comparison_row *row,
			enum comparison_metric metric)
{
	enum profile_figure figure = metrics[metric].figure;

	return comparison_figure(c, row, COMPARISON_NEW, figure).value -
	       comparison_figure(c, row, COMPARISON_OLD, figure).value;
}

struct comparison_change comparison_change(const struct comparison *c,
					   const struct comparison_row *row,
					   enum comparison_metric metric)
{
	enum profile_figure figure = metrics[metric].figure;
	struct comparison_change change = {
		.old = comparison_figure(c, row, COMPARISON_OLD, figure),
		.new = comparison_figure(c, row, COMPARISON_NEW, figure),
		.verdict = row ? row->verdicts[metric] : c->totals[metric],
	};

	change.delta = change.new.value - change.old.value;
	if (change.delta != 0)
		change.relative = change.old.value > 0 ?
					  change.delta / change.old.value :
					  INFINITY;
	comparison_judge_interval(c, row, metric, &change);
	return change;
}

/* The largest peak among the rows that a side takes together. */
static double largest_part(const struct comparison *c,
			   const struct comparison_row *row,
			   enum comparison_side side)
{
	double most = 0;

	for (size_t i = 0; i < row->part_count; i++) {
		const struct comparison_part *part =
			&c->parts[row->first_part + i];
		const struct comparison_run *run = &c->runs[part->run];

		if (run->side == side)
			most = fmax(most, run->scale *
				    snapshot_value(run->snapshot, part->row,
						   FIGURE_PEAK_BYTES));
	}
	return most;
}

bool comparison_may_have_same_peak(const struct comparison *c,
				   const struct comparison_row *row)
{
	double old = comparison_figure(c, row, COMPARISON_OLD,
				       FIGURE_PEAK_BYTES).value;
	double new = comparison_figure(c, row, COMPARISON_NEW,
				       FIGURE_PEAK_BYTES).value;

	return row->merged &&
	       largest_part(c, row, COMPARISON_NEW) <= old &&
	       largest_part(c, row, COMPARISON_OLD) <= new;
}

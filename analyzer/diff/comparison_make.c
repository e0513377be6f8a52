/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/comparison.h"
#include "analyzer/diff/comparison_names.h"
#include "analyzer/diff/comparison_rows.h"
#include "analyzer/memory.h"

#include <math.h>
#include <stdlib.h>

void comparison_init(struct comparison *c,
		     const struct comparison_options *options)
{
	*c = (struct comparison){ .options = *options, .scale = 1 };
	if (!c->options.metrics)
		c->options.metrics = METRICS_USUAL;
	if (c->options.floor_share < 0)
		c->options.floor_share = COMPARISON_FLOOR_SHARE;
	frame_pool_init(&c->pool);
	code_pool_init(&c->codes);
}

void comparison_release(struct comparison *c)
{
	for (size_t i = 0; i < c->run_count; i++)
		snapshot_free(c->runs[i].snapshot);
	free(c->runs);
	free(c->rows);
	free(c->parts);
	naming_release(&c->naming);
	code_pool_release(&c->codes);
	figure_table_release(&c->figures);
	frame_pool_release(&c->pool);
	*c = (struct comparison){ 0 };
}

struct snapshot_pools comparison_pools(struct comparison *c)
{
	return (struct snapshot_pools){ &c->pool, &c->codes,
					 &c->figures };
}

static bool is_like(const struct snapshot *a, const struct snapshot *b)
{
	return a->sampled == b->sampled &&
	       (!a->sampled || a->sample_bytes == b->sample_bytes);
}

/* Its modules are seen on this side. */
static void mark_modules(struct comparison *c, enum comparison_side side,
			 const struct model *model)
{
	for (size_t i = 0; i < model->module_count; i++)
		c->codes.modules[model->modules[i].id].sides |= 1u << side;
}

void comparison_add(struct comparison *c, enum comparison_side side,
		    struct snapshot *snapshot)
{
	GROW(c->runs, c->run_capacity, c->run_count);
	c->runs[c->run_count++] = (struct comparison_run){
		.side = side, .snapshot = snapshot, .scale = 1
	};
	c->side_runs[side]++;
	mark_modules(c, side, &snapshot->model);
	c->sampled |= snapshot->sampled;
	c->unlike |= !is_like(c->runs[0].snapshot, snapshot);
	c->by = snapshot->by;
	c->at = snapshot->at;
}

const struct snapshot *comparison_repeated(const struct comparison *c)
{
	const struct snapshot *last = c->runs[c->run_count - 1].snapshot;

	for (size_t i = 0; i + 1 < c->run_count; i++)
		if (snapshot_is_same_run(c->runs[i].snapshot, last))
			return c->runs[i].snapshot;
	return NULL;
}

/* What the sides are put in proportion to. */
static double measure(const struct comparison *c, enum comparison_side side)
{
	double *values = xcalloc(c->side_runs[side], sizeof(*values));
	size_t count = 0;
	double middle;

	for (size_t i = 0; i < c->run_count; i++) {
		const struct snapshot *s = c->runs[i].snapshot;

		if (c->runs[i].side == side)
			values[count++] =
				c->options.scaling == COMPARISON_BY_RUNTIME ?
					s->counted_ns :
					s->totals[FIGURE_ALLOCATIONS].value;
	}
	middle = comparison_median(values, count);
	free(values);
	return middle;
}

static void set_scale(struct comparison *c)
{
	double scale = c->options.scale;

	if (c->options.scaling == COMPARISON_UNSCALED)
		return;
	if (c->options.scaling != COMPARISON_BY_VALUE)
		scale = measure(c, COMPARISON_OLD) / measure(c, COMPARISON_NEW);
	if (!isfinite(scale) || scale <= 0)
		return; /* one side has nothing to go by */
	c->scale = scale;
	for (size_t i = 0; i < c->run_count; i++)
		if (c->runs[i].side == COMPARISON_NEW)
			c->runs[i].scale = scale;
}

static enum comparison_metric first_metric(const struct comparison *c)
{
	int metric = 0;

	while (!(c->options.metrics & METRIC_BIT(metric)))
		metric++;
	return (enum comparison_metric)metric;
}

static double larger(double a, double b)
{
	return a > b ? a : b;
}

/* What part of the larger total a change is; of a total of 0, nothing. */
static double share_of_total(const struct comparison *c,
			     enum comparison_metric metric, double delta)
{
	enum profile_figure figure = comparison_metric_figure(metric);
	double total = larger(
		comparison_figure(c, NULL, COMPARISON_OLD, figure).value,
		comparison_figure(c, NULL, COMPARISON_NEW, figure).value);

	return total > 0 ? fabs(delta) / total : 0;
}

/* The largest part of a total that it moved, and in which direction. */
static double weigh_change(const struct comparison *c,
			   struct comparison_row *row)
{
	double most = -1;

	for (int i = 0; i < COMPARISON_METRICS; i++) {
		enum comparison_metric metric = (enum comparison_metric)i;
		double delta, share;

		if (!(c->options.metrics & METRIC_BIT(i)) ||
		    (row->significant && !(row->significant & METRIC_BIT(i))))
			continue;
		delta = comparison_delta(c, row, metric);
		share = share_of_total(c, metric, delta);
		if (share > most) {
			most = share;
			row->grown = delta > 0;
		}
	}
	return most;
}

static double weigh(const struct comparison *c, struct comparison_row *row)
{
	enum comparison_metric metric = first_metric(c);
	enum profile_figure figure = comparison_metric_figure(metric);
	double change = row->unchanged ? 0 : weigh_change(c, row);
	double old, delta;

	switch (c->options.sort) {
	case COMPARISON_SORT_CHANGE:
		return change;
	case COMPARISON_SORT_OLD:
		return comparison_figure(c, row, COMPARISON_OLD, figure).value;
	case COMPARISON_SORT_NEW:
		return comparison_figure(c, row, COMPARISON_NEW, figure).value;
	default:
		delta = fabs(comparison_delta(c, row, metric));
		if (c->options.sort == COMPARISON_SORT_DELTA || delta <= 0)
			return delta;
		old = comparison_figure(c, row, COMPARISON_OLD, figure).value;
		return old > 0 ? delta / old : INFINITY;
	}
}

static int by_weight(const void *left, const void *right)
{
	const struct comparison_row *a = left, *b = right;

	if (!a->significant != !b->significant)
		return a->significant ? -1 : 1;
	if (a->weight != b->weight)
		return a->weight > b->weight ? -1 : 1;
	if (a->id != b->id)
		return a->id < b->id ? -1 : 1;
	if (a->name != b->name)
		return a->name < b->name ? -1 : 1;
	return a->first_part < b->first_part ? -1 :
					       a->first_part > b->first_part;
}

static void weigh_rows(struct comparison *c)
{
	for (size_t i = 0; i < c->row_count; i++) {
		struct comparison_row *row = &c->rows[i];

		for (int metric = 0; metric < COMPARISON_METRICS; metric++)
			if (row->verdicts[metric].significant)
				row->significant |= METRIC_BIT(metric);
		row->significant &= c->options.metrics;
		row->weight = weigh(c, row);
	}
}

static void sort_from(struct comparison *c, size_t first, size_t count)
{
	if (count > 0)
		qsort(&c->rows[first], count, sizeof(*c->rows), by_weight);
}

/* Few change, of many. */
static void sort_changed(struct comparison *c)
{
	for (size_t i = 0; i < c->row_count; i++) {
		struct comparison_row *to = &c->rows[c->changed_count];
		struct comparison_row row = c->rows[i];

		if (!row.significant)
			continue;
		c->rows[i] = *to;
		*to = row;
		c->changed_count++;
	}
	sort_from(c, 0, c->changed_count);
}

void comparison_sort_rest(struct comparison *c)
{
	sort_from(c, c->changed_count, c->row_count - c->changed_count);
}

/* Is there a run that is known by its names alone? */
static bool has_codeless_run(const struct comparison *c)
{
	for (size_t i = 0; i < c->run_count; i++)
		if (c->runs[i].snapshot->named)
			return true;
	return false;
}

static void name_all_rows(struct comparison *c, struct snapshot *s)
{
	uint32_t *codes = xcalloc(s->row_count + 1, sizeof(*codes));
	size_t count = 0;

	for (size_t i = 0; i < s->row_count; i++)
		if (s->rows[i].code)
			codes[count++] = s->rows[i].code;
	naming_run(&c->naming, s, codes, count);
	free(codes);
	for (size_t i = 0; i < s->row_count; i++)
		if (s->rows[i].code) {
			s->rows[i].stack = naming_stack(&c->naming,
							s->rows[i].code);
			s->rows[i].code = CODE_STACK_NONE;
		}
}

/* Beside a run without code the others have to be known by names, too. */
static void begin_naming(struct comparison *c)
{
	const struct snapshot_pools pools = comparison_pools(c);
	bool by_names = has_codeless_run(c);

	for (size_t i = 0; by_names && i < c->codes.module_count; i++)
		c->codes.modules[i].sides = 0;
	code_pool_set_traits(&c->codes);
	naming_init(&c->naming, &c->options.naming, &pools);
	for (size_t i = 0; by_names && i < c->run_count; i++)
		name_all_rows(c, c->runs[i].snapshot);
}

void comparison_finish(struct comparison *c)
{
	begin_naming(c);
	set_scale(c);
	comparison_rows_make(c);
	comparison_judge(c);
	weigh_rows(c);
	sort_changed(c);
}

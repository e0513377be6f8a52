/* SPDX-License-Identifier: MIT */
/*
 * diff --format=folded: "root;...;leaf OLD NEW", a line a row, as difffolded.pl
 * writes it from two folded files; flamegraph.pl draws what grew in red and
 * what shrank in blue. All rows that have the metric on either side are there,
 * changed or not: the flame graph is that of the new side.
 */
#include "analyzer/output/diff.h"

#include <math.h>
#include <stdlib.h>

#include "analyzer/output/diff_stack.h"
#include "analyzer/output/folded_text.h"

static void put_stack(FILE *file, const struct comparison *comparison,
		      const struct diff_stack *stack)
{
	const char *separator = "";

	if (stack->cut) {
		fputs(FOLDED_TRUNCATED, file);
		separator = ";";
	}
	for (size_t i = stack->count; i > stack->leaf; i--) {
		char *name = diff_stack_name(&comparison->pool,
					     stack->frames[i - 1]);

		fputs(separator, file);
		folded_put_frame(file, name);
		free(name);
		separator = ";";
	}
}

static void put_row(FILE *file, const struct comparison *comparison,
		    const struct comparison_row *row)
{
	const char *name = frame_pool_name(&comparison->pool, row->name);
	struct diff_stack stack;

	diff_stack_read(&stack, comparison, row);
	if (name)
		folded_put_frame(file, name);
	else if (stack.count > 0)
		put_stack(file, comparison, &stack);
	else
		fputs(FOLDED_TRUNCATED, file);
}

/* Of the first metric that is looked at. */
static double figure(const struct comparison *comparison,
		     const struct comparison_row *row,
		     enum comparison_side side)
{
	enum comparison_metric metric = (enum comparison_metric)__builtin_ctz(
		comparison->options.metrics);

	return round(comparison_figure(comparison, row, side,
				       comparison_metric_figure(metric)).value);
}

static void folded_print(const struct output_run *run,
			 const struct diff_view *view)
{
	const struct comparison *comparison = view->comparison;

	for (size_t i = 0; i < comparison->row_count && i < run->limit; i++) {
		const struct comparison_row *row = &comparison->rows[i];
		double old = figure(comparison, row, COMPARISON_OLD);
		double new = figure(comparison, row, COMPARISON_NEW);

		if (!(old >= 1) && !(new >= 1))
			continue;
		put_row(run->file, comparison, row);
		fprintf(run->file, " %.0f %.0f\n", old, new);
	}
}

const struct diff_output diff_output_folded = {
	.name = "folded",
	.default_limit = SIZE_MAX,
	.one_metric = true,
	.print = folded_print,
};

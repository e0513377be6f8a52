/* SPDX-License-Identifier: MIT */
/*
 * diff --format=markdown: for a merge request. What failed, the totals, then
 * the sites that changed most, a table line for each figure that did. It is
 * made to be read in a browser, and short enough to be a comment.
 */
#include "analyzer/output/diff.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/frame.h"
#include "analyzer/function_name.h"
#include "analyzer/diff/comparison_lost.h"
#include "analyzer/memory.h"
#include "analyzer/output/cells.h"
#include "analyzer/output/diff_advice.h"
#include "analyzer/output/diff_cells.h"
#include "analyzer/output/diff_stack.h"
#include "analyzer/output/markdown_text.h"
#include "analyzer/output/short_name.h"
#include "analyzer/symbolize.h"
#include "analyzer/text.h"

#define NAME_COLUMNS 60
#define PATH_COLUMNS 36
#define CALLS 2 /* of a site: the function and its caller */

static const enum comparison_metric total_metrics[] = {
	METRIC_CALLS,  METRIC_BYTES,	   METRIC_PEAK,
	METRIC_LEAKED, METRIC_TEMPORARY,
};

static void put_code(FILE *file, const char *text)
{
	char *code = markdown_code(text);

	fputs(code, file);
	free(code);
}

static void put_count(FILE *file, enum comparison_metric metric, double value)
{
	char text[TEXT_NUMBER_BYTES];

	if (!(value >= 0))
		fputs("?", file);
	else if (comparison_metric_is_bytes(metric))
		fputs(text_bytes(text, value), file);
	else
		fputs(text_count(text, (uint64_t)fmin(round(value), 1e18)),
		      file);
}

/* A figure with its interval, if it is an estimate. */
static void put_value(FILE *file, enum comparison_metric metric,
		      const struct estimate *value)
{
	char cell[CELL_BYTES];

	put_count(file, metric, value->value);
	cell_interval(cell, value,
		      comparison_metric_is_bytes(metric) ? cell_bytes :
							   cell_count);
	if (*cell)
		fprintf(file, " %s", cell);
}

static bool is_tested(const struct comparison_change *change)
{
	return change->verdict.test != COMPARISON_TEST_EXACT;
}

/* "+120 (+12.0%)", "new", "~" where chance would do as much. */
static void put_change(FILE *file, enum comparison_metric metric,
		       const struct comparison_change *change)
{
	const bool bytes = comparison_metric_is_bytes(metric);
	char cell[CELL_BYTES], *delta;

	if (is_tested(change) && !change->verdict.significant) {
		fputs("~", file);
		return;
	}
	if (change->delta == 0) {
		fputs("=", file);
		return;
	}
	delta = diff_text_delta(change, bytes);
	fputs(delta, file);
	free(delta);
	if (isfinite(change->relative))
		fprintf(file, " (%s)", diff_cell_relative(cell,
							  change->relative));
}

static void put_figures(FILE *file, const struct comparison *comparison,
			const struct comparison_row *row,
			enum comparison_metric metric)
{
	const struct comparison_change change =
		comparison_change(comparison, row, metric);

	fputs(" | ", file);
	put_value(file, metric, &change.old);
	fputs(" | ", file);
	put_value(file, metric, &change.new);
	fputs(" | ", file);
	put_change(file, metric, &change);
	fputs(" |\n", file);
}

static void put_totals(FILE *file, const struct comparison *comparison)
{
	fputs("\n| in all | old | new | change |\n|:--|--:|--:|--:|\n", file);
	for (size_t i = 0;
	     i < sizeof(total_metrics) / sizeof(*total_metrics); i++) {
		enum comparison_metric metric = total_metrics[i];

		fprintf(file, "| %s", comparison_metric_name(metric));
		put_figures(file, comparison, NULL, metric);
	}
}

static void put_name(FILE *file, char *name)
{
	char *line = text_line(name);
	char *brief = short_template(line, NAME_COLUMNS);
	char *cut = short_function(brief, 2 * NAME_COLUMNS);

	put_code(file, cut);
	free(cut);
	free(brief);
	free(line);
	free(name);
}

static void put_place(FILE *file, const struct comparison *comparison,
		      const struct pool_frame *frame)
{
	const char *path = frame_pool_name(&comparison->pool, frame->file);
	char *line, *brief, *place;

	if (!path || frame->line == 0)
		return;
	line = text_line(path);
	brief = short_path(line, PATH_COLUMNS);
	place = xasprintf("%s:%u", brief, frame->line);
	fputs("<br>", file);
	put_code(file, place);
	free(place);
	free(brief);
	free(line);
}

static bool is_library(const struct comparison *comparison,
		       const struct pool_frame *frame)
{
	const char *name = frame_pool_name(&comparison->pool, frame->function);

	return name && function_is_library(name);
}

/* The call that tells: of a run of the library's own the outermost. */
static size_t next_call(const struct comparison *comparison,
			const struct diff_stack *stack, size_t i)
{
	while (i + 1 < stack->count &&
	       is_library(comparison, stack->frames[i]) &&
	       is_library(comparison, stack->frames[i + 1]))
		i++;
	return i;
}

/* What the program called, who called it, and where that is. */
static void put_calls(FILE *file, const struct comparison *comparison,
		      const struct diff_stack *stack)
{
	const struct pool_frame *frame, *place = NULL;
	size_t i = stack->leaf;

	for (size_t shown = 0; shown < CALLS && i < stack->count; shown++) {
		i = next_call(comparison, stack, i);
		frame = stack->frames[i++];
		if (shown > 0 &&
		    frame_is_runtime_start(frame_pool_name(&comparison->pool,
							   frame->function)))
			break;
		if (shown > 0)
			fputs(" ← ", file);
		put_name(file, diff_stack_name(&comparison->pool, frame));
		if (!place && !is_library(comparison, frame))
			place = frame;
	}
	if (place)
		put_place(file, comparison, place);
}

static void put_site(FILE *file, const struct comparison *comparison,
		     const struct comparison_row *row)
{
	const char *name = frame_pool_name(&comparison->pool, row->name);
	struct diff_stack stack;

	diff_stack_read(&stack, comparison, row);
	if (name)
		put_name(file, xstrndup(name, strlen(name)));
	else if (stack.count > 0)
		put_calls(file, comparison, &stack);
	else
		fputs("(not recorded)", file);
}

static void put_kind(FILE *file, const struct comparison_row *row)
{
	if (row->kind == MATCH_NEW)
		fputs(" **new**", file);
	else if (row->kind == MATCH_GONE)
		fputs(" **gone**", file);
}

/* A line for each figure that changed; the first has the site. */
static void put_row(FILE *file, const struct comparison *comparison,
		    const struct comparison_row *row)
{
	bool first = true;

	for (int metric = 0; metric < COMPARISON_METRICS; metric++) {
		if (!(row->significant & METRIC_BIT(metric)))
			continue;
		fputs("| ", file);
		if (first) {
			put_site(file, comparison, row);
			put_kind(file, row);
		}
		fprintf(file, " | %s", comparison_metric_name(metric));
		put_figures(file, comparison, row, metric);
		first = false;
	}
}

static void put_rows(const struct output_run *run,
		     const struct comparison *comparison)
{
	size_t shown = comparison->changed_count;

	if (shown == 0)
		return;
	if (shown > run->limit)
		shown = run->limit;
	fputs("\n| site | | old | new | change |\n|:--|:--|--:|--:|--:|\n",
	      run->file);
	for (size_t i = 0; i < shown; i++)
		put_row(run->file, comparison, &comparison->rows[i]);
	if (shown < comparison->changed_count)
		fprintf(run->file, "\n%zu more changed.\n",
			comparison->changed_count - shown);
}

static void put_heading(FILE *file, const struct comparison *comparison)
{
	const struct snapshot *last =
		comparison->runs[comparison->run_count - 1].snapshot;
	size_t changed = comparison->changed_count;
	char count[TEXT_NUMBER_BYTES];

	fputs("**", file);
	put_code(file, symbol_basename(last->program));
	if (changed == 0)
		fputs(": no allocation site changed**\n", file);
	else
		fprintf(file, ": %s allocation site%s changed**\n",
			text_count(count, changed), changed == 1 ? "" : "s");
	if (comparison->side_runs[COMPARISON_OLD] > 1 ||
	    comparison->side_runs[COMPARISON_NEW] > 1)
		fprintf(file, "\nMedians of %zu old and %zu new runs; ~ may be "
			"chance.\n",
			comparison->side_runs[COMPARISON_OLD],
			comparison->side_runs[COMPARISON_NEW]);
	else if (comparison->sampled)
		fputs("\nEstimated from samples, with 95% intervals; ~ may be "
		      "chance.\n", file);
}

static void put_list(FILE *file, const char *title, char *const *lines,
		     size_t count)
{
	if (count == 0)
		return;
	fprintf(file, "\n%s:\n\n", title);
	for (size_t i = 0; i < count; i++) {
		fputs("- ", file);
		put_code(file, lines[i]);
		fputc('\n', file);
	}
}

static void put_lost(FILE *file, const struct comparison *comparison)
{
	for (int side = 0; side < COMPARISON_SIDES; side++) {
		char *why = comparison_lost_text(comparison,
						 (enum comparison_side)side);

		if (why)
			fputs(side == COMPARISON_OLD ?
			      "\nNames of the old side are missing: " :
			      "\nNames of the new side are missing: ", file);
		if (why)
			put_code(file, why);
		if (why)
			fputs(".\n", file);
		free(why);
	}
}

static void markdown_print(const struct output_run *run,
			   const struct diff_view *view)
{
	put_heading(run->file, view->comparison);
	put_lost(run->file, view->comparison);
	put_list(run->file, "Limits that it breaks", view->failed,
		 view->failed_count);
	put_list(run->file, "Limits that could not be judged", view->unjudged,
		 view->unjudged_count);
	put_totals(run->file, view->comparison);
	put_rows(run, view->comparison);
	diff_advice_markdown(run, view);
}

const struct diff_output diff_output_markdown = {
	.name = "markdown",
	.default_limit = 10,
	.print = markdown_print,
};

/* SPDX-License-Identifier: MIT */
#include "analyzer/output/diff_row.h"

#include <inttypes.h>
#include <stdlib.h>

#include "analyzer/memory.h"
#include "analyzer/output/diff_cells.h"
#include "analyzer/output/diff_frames.h"
#include "analyzer/output/screen.h"
#include "analyzer/output/short_name.h"
#include "analyzer/text.h"

#define CELL_COLUMNS 9

const char *diff_row_noun(const struct comparison *c, size_t count)
{
	static const char *const nouns[][2] = {
		[REPORT_BY_SITE] = { "site", "sites" },
		[REPORT_BY_FUNCTION] = { "function", "functions" },
		[REPORT_BY_FILE] = { "file", "files" },
		[REPORT_BY_LINE] = { "line", "lines" },
		[REPORT_BY_MODULE] = { "module", "modules" },
		[REPORT_BY_THREAD] = { "thread", "threads" },
		[REPORT_BY_SIZE] = { "size", "sizes" },
	};

	return nouns[c->by][count != 1];
}

static bool is_single(const struct comparison *c)
{
	return (c->options.metrics & (c->options.metrics - 1)) == 0;
}

static enum ink ink_of(const struct comparison_change *change)
{
	if (!change->verdict.significant)
		return INK_FAINT;
	return change->delta > 0 ? INK_ALARM : INK_STRONG;
}

/* A metric's change in its column. */
static void put_delta(const struct output_run *run,
		      const struct comparison_change *change, bool bytes)
{
	char cell[CELL_BYTES] = "~";

	if (change->delta == 0)
		snprintf(cell, sizeof(cell), "=");
	else if (change->verdict.significant)
		diff_cell_delta(cell, change->delta, bytes);
	screen_put_right(run, ink_of(change), cell, CELL_COLUMNS);
}

/* Empty unless it changed. */
static char *relative_of(char out[CELL_BYTES],
			 const struct comparison_change *change)
{
	*out = '\0';
	if (change->delta != 0 && change->verdict.significant)
		diff_cell_relative(out, change->relative);
	return out;
}

static char *margin_of(char out[CELL_BYTES],
		       const struct comparison_change *change, bool bytes)
{
	*out = '\0';
	if (change->delta != 0 && change->verdict.significant)
		diff_cell_margin(out, change, bytes);
	return out;
}

/* A cell of a line that ends with the last that is not empty. */
static void put_cell(const struct output_run *run, enum ink ink,
		     const char *cell, size_t *pending)
{
	*pending += CELL_COLUMNS;
	if (!*cell)
		return;
	screen_put_right(run, ink, cell, *pending);
	*pending = 0;
}

static bool is_shown(const struct comparison *c, int metric)
{
	return c->options.metrics & METRIC_BIT(metric);
}

/* How many columns of a row stand before what it is known by. */
static size_t columns_before(const struct comparison *c)
{
	unsigned int metrics = c->options.metrics;

	return CELL_COLUMNS *
	       (is_single(c) ? 4 : (size_t)__builtin_popcount(metrics));
}

/* How the two sides were found to be one, if it is not plain. */
static char *kind_text(const struct comparison_row *row)
{
	const char *several = row->merged ? " several as one" : "";

	switch (row->kind) {
	case MATCH_SIMILAR:
		return xasprintf(" similar %.2f%s", row->similarity, several);
	case MATCH_MOVED:
	case MATCH_FUNCTIONS:
		return xasprintf(" %s%s", match_kind_name(row->kind), several);
	default:
		return xasprintf("%s", several);
	}
}

/* What it is known by: a site by its id, all else by its name. */
static void put_label(const struct output_run *run, const struct comparison *c,
		      const struct comparison_row *row)
{
	size_t left = (size_t)run->columns - columns_before(c) - 2;
	char *kind = kind_text(row), *name, *cut;

	screen_spaces(run, 2);
	if (c->by == REPORT_BY_SITE) {
		cut = xasprintf("%012" PRIx64, row->id >> 16);
		screen_put(run, INK_FAINT, cut);
		if (text_columns(cut) + text_columns(kind) <= left)
			screen_put(run, INK_FAINT, kind);
	} else {
		name = text_line(c->pool.texts[row->name]);
		cut = c->by == REPORT_BY_FUNCTION ? short_function(name, left) :
						    short_path(name, left);
		screen_put(run, INK_PLAIN, cut);
		free(name);
	}
	fputs("\n", run->file);
	free(cut);
	free(kind);
}

static void print_cells(const struct output_run *run, enum ink ink,
			char cells[][CELL_BYTES], size_t count)
{
	size_t pending = 0;

	for (size_t i = 0; i < count; i++)
		put_cell(run, ink, cells[i], &pending);
	if (pending < count * CELL_COLUMNS)
		fputs("\n", run->file);
}

/* All metrics: what each changed by; below it by how much of what it was, and
 * how far off that may be. */
static void print_changes(const struct output_run *run,
			  const struct comparison *c,
			  const struct comparison_row *row)
{
	char relative[COMPARISON_METRICS][CELL_BYTES];
	char margins[COMPARISON_METRICS][CELL_BYTES];
	size_t count = 0;

	for (int i = 0; i < COMPARISON_METRICS; i++) {
		enum comparison_metric metric = (enum comparison_metric)i;
		bool bytes = comparison_metric_is_bytes(metric);
		struct comparison_change change;

		if (!is_shown(c, i))
			continue;
		change = comparison_change(c, row, metric);
		put_delta(run, &change, bytes);
		relative_of(relative[count], &change);
		margin_of(margins[count++], &change, bytes);
	}
	put_label(run, c, row);
	if (row->kind < MATCH_NEW)
		print_cells(run, INK_PLAIN, relative, count);
	print_cells(run, INK_FAINT, margins, count);
}

static void put_value(const struct output_run *run, const struct estimate *e,
		      bool bytes)
{
	char cell[CELL_BYTES];

	screen_put_right(run, INK_PLAIN, bytes ? cell_bytes(cell, e->value) :
						 cell_count(cell, e->value),
			 CELL_COLUMNS);
}

/* One metric: before, after, change. */
static void print_change(const struct output_run *run,
			 const struct comparison *c,
			 const struct comparison_row *row,
			 enum comparison_metric metric)
{
	struct comparison_change change = comparison_change(c, row, metric);
	bool bytes = comparison_metric_is_bytes(metric);
	char *(*cell)(char *, double) = bytes ? cell_bytes : cell_count;
	char relative[CELL_BYTES], margins[3][CELL_BYTES];

	put_value(run, &change.old, bytes);
	put_value(run, &change.new, bytes);
	put_delta(run, &change, bytes);
	screen_put_right(run, INK_PLAIN, relative_of(relative, &change),
			 CELL_COLUMNS);
	put_label(run, c, row);
	cell_interval(margins[0], &change.old, cell);
	cell_interval(margins[1], &change.new, cell);
	margin_of(margins[2], &change, bytes);
	print_cells(run, INK_FAINT, margins, 3);
}

static enum comparison_metric only_metric(const struct comparison *c)
{
	int metric = 0;

	while (!is_shown(c, metric))
		metric++;
	return (enum comparison_metric)metric;
}

void diff_row_print(const struct output_run *run, const struct diff_view *view,
		    const struct comparison_row *row)
{
	const struct comparison *c = view->comparison;

	if (is_single(c))
		print_change(run, c, row, only_metric(c));
	else
		print_changes(run, c, row);
	if (c->by == REPORT_BY_SITE || view->full_names)
		diff_frames_print(run, view, row);
	fputs("\n", run->file);
}

void diff_row_print_columns(const struct output_run *run,
			    const struct comparison *c)
{
	static const char *const single[] = { "old", "new", "change", "" };
	static const char *const titles[COMPARISON_METRICS] = {
		[METRIC_CALLS] = "calls",	  [METRIC_BYTES] = "bytes",
		[METRIC_PEAK] = "peak",		  [METRIC_LEAKED] = "leaked",
		[METRIC_TEMPORARY] = "temp",	  [METRIC_AT_PEAK] = "at peak",
		[METRIC_LEAKED_BLOCKS] = "blocks",
	};

	for (size_t i = 0; is_single(c) && i < 4; i++)
		screen_put_right(run, INK_FAINT, single[i], CELL_COLUMNS);
	for (int i = 0; !is_single(c) && i < COMPARISON_METRICS; i++)
		if (is_shown(c, i))
			screen_put_right(run, INK_FAINT,
					 c->at && i == METRIC_LEAKED ?
						 "live" : titles[i],
					 CELL_COLUMNS);
	screen_put(run, INK_FAINT, "  ");
	screen_put(run, INK_FAINT, diff_row_noun(c, 1));
	fputs("\n", run->file);
}

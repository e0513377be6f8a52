/* SPDX-License-Identifier: MIT */
/*
 * diff on a terminal: the two sides, the totals, then the rows that changed,
 * what got worse first. What may be chance, or is too little to matter, is a
 * "~".
 */
#include "analyzer/output/diff.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "analyzer/memory.h"
#include "analyzer/output/diff_cells.h"
#include "analyzer/output/diff_frames.h"
#include "analyzer/output/diff_head.h"
#include "analyzer/output/screen.h"
#include "analyzer/text.h"

#define CELL_COLUMNS 9

enum section { SECTION_GROWN, SECTION_NEW, SECTION_SHRUNK, SECTION_GONE,
	       SECTIONS };

static const char *const section_titles[SECTIONS] = {
	[SECTION_GROWN] = "Grown",
	[SECTION_NEW] = "New",
	[SECTION_SHRUNK] = "Shrunk",
	[SECTION_GONE] = "Gone",
};

static enum section section_of(const struct comparison_row *row)
{
	switch (row->kind) {
	case MATCH_NEW:
		return SECTION_NEW;
	case MATCH_GONE:
		return SECTION_GONE;
	default:
		return row->grown ? SECTION_GROWN : SECTION_SHRUNK;
	}
}

static const char *noun(const struct comparison *c, size_t count)
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

/* Is every change real, by whatever metric? */
static bool is_counted(const struct comparison *c)
{
	for (int i = 0; i < COMPARISON_METRICS; i++)
		if ((c->options.metrics & METRIC_BIT(i)) &&
		    c->totals[i].test != COMPARISON_TEST_EXACT)
			return false;
	return true;
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

static void put_relative(const struct output_run *run,
			 const struct comparison_change *change)
{
	char cell[CELL_BYTES] = "";

	if (change->delta != 0 && change->verdict.significant)
		diff_cell_relative(cell, change->relative);
	screen_put_right(run, INK_PLAIN, cell, CELL_COLUMNS);
}

static bool put_margin(const struct output_run *run,
		       const struct comparison_change *change, bool bytes)
{
	char cell[CELL_BYTES] = "";

	if (change->delta != 0 && change->verdict.significant)
		diff_cell_margin(cell, change, bytes);
	if (run)
		screen_put_right(run, INK_FAINT, cell, CELL_COLUMNS);
	return *cell != '\0';
}

/* What it is known by, and how the two sides were found to be one. */
static void put_label(const struct output_run *run, const struct comparison *c,
		      const struct comparison_row *row)
{
	char text[100] = "", id[SITE_ID_BYTES];

	snprintf(id, sizeof(id), "%012" PRIx64, row->id >> 16);
	screen_spaces(run, 2);
	screen_put(run, INK_FAINT, c->by == REPORT_BY_SITE ? id : "");
	switch (row->kind) {
	case MATCH_SIMILAR:
		snprintf(text, sizeof(text), " similar %.2f", row->similarity);
		break;
	case MATCH_MOVED:
	case MATCH_FUNCTIONS:
		snprintf(text, sizeof(text), " %s",
			 match_kind_name(row->kind));
		break;
	default:
		break;
	}
	screen_put(run, INK_FAINT, c->by == REPORT_BY_SITE ? text : "");
	if (row->merged)
		screen_put(run, INK_FAINT, " several as one");
	fputs("\n", run->file);
}

static bool is_shown(const struct comparison *c, int metric)
{
	return c->options.metrics & METRIC_BIT(metric);
}

/* All metrics: what each changed by; below it by how much of what it was, and
 * how far off that may be. */
static void print_changes(const struct output_run *run,
			  const struct comparison *c,
			  const struct comparison_row *row)
{
	struct comparison_change changes[COMPARISON_METRICS];
	bool margins = false, relative = row->kind < MATCH_NEW;

	for (int i = 0; i < COMPARISON_METRICS; i++) {
		bool bytes = comparison_metric_is_bytes(
			(enum comparison_metric)i);

		if (!is_shown(c, i))
			continue;
		changes[i] = comparison_change(c, row,
					       (enum comparison_metric)i);
		margins |= put_margin(NULL, &changes[i], bytes);
		put_delta(run, &changes[i], bytes);
	}
	put_label(run, c, row);
	for (int i = 0; relative && i < COMPARISON_METRICS; i++)
		if (is_shown(c, i))
			put_relative(run, &changes[i]);
	if (relative)
		fputs("\n", run->file);
	for (int i = 0; margins && i < COMPARISON_METRICS; i++)
		if (is_shown(c, i))
			put_margin(run, &changes[i],
				   comparison_metric_is_bytes(
					   (enum comparison_metric)i));
	if (margins)
		fputs("\n", run->file);
}

static void put_value(const struct output_run *run, const struct estimate *e,
		      bool bytes)
{
	char cell[CELL_BYTES];

	screen_put_right(run, INK_PLAIN, bytes ? cell_bytes(cell, e->value) :
						 cell_count(cell, e->value),
			 CELL_COLUMNS);
}

static void put_error(const struct output_run *run, const struct estimate *e,
		      bool bytes)
{
	char cell[CELL_BYTES];

	screen_put_right(run, INK_FAINT,
			 cell_interval(cell, e, bytes ? cell_bytes : cell_count),
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

	put_value(run, &change.old, bytes);
	put_value(run, &change.new, bytes);
	put_delta(run, &change, bytes);
	put_relative(run, &change);
	put_label(run, c, row);
	if (change.old.exact && change.new.exact &&
	    !put_margin(NULL, &change, bytes))
		return;
	put_error(run, &change.old, bytes);
	put_error(run, &change.new, bytes);
	put_margin(run, &change, bytes);
	fputs("\n", run->file);
}

static enum comparison_metric only_metric(const struct comparison *c)
{
	int metric = 0;

	while (!is_shown(c, metric))
		metric++;
	return (enum comparison_metric)metric;
}

static void print_row(const struct output_run *run,
		      const struct diff_view *view,
		      const struct comparison_row *row)
{
	const struct comparison *c = view->comparison;

	if (is_single(c))
		print_change(run, c, row, only_metric(c));
	else
		print_changes(run, c, row);
	diff_frames_print(run, view, row);
	fputs("\n", run->file);
}

static void print_columns(const struct output_run *run,
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
	screen_put(run, INK_FAINT, noun(c, 1));
	fputs("\n", run->file);
}

/* Of the rows that are shown. */
static size_t rows_shown(const struct output_run *run,
			 const struct comparison *c)
{
	return c->changed_count < run->limit ? c->changed_count : run->limit;
}

static void print_section(const struct output_run *run,
			  const struct diff_view *view, enum section section)
{
	const struct comparison *c = view->comparison;
	bool begun = false;

	for (size_t i = 0; i < rows_shown(run, c); i++) {
		if (section_of(&c->rows[i]) != section)
			continue;
		if (!begun) {
			screen_put(run, INK_STRONG, section_titles[section]);
			fputs("\n", run->file);
			print_columns(run, c);
		}
		begun = true;
		print_row(run, view, &c->rows[i]);
	}
}

/* "1 of 6 sites grew, 1 is new, 2 are gone; 2 did not change." */
static void print_counts(const struct output_run *run,
			 const struct comparison *c)
{
	static const char *const verbs[SECTIONS][2] = {
		[SECTION_GROWN] = { "grew", "grew" },
		[SECTION_NEW] = { "is new", "are new" },
		[SECTION_SHRUNK] = { "shrank", "shrank" },
		[SECTION_GONE] = { "is gone", "are gone" },
	};
	size_t counts[SECTIONS] = { 0 };
	char *line = xasprintf("Of %zu %s", c->row_count,
			       noun(c, c->row_count));
	const char *comma = "";

	for (size_t i = 0; i < c->changed_count; i++)
		counts[section_of(&c->rows[i])]++;
	for (int i = 0; i < SECTIONS; i++) {
		char *longer;

		if (counts[i] == 0)
			continue;
		longer = xasprintf("%s%s %zu %s", line, comma, counts[i],
				   verbs[i][counts[i] != 1]);
		free(line);
		line = longer;
		comma = ",";
	}
	screen_put(run, INK_STRONG, line);
	fprintf(run->file, is_counted(c) ? "; %zu did not change.\n\n" :
					   "; in %zu no change is certain.\n\n",
		c->row_count - c->changed_count);
	free(line);
}

static void print_nothing(const struct output_run *run,
			  const struct comparison *c)
{
	char *line;

	if (c->row_count == 0)
		line = xasprintf("Nothing changed: neither side allocated.\n");
	else if (!is_counted(c))
		line = xasprintf("Nothing changed that could not be chance, "
				 "in %zu %s.\n", c->row_count,
				 noun(c, c->row_count));
	else if (c->options.floor_share > 0)
		line = xasprintf("Nothing changed: none of %zu %s by %g%% of a "
				 "total or more.\n", c->row_count,
				 noun(c, c->row_count),
				 c->options.floor_share * 100);
	else
		line = xasprintf("Nothing changed in %zu %s.\n", c->row_count,
				 noun(c, c->row_count));
	screen_put(run, INK_STRONG, line);
	free(line);
}

static void print_foot(const struct output_run *run, const struct comparison *c)
{
	size_t shown = rows_shown(run, c);
	char *line;

	if (shown < c->changed_count) {
		line = xasprintf("%zu more changed; --limit=0 shows all.",
				 c->changed_count - shown);
		screen_put_folded(run, INK_FAINT, line, 0);
		free(line);
	}
	line = xasprintf("~ is %sbelow %g%% of the total (--floor).",
			 is_counted(c) ? "" : "what may be chance, or ",
			 c->options.floor_share * 100);
	screen_put_folded(run, INK_FAINT, line, 0);
	free(line);
}

static void print_failed(const struct output_run *run,
			 const struct diff_view *view)
{
	for (size_t i = 0; i < view->failed_count; i++) {
		char *line = xasprintf("FAILED %s", view->failed[i]);

		screen_put_folded(run, INK_ALARM, line, 0);
		free(line);
	}
	if (view->failed_count > 0)
		fputs("\n", run->file);
}

static void print(const struct output_run *run, const struct diff_view *view)
{
	const struct comparison *c = view->comparison;

	diff_head_print(run, view);
	print_failed(run, view);
	if (c->changed_count == 0) {
		print_nothing(run, c);
		return;
	}
	print_counts(run, c);
	for (int section = 0; section < SECTIONS; section++)
		print_section(run, view, (enum section)section);
	print_foot(run, c);
}

const struct diff_output diff_output_text = {
	.name = "text",
	.default_limit = 10,
	.print = print,
};

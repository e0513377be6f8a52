/* SPDX-License-Identifier: MIT */
/*
 * report for people: the totals, then the rows that matter most, each with its
 * figures on one line (of a sample, their intervals below) and, by site, the
 * frames that say where it is. Made for 80 columns; wider terminals get more
 * of the names.
 */
#include "analyzer/output/output.h"

#include <math.h>
#include <stdlib.h>

#include "analyzer/memory.h"
#include "analyzer/output/cells.h"
#include "analyzer/output/chart.h"
#include "analyzer/output/frame_lines.h"
#include "analyzer/output/short_name.h"
#include "analyzer/output/summary.h"
#include "analyzer/text.h"

#define FIGURE_COLUMNS 65 /* all figures of a row */

/* One figure of a row. */
struct cell {
	char text[CELL_BYTES];
	char interval[CELL_BYTES];
	enum ink ink;
};

struct column {
	const char *title;
	size_t columns; /* with the space before it */
	void (*fill)(struct cell *cell, const struct report *report,
		     const struct site *row);
};

static void fill_figure(struct cell *cell, const struct estimate *e,
			char *(*write)(char *, double))
{
	write(cell->text, e->value);
	cell_interval(cell->interval, e, write);
}

static void fill_calls(struct cell *cell, const struct report *report,
		       const struct site *row)
{
	struct estimate e =
		profile_figure(report->profile, row, FIGURE_ALLOCATIONS);

	fill_figure(cell, &e, cell_count);
	cell->ink = INK_STRONG;
}

static void fill_bytes_of(struct cell *cell, const struct report *report,
			  const struct site *row, enum profile_figure which)
{
	struct estimate e = profile_figure(report->profile, row, which);

	fill_figure(cell, &e, cell_bytes);
}

static void fill_bytes(struct cell *cell, const struct report *report,
		       const struct site *row)
{
	fill_bytes_of(cell, report, row, FIGURE_BYTES_ALLOCATED);
}

static void fill_peak(struct cell *cell, const struct report *report,
		      const struct site *row)
{
	fill_bytes_of(cell, report, row, FIGURE_PEAK_BYTES);
}

static void fill_at_peak(struct cell *cell, const struct report *report,
			 const struct site *row)
{
	fill_bytes_of(cell, report, row, FIGURE_AT_PEAK_BYTES);
}

static void fill_leaked(struct cell *cell, const struct report *report,
			const struct site *row)
{
	fill_bytes_of(cell, report, row, FIGURE_LEAKED_BYTES);
}

/* What the share of a row is a share of: what it is sorted by, if that adds
 * up. */
static enum profile_figure share_figure(enum report_sort sort)
{
	switch (sort) {
	case REPORT_SORT_BYTES:
		return FIGURE_BYTES_ALLOCATED;
	case REPORT_SORT_AT_PEAK:
		return FIGURE_AT_PEAK_BYTES;
	case REPORT_SORT_LEAKED:
		return FIGURE_LEAKED_BYTES;
	case REPORT_SORT_TEMPORARY:
		return FIGURE_TEMPORARY;
	default:
		return FIGURE_ALLOCATIONS;
	}
}

static void fill_share(struct cell *cell, const struct report *report,
		       const struct site *row)
{
	enum profile_figure which = share_figure(report->options.sort);
	const struct profile *profile = report->profile;
	double all = profile_figure(profile, &profile->total, which).value;

	cell_percent(cell->text,
		     all > 0 ? profile_figure(profile, row, which).value / all :
			       0);
}

static void fill_temporary(struct cell *cell, const struct report *report,
			   const struct site *row)
{
	struct estimate e =
		profile_figure(report->profile, row, FIGURE_TEMPORARY);

	cell_percent(cell->text, report_temporary_ratio(report, row));
	cell_interval(cell->interval, &e, cell_count);
}

static void fill_size(struct cell *cell, const struct report *report,
		      const struct site *row)
{
	cell_bytes(cell->text, report_mean_size(report, row));
}

static void fill_lifetime(struct cell *cell, const struct report *report,
			  const struct site *row)
{
	cell_duration(cell->text, report_mean_lifetime_ns(report, row));
}

static const struct column columns[] = {
	{ "calls", 7, fill_calls },	{ "", 7, fill_share },
	{ "bytes", 7, fill_bytes },	{ "peak", 7, fill_peak },
	{ "at peak", 8, fill_at_peak }, { "leaked", 7, fill_leaked },
	{ "temp", 7, fill_temporary },	{ "size", 7, fill_size },
	{ "life", 8, fill_lifetime },
};

#define COLUMN_COUNT (sizeof(columns) / sizeof(*columns))

static const char *share_title(enum report_sort sort)
{
	switch (share_figure(sort)) {
	case FIGURE_BYTES_ALLOCATED:
		return "%bytes";
	case FIGURE_AT_PEAK_BYTES:
		return "%peak";
	case FIGURE_LEAKED_BYTES:
		return "%leak";
	case FIGURE_TEMPORARY:
		return "%temp";
	default:
		return "%calls";
	}
}

static const char *row_title(enum report_by by)
{
	static const char *const titles[] = {
		[REPORT_BY_SITE] = "site",     [REPORT_BY_FUNCTION] = "",
		[REPORT_BY_MODULE] = "module", [REPORT_BY_THREAD] = "thread",
		[REPORT_BY_SIZE] = "bytes each",
	};

	return titles[by];
}

static const char *sort_title(enum report_sort sort)
{
	static const char *const titles[] = {
		[REPORT_SORT_ALLOCATIONS] = "calls",
		[REPORT_SORT_BYTES] = "bytes",
		[REPORT_SORT_PEAK] = "their own peak",
		[REPORT_SORT_AT_PEAK] = "bytes at the heap's peak",
		[REPORT_SORT_LEAKED] = "leaked bytes",
		[REPORT_SORT_TEMPORARY] = "temporary calls",
		[REPORT_SORT_SIZE] = "mean size",
		[REPORT_SORT_LIFETIME] = "mean lifetime",
	};

	return titles[sort];
}

static size_t shown_rows(const struct output_run *run,
			 const struct report *report)
{
	return report->row_count < run->limit ? report->row_count : run->limit;
}

static void print_titles(const struct output_run *run,
			 const struct report *report)
{
	const struct report_options *options = &report->options;
	size_t shown = shown_rows(run, report);
	char count[TEXT_NUMBER_BYTES];
	char *line;

	text_count(count, report->row_count);
	line = shown < report->row_count ?
		       xasprintf("Top %zu of %s %ss by %s\n\n", shown, count,
				 report_by_name(options->by),
				 sort_title(options->sort)) :
		       xasprintf("%s %s%s by %s\n\n", count,
				 report_by_name(options->by),
				 shown == 1 ? "" : "s",
				 sort_title(options->sort));
	screen_put(run, INK_STRONG, line);
	free(line);
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		screen_put_right(run, INK_FAINT,
				 *columns[i].title ?
					 columns[i].title :
					 share_title(options->sort),
				 columns[i].columns);
	screen_spaces(run, *row_title(options->by) ? 2 : 0);
	screen_put(run, INK_FAINT, row_title(options->by));
	fputs("\n", run->file);
}

/* The last column: what is short enough to stand there. */
static void print_label(const struct output_run *run,
			const struct report *report, const struct site *row)
{
	char id[SITE_ID_BYTES];
	char *name, *clean, *cut;

	if (report->options.by == REPORT_BY_FUNCTION)
		return;
	screen_spaces(run, 2);
	if (report->options.by == REPORT_BY_SITE) {
		site_id_text(id, &report->ids, row->stack);
		screen_put(run, INK_FAINT, id);
		return;
	}
	name = report_row_name(report, row);
	clean = text_line(name);
	cut = short_text(clean, (size_t)run->columns - FIGURE_COLUMNS - 2);
	screen_put(run, INK_PLAIN, cut);
	free(cut);
	free(clean);
	free(name);
}

static void print_intervals(const struct output_run *run,
			    const struct cell *cells)
{
	size_t pending = 0;

	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		if (!*cells[i].interval) {
			pending += columns[i].columns;
			continue;
		}
		screen_put_right(run, INK_FAINT, cells[i].interval,
				 columns[i].columns + pending);
		pending = 0;
	}
	fputs("\n", run->file);
}

static void print_figures(const struct output_run *run,
			  const struct report *report, const struct site *row)
{
	struct cell cells[COLUMN_COUNT] = { 0 };

	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		columns[i].fill(&cells[i], report, row);
		screen_put_right(run, cells[i].ink, cells[i].text,
				 columns[i].columns);
	}
	print_label(run, report, row);
	fputs("\n", run->file);
	if (report->profile->sampled)
		print_intervals(run, cells);
}

static void print_function(const struct output_run *run,
			   const struct report *report, const struct site *row)
{
	const struct group *group = report_row_group(report, row);
	char *name = report_row_name(report, row);
	char *module = group->function && group->module ?
			       xasprintf("[%s]",
					 symbol_basename(group->module)) :
			       xasprintf("%s", "");

	frame_line_print(run, INK_PLAIN, name, module);
	free(module);
	free(name);
}

static void print_row(const struct output_run *run, const struct report *report,
		      const struct site *row)
{
	print_figures(run, report, row);
	if (report->options.by == REPORT_BY_SITE) {
		frame_lines_print(run, report, row);
		fputs("\n", run->file);
	} else if (report->options.by == REPORT_BY_FUNCTION) {
		print_function(run, report, row);
	}
}

static void print_footer(const struct output_run *run,
			 const struct report *report)
{
	if (report->options.by != REPORT_BY_SITE)
		fputs("\n", run->file);
	if (report->profile->sampled)
		screen_put(run, INK_FAINT,
			   "Figures are estimates: \u00b1 is the 95% interval; "
			   "? if few samples decide it.\n");
	screen_put(run, INK_FAINT,
		   "at peak: live at the heap's peak. temp: freed before its "
		   "thread allocates again.\n");
}

static void table_begin(struct output_run *run)
{
	(void)run;
}

static void table_report(struct output_run *run, const struct report *report)
{
	size_t shown = shown_rows(run, report);

	if (run->written++ > 0)
		fputs("\n", run->file);
	if (report->options.charts) {
		chart_print_all(run, report);
		return;
	}
	summary_print(run, report);
	if (report->row_count == 0) {
		fputs("No allocations were recorded.\n", run->file);
		return;
	}
	print_titles(run, report);
	for (size_t i = 0; i < shown; i++)
		print_row(run, report, report->rows[i]);
	print_footer(run, report);
}

static void table_end(struct output_run *run)
{
	(void)run;
}

const struct output output_table = {
	.name = "table",
	.default_limit = 10,
	.begin = table_begin,
	.report = table_report,
	.end = table_end,
};

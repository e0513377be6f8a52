/* SPDX-License-Identifier: MIT */
/*
 * report for people: the totals, then the rows that matter most, each with its
 * figures on one line (of a sample, their intervals below) and, by site, the
 * frames that say where it is. Made for 80 columns; wider terminals get more
 * of the names.
 */
#include "analyzer/output/output.h"

#include <stdlib.h>

#include "analyzer/memory.h"
#include "analyzer/output/cells.h"
#include "analyzer/output/chart.h"
#include "analyzer/output/frame_lines.h"
#include "analyzer/output/short_name.h"
#include "analyzer/output/summary.h"
#include "analyzer/output/table_columns.h"
#include "analyzer/text.h"

#define INDENT 4 /* of a name on a line of its own */

struct layout {
	const struct table_column *columns;
	size_t count;
	size_t width;	 /* of all figures of a row */
	bool own_line;	 /* for names: they are too long */
};

static const char *row_title(enum report_by by)
{
	static const char *const titles[] = {
		[REPORT_BY_SITE] = "site",     [REPORT_BY_FUNCTION] = "",
		[REPORT_BY_FILE] = "file",     [REPORT_BY_LINE] = "",
		[REPORT_BY_MODULE] = "module", [REPORT_BY_THREAD] = "thread",
		[REPORT_BY_SIZE] = "bytes each",
	};

	return titles[by];
}

static const char *sort_title(const struct report *report)
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
		[REPORT_SORT_BLOCKS] = "leaked blocks",
	};

	if (report->options.at)
		return report->options.sort == REPORT_SORT_BLOCKS ?
			       "live blocks" :
			       "live bytes";
	if (report_ends_early(report) &&
	    report->options.sort == REPORT_SORT_LEAKED)
		return "bytes left";
	if (report_ends_early(report) &&
	    report->options.sort == REPORT_SORT_BLOCKS)
		return "blocks left";
	return titles[report->options.sort];
}

static size_t shown_rows(const struct output_run *run,
			 const struct report *report)
{
	return report->row_count < run->limit ? report->row_count : run->limit;
}

static void print_titles(const struct output_run *run,
			 const struct report *report,
			 const struct layout *layout)
{
	const struct report_options *options = &report->options;
	size_t shown = shown_rows(run, report);
	char count[TEXT_NUMBER_BYTES];
	char *line;

	text_count(count, report->row_count);
	line = shown < report->row_count ?
		       xasprintf("Top %zu of %s %ss by %s\n\n", shown, count,
				 report_by_name(options->by),
				 sort_title(report)) :
		       xasprintf("%s %s%s by %s\n\n", count,
				 report_by_name(options->by),
				 shown == 1 ? "" : "s", sort_title(report));
	screen_put(run, INK_STRONG, line);
	free(line);
	for (size_t i = 0; i < layout->count; i++)
		screen_put_right(run, INK_FAINT,
				 table_column_title(report, &layout->columns[i]),
				 layout->columns[i].columns);
	if (!layout->own_line && *row_title(options->by)) {
		screen_spaces(run, 2);
		screen_put(run, INK_FAINT, row_title(options->by));
	}
	fputs("\n", run->file);
}

/* The last column: a site's id, or a name. */
static char *row_label(const struct report *report, const struct site *row)
{
	char id[SITE_ID_BYTES];
	char *name, *clean;

	if (report->options.by == REPORT_BY_SITE) {
		site_id_text(id, &report->ids, row->stack);
		return xasprintf("%s", id);
	}
	name = report_row_name(report, row);
	clean = text_line(name);
	free(name);
	return clean;
}

static void print_intervals(const struct output_run *run,
			    const struct layout *layout,
			    const struct table_cell *cells)
{
	size_t pending = 0;

	for (size_t i = 0; i < layout->count; i++) {
		size_t columns = layout->columns[i].columns;

		if (!*cells[i].interval) {
			pending += columns;
			continue;
		}
		screen_put_right(run, INK_FAINT, cells[i].interval,
				 columns + pending);
		pending = 0;
	}
	fputs("\n", run->file);
}

static void print_figures(const struct output_run *run,
			  const struct report *report, const struct site *row,
			  const struct layout *layout)
{
	struct table_cell cells[TABLE_COLUMNS_MAX] = { 0 };

	for (size_t i = 0; i < layout->count; i++) {
		layout->columns[i].fill(&cells[i], report, row);
		screen_put_right(run, cells[i].ink, cells[i].text,
				 layout->columns[i].columns);
	}
	if (!layout->own_line) {
		char *label = row_label(report, row);

		screen_spaces(run, 2);
		screen_put(run,
			   report->options.by == REPORT_BY_SITE ? INK_FAINT :
								  INK_PLAIN,
			   label);
		free(label);
	}
	fputs("\n", run->file);
	if (report->profile->sampled)
		print_intervals(run, layout, cells);
}

/* What there is to say of a name: the module of a function, the function of a
 * line. */
static void print_name(const struct output_run *run,
		       const struct report *report, const struct site *row)
{
	const struct group *group = report_row_group(report, row);
	char *name = report_row_name(report, row);
	char *where;

	if (group && group->file && group->function)
		frame_line_print(run, report->options.full_names,
				 group->function, name);
	else if (report->options.by == REPORT_BY_FUNCTION ||
		 report->options.by == REPORT_BY_LINE) {
		where = group->function && group->module ?
				xasprintf("[%s]",
					  symbol_basename(group->module)) :
				xasprintf("%s", "");
		frame_line_print(run, report->options.full_names, name, where);
		free(where);
	} else {
		char *label = row_label(report, row);
		bool whole = report->options.full_names ||
			     report->options.by != REPORT_BY_FILE;
		size_t columns = (size_t)run->columns - INDENT;
		char *cut = whole ? xasprintf("%s", label) :
				    short_path(label, columns);

		screen_put_folded(run, INK_PLAIN, cut, INDENT);
		free(cut);
		free(label);
	}
	free(name);
}

static void print_row(struct output_run *run, const struct report *report,
		      const struct site *row, const struct layout *layout)
{
	print_figures(run, report, row, layout);
	if (layout->own_line)
		print_name(run, report, row);
	if (report->options.by == REPORT_BY_SITE) {
		frame_lines_print(run, report, row, &run->frames);
		fputs("\n", run->file);
	}
}

/* Figures first; names behind them if the longest of them fits there. */
static struct layout lay_out(const struct output_run *run,
			     const struct report *report)
{
	enum report_by by = report->options.by;
	struct layout layout = {
		.own_line = by == REPORT_BY_FUNCTION || by == REPORT_BY_LINE,
	};

	layout.columns = table_columns(report, &layout.count);
	for (size_t i = 0; i < layout.count; i++)
		layout.width += layout.columns[i].columns;
	for (size_t i = 0; i < shown_rows(run, report) && !layout.own_line;
	     i++) {
		char *label = row_label(report, report->rows[i]);

		layout.own_line = layout.width + 2 + text_columns(label) >
				  (size_t)run->columns;
		free(label);
	}
	return layout;
}

static void print_footer(const struct output_run *run,
			 const struct report *report)
{
	bool notes = report->profile->sampled || !report->options.at;

	if (report->options.by != REPORT_BY_SITE && notes)
		fputs("\n", run->file);
	summary_print_notes(run, report);
}

static void table_begin(struct output_run *run)
{
	(void)run;
}

static void table_report(struct output_run *run, const struct report *report)
{
	size_t shown = shown_rows(run, report);
	struct layout layout;

	if (run->written++ > 0)
		fputs("\n", run->file);
	if (report->options.charts) {
		chart_print_all(run, report);
		return;
	}
	summary_print(run, report);
	if (report->row_count == 0) {
		summary_print_nothing(run, report);
		return;
	}
	layout = lay_out(run, report);
	print_titles(run, report, &layout);
	for (size_t i = 0; i < shown; i++)
		print_row(run, report, report->rows[i], &layout);
	print_footer(run, report);
}

static void table_end(struct output_run *run)
{
	(void)run;
}

const struct output output_table = {
	.name = "table",
	.default_limit = 10,
	.frame_cost = 16,
	.begin = table_begin,
	.report = table_report,
	.end = table_end,
};

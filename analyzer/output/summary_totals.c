/* SPDX-License-Identifier: MIT */
#include "analyzer/output/summary_totals.h"

#include <math.h>
#include <stdlib.h>

#include "analyzer/memory.h"
#include "analyzer/output/cells.h"
#include "analyzer/output/screen.h"
#include "analyzer/text.h"
#include "analyzer/whole.h"

#define LABEL_COLUMNS 13 /* of the left half; two less on the right */
#define VALUE_COLUMNS 27
#define DIGITS_MAX 1e8 /* an estimate of more is given in three digits */

/* A figure with its name. */
struct total {
	const char *label;
	char *value; /* fresh */
};

static void print_one(const struct output_run *run, const struct total *total,
		      int label_columns)
{
	screen_spaces(run, 2);
	screen_put_left(run, INK_FAINT, total->label, (size_t)label_columns);
	screen_put(run, INK_STRONG, total->value);
}

/* Side by side where there is room for both, else one below the other: few
 * samples have wide intervals. Lets go of the values. */
static void print_pair(const struct output_run *run, const struct total *left,
		       const struct total *right)
{
	size_t value = screen_width(run, left->value);
	size_t half = 2 + LABEL_COLUMNS + VALUE_COLUMNS;

	print_one(run, left, LABEL_COLUMNS);
	if (value <= VALUE_COLUMNS &&
	    half + LABEL_COLUMNS + screen_width(run, right->value) <=
		    (size_t)run->columns) {
		screen_spaces(run, VALUE_COLUMNS - value);
		print_one(run, right, LABEL_COLUMNS - 2);
	} else {
		fputs("\n", run->file);
		print_one(run, right, LABEL_COLUMNS);
	}
	fputs("\n", run->file);
	free(left->value);
	free(right->value);
}

struct estimate summary_total(const struct report *report,
			      enum profile_figure figure)
{
	return profile_figure(report->profile, &report->profile->total, figure);
}

/* " ±2.1%" or "". */
static char *interval(const struct estimate *e)
{
	char cell[CELL_BYTES];

	cell_interval(cell, e, cell_bytes);
	return xasprintf("%s%s", *cell ? " " : "", cell);
}

char *summary_figure_text(const struct estimate *e, bool bytes)
{
	char number[TEXT_NUMBER_BYTES];
	char *error = interval(e), *text;

	if (bytes)
		text_bytes(number, e->value);
	else if (!e->exact && e->value >= DIGITS_MAX)
		cell_count(number, e->value);
	else
		text_count(number, whole_of(round(e->value)));
	text = xasprintf("%s%s", number, error);
	free(error);
	return text;
}

/* "text (1.2K/s)"; lets go of the text. */
static char *with_rate(const struct report *report, char *text, double value,
		       char *(*cell)(char *, double))
{
	double seconds = report->profile->counted_ns / 1e9;
	char rate[CELL_BYTES], *result;

	if (!(seconds > 0))
		return text;
	result = xasprintf("%s (%s/s)", text, cell(rate, value / seconds));
	free(text);
	return result;
}

static char *allocations_text(const struct report *report)
{
	struct estimate e = summary_total(report, FIGURE_ALLOCATIONS);

	return with_rate(report, summary_figure_text(&e, false), e.value, cell_count);
}

static char *allocated_text(const struct report *report)
{
	struct estimate e = summary_total(report, FIGURE_BYTES_ALLOCATED);

	return with_rate(report, summary_figure_text(&e, true), e.value, cell_bytes);
}

static char *peak_text(const struct report *report)
{
	struct estimate e = summary_total(report, FIGURE_PEAK_BYTES);
	char *text = summary_figure_text(&e, true), *result;
	char when[CELL_BYTES];

	if (report->profile->total.allocations == 0)
		return text;
	result = xasprintf("%s at %s", text,
			   cell_duration(when, report->profile->peak_ns));
	free(text);
	return result;
}

static char *rss_text(const struct report *report)
{
	char bytes[TEXT_NUMBER_BYTES];

	if (report->profile->peak_rss_bytes == 0)
		return xasprintf("not known");
	return xasprintf("%s", text_bytes(bytes, (double)report->profile
							  ->peak_rss_bytes));
}

static char *leaked_text(const struct report *report)
{
	struct estimate bytes = summary_total(report, FIGURE_LEAKED_BYTES);
	struct estimate blocks = summary_total(report, FIGURE_LEAKED_BLOCKS);
	char *text = summary_figure_text(&bytes, true), *result;
	char count[CELL_BYTES];

	if (!bytes.exact) /* no room for two intervals */
		return text;
	result = xasprintf("%s in %s block%s", text,
			   cell_count(count, blocks.value),
			   blocks.value == 1 ? "" : "s");
	free(text);
	return result;
}

static char *temporary_text(const struct report *report)
{
	const struct site *row = &report->profile->total;
	char cell[CELL_BYTES];

	if (row->allocations == 0)
		return xasprintf("-");
	cell_percent(cell, report_temporary_ratio(report, row));
	return xasprintf("%s of allocations", cell);
}

static char *size_text(const struct report *report)
{
	double size = report_mean_size(report, &report->profile->total);
	char bytes[TEXT_NUMBER_BYTES];

	return isfinite(size) ? xasprintf("%s", text_bytes(bytes, size)) :
				xasprintf("-");
}

static char *lifetime_text(const struct report *report)
{
	struct estimate e =
		report_mean_lifetime(report, &report->profile->total);
	char duration[CELL_BYTES], error[CELL_BYTES];

	cell_duration(duration, e.value);
	if (!isfinite(e.value))
		return xasprintf("%s", duration);
	cell_interval(error, &e, cell_duration);
	return xasprintf("%s%s%s", duration, *error ? " " : "", error);
}

static const char *leaked_label(const struct report *report)
{
	if (report->options.at)
		return "live then";
	return report_ends_early(report) ? "left" : "leaked";
}

void summary_totals_print(const struct output_run *run,
			  const struct report *report)
{
	const struct total totals[][2] = {
		{ { "allocations", allocations_text(report) },
		  { "peak heap", peak_text(report) } },
		{ { "allocated", allocated_text(report) },
		  { "peak RSS", rss_text(report) } },
		{ { "mean size", size_text(report) },
		  { leaked_label(report), leaked_text(report) } },
		{ { "mean life", lifetime_text(report) },
		  { "temporary", temporary_text(report) } },
	};

	for (size_t i = 0; i < sizeof(totals) / sizeof(*totals); i++)
		print_pair(run, &totals[i][0], &totals[i][1]);
	fputs("\n", run->file);
}

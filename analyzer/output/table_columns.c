/* SPDX-License-Identifier: MIT */
#include "analyzer/output/table_columns.h"

#include <math.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static void fill_figure(struct table_cell *cell, const struct estimate *e,
			char *(*write)(char *, double))
{
	write(cell->text, e->value);
	cell_interval(cell->interval, e, write);
}

static void fill_calls(struct table_cell *cell, const struct report *report,
		       const struct site *row)
{
	struct estimate e =
		profile_figure(report->profile, row, FIGURE_ALLOCATIONS);

	fill_figure(cell, &e, cell_count);
	cell->ink = INK_STRONG;
}

static void fill_bytes_of(struct table_cell *cell, const struct report *report,
			  const struct site *row, enum profile_figure which)
{
	struct estimate e = profile_figure(report->profile, row, which);

	fill_figure(cell, &e, cell_bytes);
}

static void fill_bytes(struct table_cell *cell, const struct report *report,
		       const struct site *row)
{
	fill_bytes_of(cell, report, row, FIGURE_BYTES_ALLOCATED);
}

static void fill_peak(struct table_cell *cell, const struct report *report,
		      const struct site *row)
{
	fill_bytes_of(cell, report, row, FIGURE_PEAK_BYTES);
}

static void fill_at_peak(struct table_cell *cell, const struct report *report,
			 const struct site *row)
{
	fill_bytes_of(cell, report, row, FIGURE_AT_PEAK_BYTES);
}

static void fill_leaked(struct table_cell *cell, const struct report *report,
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
	case REPORT_SORT_BLOCKS:
		return FIGURE_LEAKED_BLOCKS;
	case REPORT_SORT_TEMPORARY:
		return FIGURE_TEMPORARY;
	default:
		return FIGURE_ALLOCATIONS;
	}
}

static void fill_share(struct table_cell *cell, const struct report *report,
		       const struct site *row)
{
	enum profile_figure which = share_figure(report->options.sort);
	const struct profile *profile = report->profile;
	double all = profile_figure(profile, &profile->total, which).value;

	cell_percent(cell->text,
		     all > 0 ? profile_figure(profile, row, which).value / all :
			       0);
}

static void fill_temporary(struct table_cell *cell, const struct report *report,
			   const struct site *row)
{
	struct estimate e =
		profile_figure(report->profile, row, FIGURE_TEMPORARY);

	cell_percent(cell->text, report_temporary_ratio(report, row));
	cell_interval(cell->interval, &e, cell_count);
}

static void fill_size(struct table_cell *cell, const struct report *report,
		      const struct site *row)
{
	cell_bytes(cell->text, report_mean_size(report, row));
}

static void fill_lifetime(struct table_cell *cell, const struct report *report,
			  const struct site *row)
{
	struct estimate e = report_mean_lifetime(report, row);

	cell_duration(cell->text, e.value);
	if (isfinite(e.value))
		cell_interval(cell->interval, &e, cell_duration);
}

static void fill_live_blocks(struct table_cell *cell,
			     const struct report *report, const struct site *row)
{
	struct estimate e =
		profile_figure(report->profile, row, FIGURE_LEAKED_BLOCKS);

	fill_figure(cell, &e, cell_count);
}

static void fill_live_bytes(struct table_cell *cell,
			    const struct report *report, const struct site *row)
{
	fill_leaked(cell, report, row);
	cell->ink = INK_STRONG;
}

static void fill_live_size(struct table_cell *cell, const struct report *report,
			   const struct site *row)
{
	const struct profile *p = report->profile;

	cell_bytes(cell->text,
		   profile_figure(p, row, FIGURE_LEAKED_BYTES).value /
			   profile_figure(p, row, FIGURE_LEAKED_BLOCKS).value);
}

/* What happened in a run, and what was live at a moment. */
static const struct table_column flow_columns[] = {
	{ "calls", 7, fill_calls },	{ "", 7, fill_share },
	{ "bytes", 7, fill_bytes },	{ "peak", 7, fill_peak },
	{ "at peak", 8, fill_at_peak }, { "leaked", 7, fill_leaked },
	{ "temp", 7, fill_temporary },	{ "size", 7, fill_size },
	{ "life", 8, fill_lifetime },
};

static const struct table_column live_columns[] = {
	{ "blocks", 8, fill_live_blocks },
	{ "", 8, fill_share },
	{ "bytes", 8, fill_live_bytes },
	{ "size", 8, fill_live_size },
};

const struct table_column *table_columns(const struct report *report,
					 size_t *count)
{
	bool live = report->options.at != REPORT_AT_END;

	_Static_assert(COUNT(flow_columns) <= TABLE_COLUMNS_MAX &&
		       COUNT(live_columns) <= TABLE_COLUMNS_MAX,
		       "room for the cells of a row");
	*count = live ? COUNT(live_columns) : COUNT(flow_columns);
	return live ? live_columns : flow_columns;
}

static const char *share_title(const struct report *report)
{
	switch (share_figure(report->options.sort)) {
	case FIGURE_BYTES_ALLOCATED:
		return "%bytes";
	case FIGURE_AT_PEAK_BYTES:
		return "%peak";
	case FIGURE_LEAKED_BYTES:
		return report_ends_early(report) ? "%left" : "%leak";
	case FIGURE_LEAKED_BLOCKS:
		return "%blocks";
	case FIGURE_TEMPORARY:
		return "%temp";
	default:
		return "%calls";
	}
}

const char *table_column_title(const struct report *report,
			       const struct table_column *column)
{
	if (column->fill == fill_leaked && report_ends_early(report))
		return "left";
	if (*column->title)
		return column->title;
	if (report->options.at)
		return report->options.sort == REPORT_SORT_BLOCKS ? "%blocks" :
								    "%bytes";
	return share_title(report);
}

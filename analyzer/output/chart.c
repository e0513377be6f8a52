/* SPDX-License-Identifier: MIT */
#include "analyzer/output/chart.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"
#include "analyzer/output/axis.h"
#include "analyzer/output/bars.h"
#include "analyzer/output/canvas.h"
#include "analyzer/output/cells.h"
#include "analyzer/output/chart_steps.h"
#include "analyzer/output/summary.h"
#include "analyzer/text.h"

#define LABEL_COLUMNS 7
#define LIVE_ROWS 9 /* a screen has 24 lines */
#define RATE_ROWS 4
#define MARK_COLUMNS 12 /* of a mark of time, at least */
#define RSS_FACTOR_MAX 5 /* more than that of the heap: it would be flat */

/* What both plots have in common. */
struct plot {
	const struct output_run *run;
	double length_ns;
	size_t columns; /* of the canvas */
};

static double length_ns(const struct report *report)
{
	const struct heap_chart *chart = &report->charts.timeline;
	double tick = report->recording->model.ns_per_tick;
	double length = report->profile->run_ns;

	/* All within a tick, or a clock that says nothing. */
	if (!(length > 0) || !isfinite(length))
		length = ldexp((double)chart->count, (int)chart->shift) * tick;
	return length > 0 && isfinite(length) ? length : 1;
}

/* Labels at the top and half way down. */
static void put_rows(const struct plot *plot, const struct canvas *canvas,
		     double top, enum axis_unit unit)
{
	const struct output_run *run = plot->run;
	size_t middle = canvas->rows / 2;
	char label[AXIS_LABEL_BYTES];

	for (size_t row = 0; row < canvas->rows; row++) {
		bool marked = row == 0 || (row == middle &&
					   canvas->rows % 2 == 0);

		*label = '\0';
		if (marked)
			axis_label(label, row == 0 ? top : top / 2, unit,
				   run->ascii);
		screen_put_right(run, INK_FAINT, label, LABEL_COLUMNS - 1);
		screen_put(run, INK_FAINT,
			   run->ascii ? (marked ? " +" : " |") :
			   marked     ? " \u2524" :
					" \u2502");
		canvas_put_row(run, canvas, row);
		fputs("\n", run->file);
	}
}

static size_t mark_column(const struct plot *plot, double ns)
{
	return (size_t)(ns / plot->length_ns * (double)plot->columns);
}

static double mark_step(const struct plot *plot)
{
	return axis_step_ns(plot->length_ns,
			    (int)(plot->columns / MARK_COLUMNS));
}

static void put_axis(const struct plot *plot)
{
	const struct output_run *run = plot->run;
	double step = mark_step(plot), mark = step;

	screen_put_right(run, INK_FAINT, run->ascii ? "0 +" : "0 \u2514",
			 LABEL_COLUMNS + 1);
	for (size_t i = 0; i < plot->columns; i++) {
		bool marked = i == mark_column(plot, mark);

		if (marked)
			mark += step;
		screen_put(run, INK_FAINT,
			   run->ascii ? (marked ? "+" : "-") :
			   marked     ? "\u252c" :
					"\u2500");
	}
	fputs("\n", run->file);
}

static void put_times(const struct plot *plot)
{
	const struct output_run *run = plot->run;
	double step = mark_step(plot);
	char label[AXIS_LABEL_BYTES];
	size_t at = LABEL_COLUMNS + 1;

	screen_put_right(run, INK_FAINT, "0", at);
	for (double mark = step; mark < plot->length_ns; mark += step) {
		size_t middle = LABEL_COLUMNS + 1 + mark_column(plot, mark);
		size_t wide = strlen(axis_label(label, mark, AXIS_TIME, true));
		size_t begin = middle - wide / 2;

		if (begin + wide > LABEL_COLUMNS + 1 + plot->columns)
			break;
		screen_spaces(run, begin - at);
		screen_put(run, INK_FAINT,
			   axis_label(label, mark, AXIS_TIME, run->ascii));
		at = begin + wide;
	}
	fputs("\n", run->file);
}

/* "38.5 MiB"; of a sample "38.5 MiB +-2%", or the most that it may be. */
static char *bytes_text(const struct output_run *run,
			const struct report *report, enum profile_figure figure)
{
	struct estimate e = profile_figure(report->profile,
					   &report->profile->total, figure);
	char bytes[TEXT_NUMBER_BYTES], interval[CELL_BYTES];

	bars_interval(interval, run, &e, cell_bytes);
	if (!e.exact && !(e.value > 0))
		return xasprintf("%s", interval);
	text_bytes(bytes, e.value);
	return xasprintf("%s%s%s", bytes, *interval ? " " : "", interval);
}

static void put_line(const struct output_run *run, enum ink ink, char *line)
{
	screen_put(run, ink, line);
	free(line);
}

static bool shows_rss(const struct chart_steps *steps)
{
	return steps->rss_most > 0 &&
	       steps->rss_most <= RSS_FACTOR_MAX * steps->live_most;
}

static void put_rss_title(const struct output_run *run,
			  const struct report *report,
			  const struct chart_steps *steps)
{
	char bytes[TEXT_NUMBER_BYTES];

	if (!(steps->rss_most > 0)) {
		fputs("\n", run->file);
		return;
	}
	text_bytes(bytes, (double)report->profile->peak_rss_bytes);
	if (shows_rss(steps))
		put_line(run, INK_NOTICE,
			 xasprintf("Resident memory, the %s: at most %s\n",
				   run->ascii ? "stars" : "line", bytes));
	else
		put_line(run, INK_FAINT,
			 xasprintf("Resident memory, beyond this scale: at "
				   "most %s\n", bytes));
}

static void put_live_title(const struct output_run *run,
			   const struct report *report,
			   const struct chart_steps *steps)
{
	char *peak = bytes_text(run, report, FIGURE_PEAK_BYTES);
	char *left = bytes_text(run, report, FIGURE_LEAKED_BYTES);
	char when[AXIS_LABEL_BYTES], end[AXIS_LABEL_BYTES];
	bool early = report_ends_early(report);

	axis_label(when, report->profile->peak_ns, AXIS_TIME, run->ascii);
	axis_label(end, report->options.to_ns, AXIS_TIME, run->ascii);
	put_line(run, INK_STRONG,
		 xasprintf("Live heap: at most %s, at %s; %s %s%s\n", peak,
			   when, left, early ? "at " : "in the end",
			   early ? end : ""));
	free(peak);
	free(left);
	put_rss_title(run, report, steps);
}

static void print_live(const struct plot *plot, const struct report *report,
		       const struct chart_steps *steps)
{
	bool rss = shows_rss(steps);
	double most = rss ? fmax(steps->live_most, steps->rss_most) :
			    steps->live_most;
	double top = axis_top(most, AXIS_BYTES), before = NAN;
	struct canvas canvas;

	put_live_title(plot->run, report, steps);
	canvas_init(&canvas, plot->columns, LIVE_ROWS + 1);
	for (size_t i = 0; i < steps->count; i++) {
		double now = steps->rss[i] / top;

		canvas_fill(&canvas, i, steps->live[i] / top);
		if (rss && now > 0)
			canvas_draw(&canvas, i, before > 0 ? before : now, now);
		before = now;
	}
	put_rows(plot, &canvas, top, AXIS_BYTES);
	put_axis(plot);
	canvas_release(&canvas);
}

static void put_rate_title(const struct output_run *run,
			   const struct report *report,
			   const struct chart_steps *steps)
{
	struct estimate e = profile_figure(report->profile,
					   &report->profile->total,
					   FIGURE_ALLOCATIONS);
	double counted_ns = report->profile->counted_ns;
	double length_ns = steps->ns * (double)steps->count;
	double seconds = (counted_ns > 0 ? counted_ns : length_ns) / 1e9;
	char mean[CELL_BYTES], interval[CELL_BYTES], most[CELL_BYTES];
	char span[AXIS_LABEL_BYTES];

	cell_count(mean, e.value / seconds);
	if (!e.exact) {
		bars_interval(interval, run, &e, cell_count);
		put_line(run, INK_STRONG,
			 xasprintf("Allocations a second: %s %s on average\n",
				   mean, interval));
		return;
	}
	axis_label(span, steps->ns, AXIS_TIME, run->ascii);
	put_line(run, INK_STRONG,
		 xasprintf("Allocations a second: %s on average, at most %s "
			   "(over %s)\n", mean,
			   cell_count(most, steps->rate_most), span));
}

static void print_rate(const struct plot *plot, const struct report *report,
		       const struct chart_steps *steps)
{
	double top = axis_top(steps->rate_most, AXIS_COUNT);
	struct canvas canvas;

	put_rate_title(plot->run, report, steps);
	canvas_init(&canvas, plot->columns, RATE_ROWS);
	for (size_t i = 0; i < steps->count; i++)
		canvas_fill(&canvas, i,
			    steps->calls[i] / (steps->ns / 1e9) / top);
	put_rows(plot, &canvas, top, AXIS_COUNT);
	put_axis(plot);
	put_times(plot);
	canvas_release(&canvas);
}

static void print_timeline(const struct output_run *run,
			   const struct report *report)
{
	struct plot plot = {
		.run = run,
		.length_ns = length_ns(report),
		.columns = (size_t)run->columns - LABEL_COLUMNS - 1,
	};
	struct chart_steps steps;

	chart_steps_init(&steps, report, plot.length_ns,
			 plot.columns * CANVAS_ACROSS);
	print_live(&plot, report, &steps);
	print_rate(&plot, report, &steps);
	chart_steps_release(&steps);
}

void chart_print_all(const struct output_run *run, const struct report *report)
{
	static const struct {
		enum chart_kind kind;
		void (*print)(const struct output_run *run,
			      const struct report *report);
	} charts[] = {
		{ CHART_TIMELINE, print_timeline },
		{ CHART_SIZES, bars_print_sizes },
		{ CHART_LIFETIMES, bars_print_lifetimes },
	};
	bool first = true;

	summary_print_head(run, report);
	summary_print_warnings(run, report);
	if (report->profile->total.allocations == 0) {
		summary_print_nothing(run, report);
		return;
	}
	for (size_t i = 0; i < sizeof(charts) / sizeof(*charts); i++) {
		if (!(report->options.charts & charts[i].kind))
			continue;
		if (!first)
			fputs("\n", run->file);
		charts[i].print(run, report);
		first = false;
	}
}

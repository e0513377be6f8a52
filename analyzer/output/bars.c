/* SPDX-License-Identifier: MIT */
#include "analyzer/output/bars.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"
#include "analyzer/output/axis.h"
#include "analyzer/text.h"
#include "analyzer/whole.h"

#define LABEL_COLUMNS 15
#define FIGURE_COLUMNS 7
#define ROWS_MAX 16 /* of sizes: a screen has 24 lines */
#define EIGHTHS 8

/* What all lines of a histogram are measured by. */
struct scale {
	const struct output_run *run;
	double interval_bytes; /* as tally_count() takes it */
	double all_count, all_bytes;
	double most_count, most_bytes;
	size_t beside_columns; /* of what stands beside a figure */
	size_t bar_columns;
};

char *bars_interval(char out[CELL_BYTES], const struct output_run *run,
		    const struct estimate *e, char *(*cell)(char *, double))
{
	static const struct {
		const char *sign, *ascii;
	} signs[] = { { "\u00b1", "+-" }, { "\u2264", "<=" } };
	char shown[CELL_BYTES];

	cell_interval(out, e, cell);
	for (size_t i = 0; run->ascii && i < 2; i++) {
		size_t len = strlen(signs[i].sign);

		if (strncmp(out, signs[i].sign, len))
			continue;
		snprintf(shown, sizeof(shown), "%s%.*s", signs[i].ascii,
			 CELL_BYTES - 8, out + len);
		return strcpy(out, shown);
	}
	return out;
}

static void scale_init(struct scale *scale, const struct output_run *run,
		       const struct report *report)
{
	bool wide = report->profile->sampled && run->ascii;
	size_t figures;

	*scale = (struct scale){
		.run = run,
		.interval_bytes = profile_interval_bytes(report->profile),
		.beside_columns = FIGURE_COLUMNS + wide, /* "+-" */
	};
	figures = LABEL_COLUMNS + 2 * (FIGURE_COLUMNS + scale->beside_columns +
				       1);
	scale->bar_columns = ((size_t)run->columns - figures) / 2;
}

static void scale_add(struct scale *scale, const struct tally *tally)
{
	double count = tally_count(tally, scale->interval_bytes).value;
	double bytes = tally_bytes(tally, scale->interval_bytes).value;

	scale->all_count += count;
	scale->all_bytes += bytes;
	scale->most_count = fmax(scale->most_count, count);
	scale->most_bytes = fmax(scale->most_bytes, bytes);
}

static void put_bar_ascii(const struct scale *scale, double columns)
{
	size_t whole = (size_t)columns;

	for (size_t i = 0; i < whole; i++)
		fputs("#", scale->run->file);
	if (whole == 0 && columns > 0)
		fputs(".", scale->run->file);
}

/* U+2588 is a full block, the next ones are an eighth narrower each. */
static void put_bar_blocks(const struct scale *scale, double columns)
{
	size_t eighths = (size_t)ceil(columns * EIGHTHS);

	for (; eighths >= EIGHTHS; eighths -= EIGHTHS)
		fputs("\u2588", scale->run->file);
	if (eighths > 0)
		fprintf(scale->run->file, "\xe2\x96%c",
			(char)(0x88 + EIGHTHS - eighths));
}

static size_t bar_length(const struct scale *scale, double columns)
{
	size_t whole = (size_t)columns;

	if (scale->run->ascii)
		return whole == 0 && columns > 0 ? 1 : whole;
	return (size_t)ceil(ceil(columns * EIGHTHS) / EIGHTHS);
}

/* `padded`: as wide as the longest one. */
static void put_bar(const struct scale *scale, double value, double most,
		    bool padded)
{
	double columns = 0;

	if (value > 0 && most > 0)
		columns = value / most * (double)scale->bar_columns;
	if (!padded && !(columns > 0))
		return;
	fputs(" ", scale->run->file);
	if (scale->run->ascii)
		put_bar_ascii(scale, columns);
	else
		put_bar_blocks(scale, columns);
	if (padded)
		screen_spaces(scale->run,
			      scale->bar_columns - bar_length(scale, columns));
}

static void put_figure(const struct scale *scale, const struct estimate *e,
		       double all, char *(*cell)(char *, double))
{
	char figure[CELL_BYTES], beside[CELL_BYTES];

	cell(figure, e->value);
	if (e->exact)
		cell_percent(beside, all > 0 ? e->value / all : 0);
	else
		bars_interval(beside, scale->run, e, cell);
	screen_put_right(scale->run, INK_STRONG, figure, FIGURE_COLUMNS);
	screen_put_right(scale->run, INK_FAINT, beside, scale->beside_columns);
}

static void print_line(const struct scale *scale, const char *label,
		       const struct tally *tally)
{
	struct estimate count = tally_count(tally, scale->interval_bytes);
	struct estimate bytes = tally_bytes(tally, scale->interval_bytes);

	screen_put_right(scale->run, INK_PLAIN, label, LABEL_COLUMNS);
	put_figure(scale, &count, scale->all_count, cell_count);
	put_bar(scale, count.value, scale->most_count, true);
	put_figure(scale, &bytes, scale->all_bytes, cell_bytes);
	put_bar(scale, bytes.value, scale->most_bytes, false);
	fputs("\n", scale->run->file);
}

static void print_titles(const struct scale *scale, const char *label,
			 const char *count)
{
	const struct output_run *run = scale->run;
	bool sampled = scale->interval_bytes > 0;
	const char *beside = sampled ? "95%" : "share";

	screen_put_right(run, INK_FAINT, label, LABEL_COLUMNS);
	screen_put_right(run, INK_FAINT, count, FIGURE_COLUMNS);
	screen_put_right(run, INK_FAINT, beside, scale->beside_columns);
	screen_spaces(run, scale->bar_columns + 1);
	screen_put_right(run, INK_FAINT, "bytes", FIGURE_COLUMNS);
	screen_put_right(run, INK_FAINT, beside, scale->beside_columns);
	fputs("\n", run->file);
}

static void print_estimates(const struct output_run *run)
{
	screen_put(run, INK_FAINT,
		   "Figures are estimates: 95% is the interval around each; ? "
		   "if few samples decide.\n");
}

/* "768", "1K", "1.125K": a size as the end of a range. */
static char *size_label(char out[TEXT_NUMBER_BYTES], double bytes)
{
	static const char *const units[] = { "", "K", "M", "G", "T", "P", "E" };
	size_t i = 0;

	if (bytes <= 1024 && bytes != 1024) {
		snprintf(out, TEXT_NUMBER_BYTES, "%.0f", bytes);
		return out;
	}
	while (bytes >= 1024 && i + 1 < sizeof(units) / sizeof(*units)) {
		bytes /= 1024;
		i++;
	}
	snprintf(out, TEXT_NUMBER_BYTES, "%.4g%s", bytes, units[i]);
	return out;
}

/* From 1 KiB on the lower end is that of the range before: 1025 is no number
 * for people. */
static char *size_range(const struct histogram_bar *bar)
{
	char low[TEXT_NUMBER_BYTES], high[TEXT_NUMBER_BYTES];
	double from = bar->low > 1024 ? bar->low - 1 : bar->low;

	size_label(high, bar->high);
	if (bar->low == bar->high)
		return xasprintf("%s", high);
	return xasprintf("%s - %s", size_label(low, from), high);
}

static void print_quantiles(const struct output_run *run,
			    const struct size_histogram *h)
{
	char half[TEXT_NUMBER_BYTES], most[TEXT_NUMBER_BYTES];
	char nearly_all[TEXT_NUMBER_BYTES];
	char *line;

	line = xasprintf("The median is %s; 90%% ask for at most %s, 99%% for "
			 "at most %s.\n",
			 text_bytes(half,
				    (double)size_histogram_quantile(h, .5)),
			 text_bytes(most,
				    (double)size_histogram_quantile(h, .9)),
			 text_bytes(nearly_all,
				    (double)size_histogram_quantile(h, .99)));
	screen_put(run, INK_FAINT, line);
	free(line);
}

/* "12,345" or, of a sample, "12.3K +-2%". */
static char *count_text(const struct output_run *run,
			const struct report *report, enum profile_figure figure)
{
	struct estimate e = profile_figure(report->profile,
					   &report->profile->total, figure);
	char cell[CELL_BYTES], interval[CELL_BYTES], count[TEXT_NUMBER_BYTES];

	if (e.exact)
		return xasprintf("%s", text_count(count, whole_of(e.value)));
	bars_interval(interval, run, &e, cell_count);
	return xasprintf("%s %s", cell_count(cell, e.value), interval);
}

static void print_headline(const struct output_run *run, const char *before,
			   const char *count, const char *after)
{
	char *line = xasprintf("%s%s%s\n", before, count, after);

	screen_put(run, INK_STRONG, line);
	free(line);
}

void bars_print_sizes(const struct output_run *run, const struct report *report)
{
	const struct size_histogram *h = &report->charts.sizes;
	char *count = count_text(run, report, FIGURE_ALLOCATIONS);
	struct histogram_bars bars = { 0 };
	struct scale scale;

	print_headline(run, "Sizes requested by ", count, " allocations");
	free(count);
	scale_init(&scale, run, report);
	if (!report->profile->sampled)
		print_quantiles(run, h);
	fputs("\n", run->file);
	print_titles(&scale, "bytes each", "calls");
	size_histogram_fold(h, ROWS_MAX, scale.interval_bytes, &bars);
	for (size_t i = 0; i < bars.count; i++)
		scale_add(&scale, &bars.bars[i].blocks);
	for (size_t i = 0; i < bars.count; i++) {
		char *label = size_range(&bars.bars[i]);

		print_line(&scale, label, &bars.bars[i].blocks);
		free(label);
	}
	if (report->profile->sampled)
		print_estimates(run);
	histogram_bars_release(&bars);
}

static char *lifetime_range(const struct histogram_bar *bar, bool ascii)
{
	char low[AXIS_LABEL_BYTES], high[AXIS_LABEL_BYTES];

	axis_label(low, bar->low, AXIS_TIME, ascii);
	if (!isfinite(bar->high))
		return bar->low > 0 ? xasprintf("over %s", low) :
				      xasprintf("any");
	axis_label(high, bar->high, AXIS_TIME, ascii);
	if (!(bar->low > 0))
		return xasprintf("under %s", high);
	return xasprintf("%s - %s", low, high);
}

void bars_print_lifetimes(const struct output_run *run,
			  const struct report *report)
{
	const struct lifetime_histogram *h = &report->charts.lifetimes;
	const struct profile *profile = report->profile;
	char *count = count_text(run, report, FIGURE_ALLOCATIONS);
	struct histogram_bars bars = { 0 };
	struct tally never = { 0 };
	struct scale scale;

	print_headline(run, "Lifetimes of ", count, " blocks");
	free(count);
	fputs("\n", run->file);
	scale_init(&scale, run, report);
	print_titles(&scale, "time", "blocks");
	lifetime_histogram_bars(h, &bars);
	profile_tally(profile, &profile->total, PROFILE_LEAKED, &never);
	scale_add(&scale, &never);
	scale_add(&scale, &h->unseen);
	for (size_t i = 0; i < bars.count; i++)
		scale_add(&scale, &bars.bars[i].blocks);
	for (size_t i = 0; i < bars.count; i++) {
		char *label = lifetime_range(&bars.bars[i], run->ascii);

		print_line(&scale, label, &bars.bars[i].blocks);
		free(label);
	}
	print_line(&scale, report_ends_early(report) ? "not freed yet" :
						       "never freed", &never);
	if (!tally_is_empty(&h->unseen))
		print_line(&scale, "free not seen", &h->unseen);
	if (profile->sampled)
		print_estimates(run);
	histogram_bars_release(&bars);
}

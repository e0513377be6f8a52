/* SPDX-License-Identifier: MIT */
#include "analyzer/output/listing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"
#include "analyzer/output/cells.h"
#include "analyzer/output/screen.h"
#include "analyzer/output/short_name.h"
#include "analyzer/output/source_text.h"
#include "analyzer/output/summary.h"
#include "analyzer/text.h"

#define FIGURE_COLUMNS 6
#define INTERVAL_COLUMNS 7
#define NUMBER_COLUMNS 6 /* of a line */

const char *listing_error(const struct source *source)
{
	switch (source->error) {
	case SOURCE_NOT_TEXT:
		return "not a text file";
	case SOURCE_NOT_A_FILE:
		return "not a regular file";
	default:
		return strerror(source->errnum);
	}
}

/* What the listing is made with, at hand. */
struct page {
	const struct output_run *run;
	const struct listing *listing;
	double interval_bytes;
	bool has_bytes;
	size_t figure_columns; /* of each of the four */
	size_t margin;	       /* columns before the source */
};

static void put_cell(const struct page *page, const struct estimate *e,
		     char *(*write)(char *, double))
{
	char cell[CELL_BYTES];

	write(cell, e->value);
	if (e->value > 0)
		screen_put_right(page->run, INK_STRONG, cell, page->figure_columns);
	else
		screen_put_right(page->run, INK_FAINT, ".",
				 page->figure_columns);
}

static void put_interval(const struct page *page, const struct estimate *e,
			 char *(*write)(char *, double))
{
	char cell[CELL_BYTES] = "";

	/* Where nothing was sampled there is nothing to tell of each line. */
	if (e->samples > 0)
		cell_interval(cell, e, write);
	screen_put_right(page->run, INK_FAINT, cell, page->figure_columns);
}

static void put_figures(const struct page *page, const struct tally *direct,
			const struct tally *cumulative,
			void (*put)(const struct page *page,
				    const struct estimate *e,
				    char *(*write)(char *, double)))
{
	double t = page->interval_bytes;
	struct estimate calls[] = { tally_count(direct, t),
				    tally_count(cumulative, t) };
	struct estimate bytes[] = { tally_bytes(direct, t),
				    tally_bytes(cumulative, t) };

	put(page, &calls[0], cell_count);
	put(page, &calls[1], cell_count);
	if (!page->has_bytes) {
		screen_spaces(page->run, 2 * page->figure_columns);
		return;
	}
	put(page, &bytes[0], cell_bytes);
	put(page, &bytes[1], cell_bytes);
}

/* Below a line's figures; of a sample. */
static void put_intervals(const struct page *page, const struct tally *direct,
			  const struct tally *cumulative)
{
	if (page->interval_bytes > 0) {
		put_figures(page, direct, cumulative, put_interval);
		fputs("\n", page->run->file);
	}
}

static void put_text(const struct page *page, const char *text, enum ink ink,
		     size_t indented)
{
	char *plain = source_text(text, indented);
	char *clean = text_line(plain);
	char *cut = short_text(clean,
			       (size_t)page->run->columns - page->margin);

	screen_spaces(page->run, *cut ? 2 : 0);
	screen_put(page->run, ink, cut);
	free(cut);
	free(clean);
	free(plain);
}

static void put_number(const struct page *page, int line)
{
	char number[16];

	snprintf(number, sizeof(number), "%d", line);
	screen_put_right(page->run, INK_FAINT, line > 0 ? number : "?",
			 NUMBER_COLUMNS);
}

/* `figures` is NULL for a line of context. */
static void print_line(const struct page *page,
		       const struct listed_function *listed, int line,
		       const struct annotated_line *figures)
{
	const char *text = source_line(&listed->source, line);

	if (!text && !figures)
		return; /* beyond the file's end, or there is none */
	if (figures)
		put_figures(page, &figures->direct, &figures->cumulative,
			    put_cell);
	else
		screen_spaces(page->run, 4 * page->figure_columns);
	put_number(page, line);
	if (text)
		put_text(page, text, figures ? INK_PLAIN : INK_FAINT,
			 source_text_indentation(&listed->source));
	fputs("\n", page->run->file);
	if (figures)
		put_intervals(page, &figures->direct, &figures->cumulative);
}

static void print_gap(const struct page *page)
{
	screen_spaces(page->run,
		      page->margin - 2 - sizeof("...") + 1);
	screen_put(page->run, INK_FAINT, "...\n");
}

static void print_lines(const struct page *page,
			const struct listed_function *listed)
{
	const struct annotated_function *f = listed->function;
	struct source_range *ranges;
	size_t count, next = 0;

	/* Where the line is not known. */
	for (; next < f->line_count && f->lines[next].line == 0; next++)
		if (f->line_count > 1)
			print_line(page, listed, 0, &f->lines[next]);
	ranges = annotated_ranges(f, LISTING_CONTEXT, &count);
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && listed->source.error == SOURCE_OK)
			print_gap(page);
		for (int line = ranges[i].first; line <= ranges[i].last;
		     line++) {
			bool has = next < f->line_count &&
				   f->lines[next].line == line;

			print_line(page, listed, line,
				   has ? &f->lines[next] : NULL);
			next += has;
		}
	}
	free(ranges);
}

/* Of clean text; frees it. */
static void put_line(const struct page *page, enum ink ink, char *line)
{
	char *cut = short_text(line, (size_t)page->run->columns);

	screen_put(page->run, ink, cut);
	fputs("\n", page->run->file);
	free(cut);
	free(line);
}

static void print_name(const struct page *page,
		       const struct annotated_function *f)
{
	char *count = f->copies > 1 ? xasprintf("  (%zu copies)", f->copies) :
				      xasprintf("%s", "");
	char *clean = text_line(f->copies > 1 ? f->plain : f->name);
	char *cut = short_function(clean, (size_t)page->run->columns -
						  strlen(count));

	screen_put(page->run, INK_STRONG, cut);
	screen_put(page->run, INK_FAINT, count);
	fputs("\n", page->run->file);
	free(cut);
	free(clean);
	free(count);
}

/* The file, and why its text is not shown or not to be relied on. */
static void print_place(const struct page *page,
			const struct listed_function *listed)
{
	const struct annotated_function *f = listed->function;
	const struct source *source = &listed->source;
	char *module = text_line(f->module ? symbol_basename(f->module->path) :
					     "the program");
	size_t room = (size_t)page->run->columns - 4;
	char *clean = text_line(listed->path);
	char *path = short_path(clean, room);

	put_line(page, INK_FAINT, xasprintf("  %s", path));
	free(path);
	free(clean);
	if (source->error)
		put_line(page, INK_NOTICE,
			 xasprintf("  cannot be shown: %s",
				   listing_error(source)));
	else if (f->lines[f->line_count - 1].line > source->last_line)
		put_line(page, INK_NOTICE,
			 xasprintf("  has only %d lines: it is not what was "
				   "compiled", source->last_line));
	else if (listed->newer)
		put_line(page, INK_NOTICE,
			 xasprintf("  changed after %s was built: lines may "
				   "have moved", module));
	free(module);
}

static const char *count_title(const struct listing *listing)
{
	static const char *const titles[] = {
		[PROFILE_ALLOCATED] = "calls",
		[PROFILE_TEMPORARY] = "temporary",
		[PROFILE_AT_PEAK] = "at peak",
	};

	if (listing->blocks != PROFILE_LEAKED)
		return titles[listing->blocks];
	if (listing->report->options.at)
		return "live";
	return report_ends_early(listing->report) ? "left" : "leaked";
}

static void print_titles(const struct page *page, const char *what)
{
	const struct output_run *run = page->run;
	size_t columns = page->figure_columns;

	screen_put_right(run, INK_FAINT, count_title(page->listing),
			 2 * columns);
	if (page->has_bytes)
		screen_put_right(run, INK_FAINT, "bytes", 2 * columns);
	fputs("\n", run->file);
	for (int i = 0; i < 1 + page->has_bytes; i++) {
		screen_put_right(run, INK_FAINT, "flat", columns);
		screen_put_right(run, INK_FAINT, "cum", columns);
	}
	screen_spaces(run, page->has_bytes ? 0 : 2 * columns);
	screen_put(run, INK_FAINT, what);
	fputs("\n", run->file);
}

static void print_function(const struct page *page,
			   const struct listed_function *listed)
{
	const struct annotated_function *f = listed->function;

	print_name(page, f);
	print_place(page, listed);
	print_titles(page, "  line");
	put_figures(page, &f->direct, &f->cumulative, put_cell);
	screen_put_right(page->run, INK_FAINT, "all", NUMBER_COLUMNS);
	fputs("\n", page->run->file);
	put_intervals(page, &f->direct, &f->cumulative);
	print_lines(page, listed);
	fputs("\n", page->run->file);
}

static void print_bare(const struct page *page,
		       const struct annotated_function *f)
{
	size_t room = (size_t)page->run->columns - page->margin;
	char *clean = text_line(f->copies > 1 ? f->plain : f->name), *cut;
	char *module = xasprintf("  [%s]", f->module ?
				 symbol_basename(f->module->path) : "?");
	char *place = text_line(module);
	size_t wide = text_columns(place);

	if (wide > room / 2)
		*place = '\0';
	cut = short_function(clean, room - text_columns(place));
	put_figures(page, &f->direct, &f->cumulative, put_cell);
	screen_spaces(page->run, 2);
	screen_put(page->run, INK_PLAIN, cut);
	screen_put(page->run, INK_FAINT, place);
	fputs("\n", page->run->file);
	put_intervals(page, &f->direct, &f->cumulative);
	free(place);
	free(module);
	free(cut);
	free(clean);
}

/* Those without line numbers are a table. */
static void print_bares(const struct page *page)
{
	const struct listing *l = page->listing;
	bool first = true;

	for (size_t i = 0; i < l->count; i++) {
		if (l->functions[i].function->file)
			continue;
		if (first)
			print_titles(page, "  without line numbers");
		first = false;
		print_bare(page, l->functions[i].function);
	}
	if (!first)
		fputs("\n", page->run->file);
}

static const char *what_is_none(const struct listing *listing)
{
	switch (listing->blocks) {
	case PROFILE_LEAKED:
		return listing->report->options.at ? "live then" :
						     count_title(listing);
	case PROFILE_AT_PEAK:
		return "live at the heap's peak";
	case PROFILE_TEMPORARY:
		return "temporary";
	default:
		return "allocated";
	}
}

static void print_heading(const struct page *page)
{
	const struct listing *l = page->listing;
	size_t all = l->annotation->function_count;

	if (all == 0)
		put_line(page, INK_STRONG,
			 xasprintf("%zu function%s, with nothing %s.",
				   l->annotation->matched,
				   l->annotation->matched == 1 ?
					   " matches" : "s match",
				   what_is_none(l)));
	else if (all > l->count)
		put_line(page, INK_STRONG,
			 xasprintf("%zu functions match; %zu are shown, --all "
				   "shows the others", all, l->count));
	else if (all > 1)
		put_line(page, INK_STRONG,
			 xasprintf("%zu functions match", all));
	if (all > 1)
		fputs("\n", page->run->file);
}

static void print_footer(const struct page *page)
{
	if (page->interval_bytes > 0)
		screen_put(page->run, INK_FAINT,
			   "Figures are estimates: below each is its 95% "
			   "interval; ? if few samples decide.\n");
	screen_put(page->run, INK_FAINT,
		   "flat: allocated by a call on that line. cum: and by all "
		   "that is called from it.\n");
}

void listing_print(const struct output_run *run, const struct listing *l)
{
	bool sampled = l->report->profile->sampled;
	struct page page = {
		.run = run,
		.listing = l,
		.interval_bytes = profile_interval_bytes(l->report->profile),
		.has_bytes = l->blocks != PROFILE_TEMPORARY,
		.figure_columns = sampled ? INTERVAL_COLUMNS : FIGURE_COLUMNS,
	};

	page.margin = 4 * page.figure_columns + NUMBER_COLUMNS + 2;
	summary_print_head(run, l->report);
	summary_print_warnings(run, l->report);
	print_heading(&page);
	for (size_t i = 0; i < l->count; i++)
		if (l->functions[i].function->file)
			print_function(&page, &l->functions[i]);
	print_bares(&page);
	if (l->count > 0)
		print_footer(&page);
}

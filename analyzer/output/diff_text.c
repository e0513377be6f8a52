/* SPDX-License-Identifier: MIT */
/*
 * diff on a terminal: the two sides, the totals, then the rows that changed,
 * what got worse first. What may be chance, or is too little to matter, is a
 * "~".
 */
#include "analyzer/output/diff.h"

#include <stdlib.h>

#include "analyzer/memory.h"
#include "analyzer/output/diff_advice.h"
#include "analyzer/output/diff_head.h"
#include "analyzer/output/diff_row.h"
#include "analyzer/output/screen.h"

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

/* Is every change real, by whatever metric? */
static bool is_counted(const struct comparison *c)
{
	for (int i = 0; i < COMPARISON_METRICS; i++)
		if ((c->options.metrics & METRIC_BIT(i)) &&
		    c->totals[i].test != COMPARISON_TEST_EXACT)
			return false;
	return true;
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
			diff_row_print_columns(run, c);
		}
		begun = true;
		diff_row_print(run, view, &c->rows[i]);
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
			       diff_row_noun(c, c->row_count));
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

/* What would tell more. */
static void print_hint(const struct output_run *run, const struct comparison *c)
{
	if (c->row_count > 0 && c->sampled)
		screen_put_folded(run, INK_FAINT, "More samples tell smaller "
				  "changes: runs that take longer, a smaller "
				  "--sample, or every event.", 0);
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
				 diff_row_noun(c, c->row_count));
	else if (c->options.floor_share > 0)
		line = xasprintf("Nothing changed: none of %zu %s by %g%% of a "
				 "total or more.\n", c->row_count,
				 diff_row_noun(c, c->row_count),
				 c->options.floor_share * 100);
	else
		line = xasprintf("Nothing changed in %zu %s.\n", c->row_count,
				 diff_row_noun(c, c->row_count));
	screen_put(run, INK_STRONG, line);
	print_hint(run, c);
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
	for (size_t i = 0; i < view->unjudged_count; i++) {
		char *line = xasprintf("NOT JUDGED %s", view->unjudged[i]);

		screen_put_folded(run, INK_ALARM, line, 0);
		free(line);
	}
	for (size_t i = 0; i < view->failed_count; i++) {
		char *line = xasprintf("FAILED %s", view->failed[i]);

		screen_put_folded(run, INK_ALARM, line, 0);
		free(line);
	}
	if (view->failed_count + view->unjudged_count > 0)
		fputs("\n", run->file);
}

static void print(const struct output_run *run, const struct diff_view *view)
{
	const struct comparison *c = view->comparison;

	diff_head_print(run, view);
	print_failed(run, view);
	if (c->changed_count == 0) {
		print_nothing(run, c);
	} else {
		print_counts(run, c);
		for (int section = 0; section < SECTIONS; section++)
			print_section(run, view, (enum section)section);
		print_foot(run, c);
	}
	diff_advice_print(run, view);
}

const struct diff_output diff_output_text = {
	.name = "text",
	.default_limit = 10,
	.print = print,
};

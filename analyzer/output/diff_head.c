/* SPDX-License-Identifier: MIT */
#include "analyzer/output/diff_head.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/diff/comparison_lost.h"
#include "analyzer/memory.h"
#include "analyzer/output/diff_cells.h"
#include "analyzer/output/how_recorded.h"
#include "analyzer/output/screen.h"
#include "analyzer/output/short_name.h"
#include "analyzer/output/summary_totals.h"
#include "analyzer/text.h"
#include "analyzer/text_stream.h"

#define LABEL_COLUMNS 13
#define VALUE_COLUMNS 18
#define DELTA_COLUMNS 20
#define RELATIVE_COLUMNS 9

static const struct snapshot *first_of(const struct comparison *c,
				       enum comparison_side side)
{
	return c->runs[side == COMPARISON_OLD ? 0 :
			       c->side_runs[COMPARISON_OLD]].snapshot;
}

/* Program and arguments, escaped; fresh. */
static char *command_of(const struct snapshot *s)
{
	struct text_stream stream;
	FILE *file = text_stream_open(&stream);
	char *line, *shown;

	if (s->argument_count == 0)
		fputs(s->program, file);
	for (size_t i = 0; i < s->argument_count; i++)
		fprintf(file, "%s%s", i > 0 ? " " : "", s->arguments[i]);
	line = text_stream_close(&stream);
	shown = text_line(line);
	free(line);
	return shown;
}

/* Of several runs, the first stands for all. */
static char *side_text(const struct comparison *c, enum comparison_side side)
{
	const struct snapshot *s = first_of(c, side);
	char *when = how_recorded_start(s->start_realtime_ns), *text;
	char *mode = how_recorded_mode(s->sampled, s->sample_bytes);
	char duration[TEXT_NUMBER_BYTES];
	char *others = c->side_runs[side] > 1 ?
			       xasprintf(", first of %zu runs",
					 c->side_runs[side]) :
			       xasprintf("%s", "");

	text = xasprintf("%s%s, ran %s, %s", when, others,
			 text_duration(duration, s->run_ns), mode);
	free(others);
	free(mode);
	free(when);
	return text;
}

static void print_side(const struct output_run *run, const struct comparison *c,
		       enum comparison_side side)
{
	const struct snapshot *s = first_of(c, side);
	char *path = text_line(s->path), *text = side_text(c, side);
	size_t columns = (size_t)run->columns - 7;
	size_t rest = text_columns(text) + 2;
	char *cut = short_path(path, columns > rest + 12 ? columns - rest : 12);

	screen_put(run, INK_FAINT, side == COMPARISON_OLD ? "  old  " :
							    "  new  ");
	screen_put(run, INK_PLAIN, cut);
	screen_spaces(run, 2);
	screen_put(run, INK_FAINT, text);
	fputs("\n", run->file);
	free(cut);
	free(text);
	free(path);
}

static void print_sides(const struct output_run *run,
			const struct comparison *c)
{
	char *command = command_of(first_of(c, COMPARISON_OLD));
	char *other = command_of(first_of(c, COMPARISON_NEW));
	char *cut = short_text(command, (size_t)run->columns);

	screen_put(run, INK_STRONG, cut);
	fputs("\n", run->file);
	if (strcmp(command, other) != 0) {
		free(cut);
		cut = short_text(other, (size_t)run->columns - 6);
		screen_put(run, INK_FAINT, "  now ");
		screen_put(run, INK_STRONG, cut);
		fputs("\n", run->file);
	}
	print_side(run, c, COMPARISON_OLD);
	print_side(run, c, COMPARISON_NEW);
	free(cut);
	free(other);
	free(command);
}

/* Lets go of the line. */
static void print_note(const struct output_run *run, enum ink ink, char *line)
{
	screen_put_folded(run, ink, line, 2);
	free(line);
}

static void print_run_notes(const struct output_run *run,
			    const struct snapshot *s)
{
	char *path = text_line(s->path);
	char count[TEXT_NUMBER_BYTES];

	if (s->lost_events > 0)
		print_note(run, INK_ALARM,
			   xasprintf("%s: %s event%s lost; `heapwise info` "
				     "says why.", path,
				     text_count(count, s->lost_events),
				     s->lost_events == 1 ? " was" : "s were"));
	if (s->damaged)
		print_note(run, INK_ALARM,
			   xasprintf("%s is damaged: some of it could not be "
				     "read, and is missing here.", path));
	if (s->unfinished)
		print_note(run, INK_NOTICE,
			   xasprintf("%s has no end: what was live when it "
				     "stopped counts as leaked.", path));
	free(path);
}

static bool is_one_recording(const struct comparison *c)
{
	return c->run_count == 2 &&
	       snapshot_is_same_run(first_of(c, COMPARISON_OLD),
				    first_of(c, COMPARISON_NEW));
}

static bool all_sampled(const struct comparison *c)
{
	for (size_t i = 0; i < c->run_count; i++)
		if (!c->runs[i].snapshot->sampled)
			return false;
	return true;
}

/* Of two modes, or samples of two sizes. */
static void print_unlike(const struct output_run *run,
			 const struct comparison *c)
{
	bool peak = c->options.metrics & METRIC_BIT(METRIC_PEAK);

	if (!c->unlike)
		return;
	print_note(run, INK_NOTICE,
		   xasprintf("Some runs are samples%s: changes are judged by "
			     "the samples.%s",
			     all_sampled(c) ? " of another size" :
					      ", others have every event",
			     peak ? " Peaks are not (~): the fewer samples, "
				    "the more they come out too high." : ""));
}

static void print_scale(const struct output_run *run,
			const struct comparison *c)
{
	static const char *const reasons[] = {
		[COMPARISON_BY_RUNTIME] = "for runs of one length",
		[COMPARISON_BY_ALLOCATIONS] = "for as many allocations",
		[COMPARISON_BY_VALUE] = "as asked for",
	};

	if (c->options.scaling == COMPARISON_UNSCALED)
		return;
	print_note(run, INK_NOTICE,
		   xasprintf("New figures, peaks too, are multiplied by %.4g, "
			     "%s.", c->scale, reasons[c->options.scaling]));
}

/* Names that are missing since the program was built again, or is gone. */
static void print_lost(const struct output_run *run, const struct comparison *c,
		       enum comparison_side side)
{
	const char *name = side == COMPARISON_OLD ? "old" : "new";
	char *why = comparison_lost_text(c, side);
	char *line = why ? text_line(why) : NULL;
	size_t rows = comparison_lost_rows(
		c, side == COMPARISON_OLD ? MATCH_GONE : MATCH_NEW);

	if (!why)
		return;
	if (rows > 0)
		print_note(run, INK_ALARM,
			   xasprintf("Names of %s are missing: %s. Hence %zu "
				     "%s matched with none. `heapwise export "
				     "--format=json` makes a baseline that "
				     "keeps its names.", name, line, rows,
				     rows == 1 ? "row is" : "rows are"));
	else
		print_note(run, INK_NOTICE,
			   xasprintf("Names of %s are missing: %s.", name,
				     line));
	free(line);
	free(why);
}

static void print_notes(const struct output_run *run,
			const struct comparison *c)
{
	if (is_one_recording(c))
		print_note(run, INK_NOTICE,
			   xasprintf("Old and new are one recording."));
	print_unlike(run, c);
	print_scale(run, c);
	print_lost(run, c, COMPARISON_OLD);
	print_lost(run, c, COMPARISON_NEW);
	for (size_t i = 0; i < c->run_count; i++)
		print_run_notes(run, c->runs[i].snapshot);
	if (c->too_few_runs)
		print_note(run, INK_NOTICE,
			   xasprintf("Too few runs to tell any change from "
				     "how runs vary: it takes %zu of each "
				     "side, or fewer rows (--by, --focus, "
				     "--metric).", c->runs_needed));
}

const char *diff_metric_title(const struct comparison *c,
			      enum comparison_metric metric)
{
	if (c->at && metric == METRIC_LEAKED)
		return "live";
	if (c->at && metric == METRIC_LEAKED_BLOCKS)
		return "live blocks";
	if (metric == METRIC_LEAKED_BLOCKS)
		return "leaked blocks";
	return metric == METRIC_AT_PEAK ? "at peak" :
					  comparison_metric_name(metric);
}

static void print_total(const struct output_run *run,
			const struct comparison *c,
			enum comparison_metric metric)
{
	struct comparison_change change = comparison_change(c, NULL, metric);
	bool bytes = comparison_metric_is_bytes(metric);
	bool real = change.verdict.significant;
	char *old = summary_figure_text(&change.old, bytes);
	char *new = summary_figure_text(&change.new, bytes);
	char *delta = change.delta != 0 ? diff_text_delta(&change, bytes) :
					  xasprintf("=");
	char relative[CELL_BYTES] = "";

	if (change.delta != 0)
		diff_cell_relative(relative, change.relative);
	screen_spaces(run, 2);
	screen_put_left(run, INK_FAINT, diff_metric_title(c, metric),
			LABEL_COLUMNS);
	screen_put_right(run, INK_PLAIN, old, VALUE_COLUMNS);
	screen_put_right(run, INK_PLAIN, new, VALUE_COLUMNS);
	screen_put_right(run, real ? INK_STRONG : INK_FAINT, delta,
			 DELTA_COLUMNS);
	if (change.delta != 0)
		screen_put_right(run, real ? INK_STRONG : INK_FAINT,
				 real ? relative : "~", RELATIVE_COLUMNS);
	fputs("\n", run->file);
	free(old);
	free(new);
	free(delta);
}

static void print_totals(const struct output_run *run,
			 const struct comparison *c)
{
	screen_spaces(run, 2 + LABEL_COLUMNS);
	screen_put_right(run, INK_FAINT, "old", VALUE_COLUMNS);
	screen_put_right(run, INK_FAINT, "new", VALUE_COLUMNS);
	screen_put_right(run, INK_FAINT, "change", DELTA_COLUMNS);
	fputs("\n", run->file);
	for (int metric = 0; metric < COMPARISON_METRICS; metric++)
		if (c->options.metrics & METRIC_BIT(metric))
			print_total(run, c, (enum comparison_metric)metric);
}

void diff_head_print(const struct output_run *run,
		     const struct diff_view *view)
{
	print_sides(run, view->comparison);
	print_notes(run, view->comparison);
	fputs("\n", run->file);
	print_totals(run, view->comparison);
	fputs("\n", run->file);
}

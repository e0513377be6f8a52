/* SPDX-License-Identifier: MIT */
#include "analyzer/output/summary.h"
#include "analyzer/output/summary_totals.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"
#include "analyzer/output/cells.h"
#include "analyzer/output/how_recorded.h"
#include "analyzer/output/screen.h"
#include "analyzer/output/short_name.h"
#include "analyzer/text.h"

/* An argument as a shell would need it, escaped for the screen. */
static char *quote(const char *argument)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789%+,-./:=@_";
	char *text = text_line(argument), *quoted;

	if (*text && text[strspn(text, plain)] == '\0')
		return text;
	quoted = xasprintf("'%s'", text);
	free(text);
	return quoted;
}

/* The command line as it was typed, roughly. */
static void print_command(const struct output_run *run,
			  const struct model_meta *meta)
{
	char *line = meta->argument_count ? xasprintf("%s", "") :
					    text_line(meta->program);
	char *cut;

	for (size_t i = 0; i < meta->argument_count; i++) {
		char *word = quote(meta->arguments[i]);
		char *longer = xasprintf("%s%s%s", line, i > 0 ? " " : "",
					 word);

		free(word);
		free(line);
		line = longer;
		if (text_columns(line) > (size_t)run->columns)
			break;
	}
	cut = short_text(line, (size_t)run->columns);
	screen_put(run, INK_STRONG, cut);
	fputs("\n", run->file);
	free(cut);
	free(line);
}

static void print_recording(const struct output_run *run,
			    const struct report *report)
{
	const struct model_meta *meta = &report->recording->model.meta;
	char *when = how_recorded_start(meta->start_realtime_ns), *line;
	char *mode = how_recorded_mode(report->profile->sampled,
				       meta->sample_bytes);
	char duration[TEXT_NUMBER_BYTES];

	line = xasprintf("pid %" PRIu64 ", %s, ran %s, recorded %s%s",
			 meta->pid, when,
			 text_duration(duration, report->profile->run_ns), mode,
			 report->recording->live ? ", still running" : "");
	screen_put_folded(run, INK_FAINT, line, 0);
	fputs("\n", run->file);
	free(line);
	free(mode);
	free(when);
}

static void print_lost(const struct output_run *run,
		       const struct report *report)
{
	char count[TEXT_NUMBER_BYTES];
	char *line;

	if (report->lost_events == 0)
		return;
	line = xasprintf("%s event%s lost; `heapwise info` says why.\n\n",
			 text_count(count, report->lost_events),
			 report->lost_events == 1 ? " was" : "s were");
	screen_put(run, INK_ALARM, line);
	free(line);
}

/* Programs started through env, a shell or a wrapper: not the one wanted. */
static void print_exec(const struct output_run *run,
		       const struct report *report)
{
	if (report->recording->model.end_reason == END_EXEC)
		screen_put(run, INK_NOTICE,
			   "It ended by executing another program, which has a "
			   "dump of its own.\n\n");
}

static void print_window(const struct output_run *run,
			 const struct report *report)
{
	const struct report_options *o = &report->options;
	char from[TEXT_NUMBER_BYTES] = "its start", to[TEXT_NUMBER_BYTES];
	char *line;

	if (!o->has_from && (!o->has_to || o->at == REPORT_AT_TIME))
		return;
	if (o->has_from)
		text_duration(from, o->from_ns);
	line = o->has_to ? xasprintf("Of the run only from %s to %s: what was "
				     "allocated outside is not counted.", from,
				     text_duration(to, o->to_ns)) :
			   xasprintf("Of the run only from %s on: what was "
				     "allocated before is not counted.", from);
	screen_put_folded(run, INK_NOTICE, line, 0);
	free(line);
}

static void print_moment(const struct output_run *run,
			 const struct report *report)
{
	struct estimate bytes = summary_total(report, FIGURE_LEAKED_BYTES);
	struct estimate blocks = summary_total(report, FIGURE_LEAKED_BLOCKS);
	char *size = summary_figure_text(&bytes, true);
	char *count = summary_figure_text(&blocks, false), *line;
	char when[TEXT_NUMBER_BYTES];

	if (report->options.at == REPORT_AT_PEAK)
		line = xasprintf("At the heap's peak, after %s, %s were live in "
				 "%s block%s.",
				 text_duration(when, report->profile
							     ->heap_peak_ns),
				 size, count, blocks.value == 1 ? "" : "s");
	else
		line = xasprintf("After %s, %s were live in %s block%s; what "
				 "came later is not counted.",
				 text_duration(when, report->options.to_ns),
				 size, count, blocks.value == 1 ? "" : "s");
	screen_put_folded(run, INK_NOTICE, line, 0);
	free(line);
	free(size);
	free(count);
}

/* "with" A or B */
static char *patterns_text(const struct patterns *patterns)
{
	char *all = xasprintf("%s", "");

	for (size_t i = 0; i < patterns->count; i++) {
		char *one = quote(patterns->list[i].text);
		char *longer = xasprintf("%s%s%s", all, i > 0 ? " or " : "",
					 one);

		free(one);
		free(all);
		all = longer;
	}
	return all;
}

static char *share_text(const struct report *report, enum profile_figure which,
			char cell[CELL_BYTES])
{
	const struct profile *p = report->profile;
	double all = profile_figure(p, &p->all, which).value;
	double shown = summary_total(report, which).value;

	return cell_percent(cell, all > 0 ? shown / all : 0);
}

static void print_filter(const struct output_run *run,
			 const struct report *report)
{
	const struct report_options *o = &report->options;
	char *focus = patterns_text(&o->focus);
	char *ignore = patterns_text(&o->ignore), *line, *shares;
	char left[CELL_BYTES], right[CELL_BYTES];

	if (o->at)
		shares = xasprintf("%s of the blocks that were live, %s of "
				   "their bytes",
				   share_text(report, FIGURE_LEAKED_BLOCKS,
					      left),
				   share_text(report, FIGURE_LEAKED_BYTES,
					      right));
	else
		shares = xasprintf("%s of calls, %s of bytes",
				   share_text(report, FIGURE_ALLOCATIONS, left),
				   share_text(report, FIGURE_BYTES_ALLOCATED,
					      right));
	line = xasprintf("Only stacks %s%s%s%s%s: %s.",
			 *focus ? "with " : "", focus,
			 *focus && *ignore ? ", " : "",
			 *ignore ? "without " : "", ignore, shares);
	screen_put_folded(run, INK_NOTICE, line, 0);
	free(line);
	free(shares);
	free(focus);
	free(ignore);
}

/* What part of the recording this is about. */
static void print_part(const struct output_run *run,
		       const struct report *report)
{
	const struct report_options *o = &report->options;

	print_window(run, report);
	if (o->at)
		print_moment(run, report);
	if (report->profile->has_all)
		print_filter(run, report);
	if (o->has_from || o->has_to || o->at || report->profile->has_all)
		fputs("\n", run->file);
}

void summary_print_head(const struct output_run *run,
			const struct report *report)
{
	print_command(run, &report->recording->model.meta);
	print_recording(run, report);
	print_part(run, report);
}

void summary_print_warnings(const struct output_run *run,
			    const struct report *report)
{
	print_lost(run, report);
	print_exec(run, report);
}

void summary_print(const struct output_run *run, const struct report *report)
{
	summary_print_head(run, report);
	summary_totals_print(run, report);
	summary_print_warnings(run, report);
}

static void print_nothing(const struct output_run *run,
			  const struct report *report)
{
	const char *unseen = report->recording->model.meta.unseen_allocator;
	char *path, *line;

	fputs("No allocations were recorded.\n", run->file);
	if (!unseen[0])
		return;
	path = text_line(unseen);
	line = xasprintf("The program calls the malloc of %s, which comes before "
			 "heapwise's: such calls cannot be seen.", path);
	screen_put_folded(run, INK_PLAIN, line, 0);
	fputs("\n", run->file);
	free(line);
	free(path);
}

void summary_print_nothing(const struct output_run *run,
			   const struct report *report)
{
	const struct report_options *o = &report->options;

	if (o->at)
		fputs("No block was live then.\n", run->file);
	else if (report->profile->has_all && report->profile->all.allocations)
		fputs("No stack that allocates is like that.\n", run->file);
	else if (o->has_from || o->has_to)
		fputs("Nothing was allocated in that time.\n", run->file);
	else
		print_nothing(run, report);
}

static void print_temporary_note(const struct output_run *run,
				 const struct report *report)
{
	uint32_t distance = report->options.temporary_distance;
	char *line;

	if (distance == 0) {
		screen_put(run, INK_FAINT,
			   "at peak: live at the heap's peak. temp: freed "
			   "before its thread allocates again.\n");
		return;
	}
	line = xasprintf("at peak: live at the heap's peak. temp: freed by its "
			 "thread within %" PRIu32 " more allocation%s%s.",
			 distance, distance == 1 ? "" : "s",
			 report->profile->sampled ?
				 "; a sample only tells of none in between" :
				 "");
	screen_put_folded(run, INK_FAINT, line, 0);
	free(line);
}

void summary_print_notes(const struct output_run *run,
			 const struct report *report)
{
	if (report->profile->sampled)
		screen_put(run, INK_FAINT,
			   "Figures are estimates: \u00b1 is the 95% interval; "
			   "? if few samples decide it.\n");
	if (report->options.at)
		return;
	print_temporary_note(run, report);
	if (report_ends_early(report))
		screen_put(run, INK_FAINT,
			   "left: not freed when that time ended; it may have "
			   "been later.\n");
}

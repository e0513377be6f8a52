/* SPDX-License-Identifier: MIT */
/* One finding for people, in as many lines as there is room for. */
#include "analyzer/output/advice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/advice/amount.h"
#include "analyzer/function_name.h"
#include "analyzer/memory.h"
#include "analyzer/output/frame_lines.h"
#include "analyzer/output/short_name.h"
#include "analyzer/report.h"
#include "analyzer/text.h"

#define INDENT 4
#define FRAMES_MAX 2 /* lines of a finding's stack */
#define PARTS 7

/* A labelled text, and how many lines it may have. */
struct part {
	size_t label_columns;
	const char *label;
	char *text; /* escaped */
	size_t lines;
};

/* Where a line ends: behind a word, if there is one. */
static size_t line_bytes(const char *text, size_t columns)
{
	size_t fits = text_bytes_of(text, columns), at = fits;

	if (text[fits] == '\0')
		return fits;
	while (at > 0 && text[at] != ' ')
		at--;
	return at > 0 ? at : screen_line_bytes(text, columns);
}

static size_t columns_of(const struct output_run *run, const struct part *part)
{
	return (size_t)run->columns - INDENT - part->label_columns;
}

static size_t count_lines(const struct output_run *run, const struct part *part)
{
	const char *text = part->text;
	size_t lines = 0;

	for (; *text; lines++) {
		text += line_bytes(text, columns_of(run, part));
		text += *text == ' ';
	}
	return lines;
}

/* The last line of what was cut. */
static char *cut_line(const char *rest, size_t columns)
{
	size_t bytes = line_bytes(rest, columns - 4);
	char *start = xstrndup(rest, bytes);
	char *line = xasprintf("%s ...", start);

	free(start);
	return line;
}

static void print_part(const struct output_run *run, const struct part *part)
{
	size_t columns = columns_of(run, part);
	const char *rest = part->text;

	for (size_t i = 0; i < part->lines && *rest; i++) {
		size_t bytes = line_bytes(rest, columns);
		char *line = i + 1 == part->lines && rest[bytes] ?
				     cut_line(rest, columns) :
				     xstrndup(rest, bytes);

		screen_spaces(run, INDENT);
		screen_put_left(run, INK_FAINT, i == 0 ? part->label : "",
				part->label_columns);
		screen_put(run, INK_PLAIN, line);
		fputs("\n", run->file);
		free(line);
		rest += bytes;
		rest += *rest == ' ';
	}
}

void advice_line_print(const struct output_run *run, size_t columns,
		       const char *label, const char *text)
{
	struct part part = { columns, label, text_line(text), SIZE_MAX };

	print_part(run, &part);
	free(part.text);
}

void advice_frame_print(const struct output_run *run,
			const struct advice *advice, const struct frame *frame)
{
	const char *directory = advice->recording->model.meta.directory;
	const struct symbol_call *call = frame->call;
	const struct model_module *module = frame->symbol->module;
	char *where;

	if (call->file)
		where = xasprintf("%s:%d", report_file_in(directory, call->file),
				  call->line);
	else if (module && call->function)
		where = xasprintf("[%s]", symbol_basename(module->path));
	else
		where = xasprintf("%s", "");
	frame_line_print(run, false, frame_name(frame), where);
	free(where);
}

/* The site, and who calls it; the language's library in between is nobody's
 * to change. Returns the lines. */
static size_t print_frames(const struct output_run *run,
			   const struct advice *advice,
			   const struct finding *f)
{
	struct frame_list list = { 0 };
	size_t shown = 0;

	advice_frames(&list, advice, f);
	for (size_t i = 0; i < list.count && shown < FRAMES_MAX; i++) {
		const char *function = list.frames[i].call->function;

		if (i > 0 && function && (function_is_library(function) ||
					  frame_is_runtime_start(function)))
			continue;
		advice_frame_print(run, advice, &list.frames[i]);
		shown++;
	}
	frame_list_release(&list);
	return shown;
}

/* "1,000 calls, 1 ms to 2 ms of CPU time (1% to 2%)", as far as known. */
static char *time_of(const struct advice *advice, const struct finding *f)
{
	char *calls = amount_interval(&f->saved_calls_about, amount_count);
	double cpu = expense_told_cpu_ns(&advice->expense);
	const char *between = f->saved_calls > 0 ? " calls, " : "";
	char *shares = NULL, *time = NULL;

	if (cpu > 0)
		shares = xasprintf(" (%s to %s)",
				   amount_percent(f->saved.low / cpu).text,
				   amount_percent(f->saved.high / cpu).text);
	if (f->saved.high > 0 && advice->expense.cpu_ns > 0)
		time = xasprintf("%s%s%s to %s of CPU time%s",
				 *between ? calls : "", between,
				 amount_ns(f->saved.low).text,
				 amount_ns(f->saved.high).text,
				 shares ? shares : "");
	else if (f->saved_calls > 0)
		time = xasprintf("%s calls; their time was not measured",
				 calls);
	free(shares);
	free(calls);
	return time;
}

static char *saving_of(const struct advice *advice, const struct finding *f)
{
	double peak = advice->census.total.live_bytes_max;
	char *time = time_of(advice, f), *bytes = NULL, *result;

	if (f->saved_bytes > 0) {
		char *interval = amount_interval(&f->saved_bytes_about,
						 amount_bytes);

		bytes = xasprintf("%s (%s of the peak)", interval,
				  amount_percent(peak > 0 ? f->saved_bytes /
						 peak : 0).text);
		free(interval);
	}
	result = xasprintf("%s%s%s", time ? time : "",
			   time && bytes ? ", " : "", bytes ? bytes : "");
	free(time);
	free(bytes);
	return result;
}

/* What the figures of a sample rest on; NULL if every event was recorded. */
static char *sample_of(const struct advice *advice, const struct finding *f)
{
	char *interval, *line;

	if (!advice->sampled)
		return NULL;
	interval = amount_interval(&f->allocations_about, amount_count);
	line = xasprintf("%s samples%s stand for %s allocations (95%% interval)",
			 amount_count((double)f->samples).text,
			 estimate_is_weak(&f->allocations_about) ?
				 ", few that tell," : "",
			 interval);
	free(interval);
	return line;
}

static char *tags_of(const struct finding *f)
{
	char *tags = xasprintf("%s", "");

	for (unsigned int i = 0; i < FINDING_TAGS; i++) {
		char *more;

		if (!(f->tags & 1u << i))
			continue;
		more = xasprintf("%s [%s]", tags, finding_tag_name(
					 (enum finding_tag)(1u << i)));
		free(tags);
		tags = more;
	}
	return tags;
}

/* "2. pool: a free list of these objects [startup]      ID" */
static void print_title(const struct output_run *run,
			const struct advice *advice, const struct finding *f)
{
	char *title = xasprintf("%2zu. %s: %s",
				(size_t)(f - advice->findings) + 1,
				f->detector->id, f->detector->remedy);
	char *tags = tags_of(f), *cut;
	size_t room = (size_t)run->columns - SITE_ID_BYTES;
	size_t columns = text_columns(tags);

	cut = short_text(title, columns < room ? room - columns : 1);
	columns += text_columns(cut);
	screen_put(run, INK_STRONG, cut);
	screen_put(run, INK_NOTICE, tags);
	screen_put_right(run, INK_FAINT, f->id, (size_t)run->columns - columns);
	fputs("\n", run->file);
	free(cut);
	free(title);
	free(tags);
}

/* Takes lines from the longest, until all fit in `room`. */
static void fit(const struct output_run *run, struct part *parts, size_t room)
{
	size_t sum = 0;

	for (size_t i = 0; i < PARTS; i++) {
		parts[i].lines = count_lines(run, &parts[i]);
		sum += parts[i].lines;
	}
	for (; sum > room; sum--) {
		struct part *longest = &parts[0];

		for (size_t i = 1; i < PARTS; i++)
			if (parts[i].lines > longest->lines)
				longest = &parts[i];
		if (longest->lines == 1)
			break;
		longest->lines--;
	}
}

static struct part part_of(const char *label, const char *text)
{
	return (struct part){ ADVICE_LABEL, label, text_line(text ? text : ""),
			      0 };
}

void advice_finding_print(const struct output_run *run,
			  const struct advice *advice, const struct finding *f,
			  size_t lines)
{
	char *saving = saving_of(advice, f);
	char *sample = sample_of(advice, f);
	struct part parts[PARTS] = {
		part_of("seen", f->texts[FINDING_SEEN]),
		part_of("sample", sample),
		part_of("do", f->texts[FINDING_DO]),
		part_of(f->tags & FINDING_KEPT ? "holds" : "saves",
			saving),
		part_of("costs", f->texts[FINDING_PRICE]),
		part_of("check", f->texts[FINDING_CHECK]),
		part_of("but", f->unworthy),
	};
	size_t used = 1;

	print_title(run, advice, f);
	used += print_frames(run, advice, f);
	fit(run, parts, lines > 0 ? lines - used : SIZE_MAX);
	for (size_t i = 0; i < PARTS; i++) {
		print_part(run, &parts[i]);
		free(parts[i].text);
	}
	free(saving);
	free(sample);
}

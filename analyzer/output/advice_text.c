/* SPDX-License-Identifier: MIT */
#include "analyzer/output/advice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/advice/amount.h"
#include "analyzer/memory.h"
#include "analyzer/output/frame_lines.h"
#include "analyzer/output/short_name.h"
#include "analyzer/text.h"

#define LABEL 8	     /* columns before a text */
#define FRAMES_MAX 2 /* lines of a finding's stack */

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

/* "seen    text", its further lines below each other. */
static void print_text(const struct output_run *run, const char *label,
		       const char *text)
{
	size_t columns = (size_t)run->columns - 4 - LABEL;
	char *safe, *rest;

	if (!text)
		return;
	safe = text_line(text);
	rest = safe;
	while (*rest) {
		size_t bytes = line_bytes(rest, columns);
		char *line = xstrndup(rest, bytes);

		screen_spaces(run, 4);
		screen_put_left(run, INK_FAINT, rest == safe ? label : "",
				LABEL);
		screen_put(run, INK_PLAIN, line);
		fputs("\n", run->file);
		free(line);
		rest += bytes;
		rest += *rest == ' ';
	}
	free(safe);
}

static const char *file_of(const struct advice *advice, const char *file)
{
	const char *directory = advice->recording->model.meta.directory;
	size_t len = strlen(directory);

	if (len > 1 && strncmp(file, directory, len) == 0 && file[len] == '/')
		return file + len + 1;
	return file;
}

static void print_frame(const struct output_run *run,
			const struct advice *advice, const struct frame *frame)
{
	const struct symbol_call *call = frame->call;
	const struct model_module *module = frame->symbol->module;
	char *where;

	if (call->file)
		where = xasprintf("%s:%d", file_of(advice, call->file),
				  call->line);
	else if (module && call->function)
		where = xasprintf("[%s]", symbol_basename(module->path));
	else
		where = xasprintf("%s", "");
	frame_line_print(run, false, frame_name(frame), where);
	free(where);
}

static void print_frames(const struct output_run *run,
			 const struct advice *advice, const struct finding *f)
{
	struct frame_list list = { 0 };
	size_t shown = 0;

	advice_frames(&list, advice, f);
	for (size_t i = 0; i < list.count && shown < FRAMES_MAX; i++) {
		if (i > 0 &&
		    (frame_is_runtime_start(list.frames[i].call->function) ||
		     frame_is_allocator(list.frames[i].call->function)))
			continue;
		print_frame(run, advice, &list.frames[i]);
		shown++;
	}
	frame_list_release(&list);
}

/* "1,000", and of a sample "900 to 1,100". */
static char *interval_of(const struct estimate *e,
			 struct amount (*amount)(double))
{
	if (e->exact)
		return xasprintf("%s", amount(e->value).text);
	if (!isfinite(e->high))
		return xasprintf("%s or more", amount(e->low).text);
	return xasprintf("%s to %s", amount(e->low).text,
			 amount(e->high).text);
}

/* "1,000 calls, 1 ms to 2 ms of CPU time (1% to 2%)", as far as known. */
static char *time_of(const struct advice *advice, const struct finding *f)
{
	char *calls = interval_of(&f->saved_calls_about, amount_count);
	double cpu = advice->expense.cpu_ns;
	bool has_calls = f->saved_calls > 0;
	char *time = NULL;

	if (f->saved.high > 0 && cpu > 0)
		time = xasprintf("%s%s%s to %s of CPU time (%s to %s)",
				 has_calls ? calls : "",
				 has_calls ? " calls, " : "",
				 amount_ns(f->saved.low).text,
				 amount_ns(f->saved.high).text,
				 amount_percent(f->saved.low / cpu).text,
				 amount_percent(f->saved.high / cpu).text);
	else if (has_calls)
		time = xasprintf("%s calls; their time was not measured",
				 calls);
	free(calls);
	return time;
}

static char *saving_of(const struct advice *advice, const struct finding *f)
{
	double peak = advice->census.total.live_bytes_max;
	char *time = time_of(advice, f), *bytes = NULL, *result;

	if (f->saved_bytes > 0) {
		char *interval = interval_of(&f->saved_bytes_about,
					     amount_bytes);

		bytes = xasprintf("%s (%s of the peak)", interval,
				  amount_percent(f->saved_bytes / peak).text);
		free(interval);
	}
	result = xasprintf("%s%s%s", time ? time : "",
			   time && bytes ? ", " : "", bytes ? bytes : "");
	free(time);
	free(bytes);
	return result;
}

static void print_title(const struct output_run *run, size_t number,
			const struct finding *f)
{
	char *title = xasprintf("%2zu. %s: %s", number, f->detector->id,
				f->detector->remedy);
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
	screen_put(run, INK_STRONG, title);
	screen_put(run, INK_NOTICE, tags);
	screen_put_right(run, INK_FAINT, f->id,
			 (size_t)run->columns - text_columns(title) -
				 text_columns(tags));
	fputs("\n", run->file);
	free(title);
	free(tags);
}

/* What the figures of a sample rest on; NULL if every event was recorded. */
static char *sample_of(const struct advice *advice, const struct finding *f)
{
	char *interval, *line;

	if (!advice->sampled)
		return NULL;
	interval = interval_of(&f->allocations_about, amount_count);
	line = xasprintf("%s samples%s stand for %s allocations (95%% interval)",
			 amount_count((double)f->samples).text,
			 estimate_is_weak(&f->allocations_about) ?
				 ", few that tell," : "",
			 interval);
	free(interval);
	return line;
}

static void print_finding(const struct output_run *run,
			  const struct advice *advice, size_t number,
			  const struct finding *f)
{
	char *saving = saving_of(advice, f);
	char *sample = sample_of(advice, f);

	print_title(run, number, f);
	print_frames(run, advice, f);
	print_text(run, "seen", f->texts[FINDING_SEEN]);
	print_text(run, "sample", sample);
	print_text(run, "do", f->texts[FINDING_DO]);
	print_text(run, "saves", saving);
	print_text(run, "costs", f->texts[FINDING_PRICE]);
	print_text(run, "check", f->texts[FINDING_CHECK]);
	if (f->unworthy)
		print_text(run, "but", f->unworthy);
	fputs("\n", run->file);
	free(saving);
	free(sample);
}

static void print_head(const struct output_run *run,
		       const struct advice *advice)
{
	const struct model_meta *meta = &advice->recording->model.meta;
	double cpu = advice->expense.cpu_ns;
	char *program = text_line(meta->program);
	char *line;

	screen_put(run, INK_STRONG, symbol_basename(program));
	line = xasprintf(": %s allocations, %s at the peak",
			 amount_count(advice->census.total.calls).text,
			 amount_bytes(advice->census.total.live_bytes_max)
				 .text);
	screen_put(run, INK_PLAIN, line);
	free(line);
	if (cpu > 0) {
		line = xasprintf("; %s CPU, about %s of it in the allocator",
				 amount_ns(cpu).text,
				 amount_percent(advice->expense.allocator_ns /
						cpu).text);
		screen_put(run, INK_PLAIN, line);
		free(line);
	}
	fputs("\n\n", run->file);
	free(program);
}

static void print_warnings(const struct output_run *run,
			   const struct advice *advice)
{
	if (advice->lost_events > 0) {
		char *line = xasprintf("%s events are missing: see 'heapwise "
				       "info'. Findings may be wrong.",
				       amount_count((double)advice->lost_events)
					       .text);

		screen_put_folded(run, INK_ALARM, line, 0);
		free(line);
	}
	if (advice->sampled)
		screen_put_folded(run, INK_NOTICE, "A sample tells no order of "
				  "events: hoist, stack, reserve, arena and "
				  "sized-pool need an exact recording.", 0);
	if (advice_is_hidden(advice))
		screen_put_folded(run, INK_NOTICE, "Most of the memory comes in "
				  "few large blocks: this program divides them "
				  "itself, and heapwise cannot see how.", 0);
}

static void print_foot(const struct output_run *run,
		       const struct advice_view *view, size_t shown)
{
	const struct advice *advice = view->advice;
	size_t worth = advice->worth_count;
	size_t others = advice->finding_count - worth;
	char *line;

	if (worth == 0)
		screen_put_folded(run, INK_STRONG, "Nothing here is worth "
				  "changing: no remedy would save enough.", 0);
	if (shown < worth) {
		line = xasprintf("%zu more; --limit=0 shows all.",
				 worth - shown);
		screen_put_folded(run, INK_FAINT, line, 0);
		free(line);
	}
	if (others > 0 && !view->all) {
		line = xasprintf("%zu more would save too little; --all shows "
				 "them.", others);
		screen_put_folded(run, INK_FAINT, line, 0);
		free(line);
	}
	if (shown > 0)
		screen_put_folded(run, INK_FAINT, "Times are of the calls "
				  "alone: better locality is not counted. "
				  "'--explain ID' has the evidence, what was "
				  "rejected, and a skeleton.", 0);
}

void advice_text_print(const struct output_run *run,
		       const struct advice_view *view)
{
	const struct advice *advice = view->advice;
	size_t shown = 0;

	print_head(run, advice);
	print_warnings(run, advice);
	for (size_t i = 0; i < advice->finding_count; i++) {
		const struct finding *f = &advice->findings[i];

		if (shown == view->limit || (!f->worth && !view->all))
			break;
		print_finding(run, advice, ++shown, f);
	}
	print_foot(run, view, shown);
}

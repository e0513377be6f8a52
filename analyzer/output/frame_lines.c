/* SPDX-License-Identifier: MIT */
#include "analyzer/output/frame_lines.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/function_name.h"
#include "analyzer/memory.h"
#include "analyzer/output/short_name.h"
#include "analyzer/text.h"

#define LINES_MAX 4
#define INDENT 4
#define READ_A_LINE 16 /* frames are read while a line is printed */
#define WHERE_SHARE 42 /* percent of a line at most for file and line */

/* Frames [first, end) of a list are worth showing. */
struct span {
	size_t first, end;
	bool all; /* library's own ones, too */
};

static const char *function_of(const struct frame *frame)
{
	return frame->call->function;
}

static struct span telling_frames(const struct report *report,
				  const struct frame_list *list)
{
	struct span span = { 0, list->count, report->options.all_frames };

	if (span.all)
		return span;
	while (span.first < list->count &&
	       frame_is_allocator(function_of(&list->frames[span.first])))
		span.first++;
	if (span.first == list->count)
		span.first = 0;
	while (span.end > span.first + 1 &&
	       frame_is_runtime_start(function_of(&list->frames[span.end - 1])))
		span.end--;
	return span;
}

static bool same_function(const struct frame *a, const struct frame *b)
{
	const char *left = function_of(a), *right = function_of(b);

	return left && right && strcmp(left, right) == 0;
}

/* A run of the library's own functions, the innermost first: only the last of
 * them, which the program called, tells anything. */
static size_t library_run(const struct frame_list *list,
			  const struct span *span)
{
	size_t length = 0;

	while (span->first + length < span->end) {
		const char *function =
			function_of(&list->frames[span->first + length]);

		if (!function || !function_is_library(function))
			break;
		length++;
	}
	return length;
}

static void skip_library(const struct frame_list *list, struct span *span)
{
	size_t length = library_run(list, span);

	if (length > 1 && !span->all)
		span->first += length - 1;
}

static size_t run_length(const struct frame_list *list, const struct span *span)
{
	size_t length = 1;

	while (span->first + length < span->end &&
	       same_function(&list->frames[span->first],
			     &list->frames[span->first + length]))
		length++;
	return length;
}

static size_t count_runs(const struct frame_list *list, struct span span)
{
	size_t runs = 0;

	for (; span.first < span.end; span.first += run_length(list, &span)) {
		skip_library(list, &span);
		runs++;
	}
	return runs;
}

/* As they are: on one line if both fit, else folded. */
static void print_full(const struct output_run *run, enum ink ink,
		       const char *name, const char *place)
{
	size_t columns = (size_t)run->columns - INDENT;
	size_t name_columns = columns - columns * WHERE_SHARE / 100 - 2;
	size_t width = text_columns(name);

	if (width < name_columns)
		width = name_columns;
	if (!*place || width + 2 + text_columns(place) > columns) {
		screen_put_folded(run, ink, name, INDENT);
		screen_put_folded(run, INK_FAINT, place, INDENT + 4);
		return;
	}
	screen_spaces(run, INDENT);
	screen_put_left(run, ink, name, name_columns);
	screen_spaces(run, 2);
	screen_put(run, INK_FAINT, place);
	fputs("\n", run->file);
}

static void print_short(const struct output_run *run, enum ink ink,
			const char *name, const char *place)
{
	size_t columns = (size_t)run->columns - INDENT;
	size_t place_columns = columns * WHERE_SHARE / 100;
	char *cut = short_path(place, place_columns);
	/* Simpler names stay in their column; others use what is free. */
	char *plain = short_template(name, columns - 2 - place_columns);
	char *function = short_function(plain, columns - 2 - text_columns(cut));

	screen_spaces(run, INDENT);
	if (*cut) {
		screen_put_left(run, ink, function, columns - 2 - place_columns);
		screen_spaces(run, 2);
		screen_put(run, INK_FAINT, cut);
	} else {
		screen_put(run, ink, function);
	}
	fputs("\n", run->file);
	free(cut);
	free(plain);
	free(function);
}

void frame_line_print(const struct output_run *run, bool full,
		      const char *function, const char *where)
{
	char *name = text_line(function), *place = text_line(where);

	if (full)
		print_full(run, INK_PLAIN, name, place);
	else
		print_short(run, INK_PLAIN, name, place);
	free(name);
	free(place);
}

/* file:line, below the program's own directory without it; else the module. */
static char *where_of(const struct report *report, const struct frame *frame)
{
	const char *file = frame->call->file;
	const struct model_module *module = frame->symbol->module;

	if (!file && module && function_of(frame))
		return xasprintf("[%s]", symbol_basename(module->path));
	if (!file)
		return xasprintf("%s", "");
	return xasprintf("%s:%d", report_file(report, file), frame->call->line);
}

static void print_frame(const struct output_run *run,
			const struct report *report, const struct frame *frame,
			size_t times)
{
	const char *function = function_of(frame);
	char *where = where_of(report, frame), *name;

	if (!function)
		function = frame->symbol->place;
	name = times > 1 ? xasprintf("%s (\u00d7%zu)", function, times) :
			   xasprintf("%s", function);
	frame_line_print(run, report->options.full_names, name,
			 where);
	free(name);
	free(where);
}

static void print_rest(const struct output_run *run,
		       const struct frame_list *list, const struct span *span)
{
	const struct frame *last = &list->frames[span->end - 1];
	const char *function = function_of(last);
	char *name, *line, *cut;

	name = text_line(function ? function : last->symbol->place);
	cut = short_function(name, (size_t)run->columns - 30);
	line = xasprintf("    \u2026 %zu more, up to %s\n",
			 span->end - span->first, cut);
	screen_put(run, INK_FAINT, line);
	free(line);
	free(cut);
	free(name);
}

/* How many lines of a site's runs; one more says that there are others. */
static size_t line_count(const struct report *report, size_t runs)
{
	size_t frames = report->options.frames;

	if (frames > 0)
		return runs > frames ? frames : runs;
	return runs > LINES_MAX ? LINES_MAX - 1 : runs;
}

/* Where no more may be shown, not all is read either. */
static void read_frames(struct frame_list *list, const struct report *report,
			const struct site *row, bool whole)
{
	const struct stack_tree *stacks = &report->recording->model.stacks;
	struct frame_budget none = { 0 };

	if (!whole)
		frame_budget_read(&none, list, report->symbols, stacks,
				  row->stack);
	else
		frame_list_read(list, report->symbols, stacks, row->stack);
}

void frame_lines_print(const struct output_run *run,
		       const struct report *report, const struct site *row,
		       struct frame_budget *budget)
{
	struct frame_list list = { 0 };
	bool whole = !budget || budget->left > 0;
	struct span span;
	size_t lines;

	read_frames(&list, report, row, whole);
	span = telling_frames(report, &list);
	lines = line_count(report, count_runs(&list, span));
	if (budget) {
		size_t cost = lines + list.count / READ_A_LINE;

		if (frame_budget_take(budget, cost) < cost)
			lines = 1;
	}
	for (size_t i = 0; i < lines; i++) {
		size_t times;

		skip_library(&list, &span);
		times = run_length(&list, &span);
		print_frame(run, report, &list.frames[span.first], times);
		span.first += times;
	}
	if (span.first < span.end)
		print_rest(run, &list, &span);
	if (list.truncated)
		screen_put(run, INK_FAINT,
			   whole ? "    \u2026 its callers were not recorded\n" :
				   "    \u2026 too much to show all callers\n");
	frame_list_release(&list);
}

/* SPDX-License-Identifier: MIT */
#include "analyzer/output/diff_frames.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/frame.h"
#include "analyzer/function_name.h"
#include "analyzer/memory.h"
#include "analyzer/output/frame_lines.h"
#include "analyzer/output/short_name.h"
#include "analyzer/text.h"

#define LINES_MAX 3

/* Frames [first, end) are worth showing. */
struct calls {
	const struct diff_view *view;
	const struct pool_frame *frames[CALL_SEQUENCE_MAX];
	size_t first, end;
	bool cut;
};

static const char *text_of(const struct calls *c, uint32_t text)
{
	return frame_pool_name(&c->view->comparison->pool, text);
}

static const char *function_of(const struct calls *c, size_t i)
{
	return text_of(c, c->frames[i]->function);
}

static void leave_out(struct calls *c)
{
	size_t all = c->end;

	if (c->view->all_frames)
		return;
	while (c->first < c->end &&
	       frame_is_allocator(function_of(c, c->first)))
		c->first++;
	if (c->first == all)
		c->first = 0;
	while (c->end > c->first + 1 &&
	       frame_is_runtime_start(function_of(c, c->end - 1)))
		c->end--;
}

static bool is_library(const struct calls *c, size_t i)
{
	const char *function = function_of(c, i);

	return !c->view->all_frames && function &&
	       function_is_library(function);
}

/* Of a run of the library's own calls only the outermost tells. */
static size_t skip_library(const struct calls *c, size_t i)
{
	while (i + 1 < c->end && is_library(c, i) && is_library(c, i + 1))
		i++;
	return i;
}

/* Calls of one function in a row. */
static size_t run_length(const struct calls *c, size_t i)
{
	size_t length = 1;

	while (i + length < c->end && c->frames[i]->function &&
	       c->frames[i]->function == c->frames[i + length]->function)
		length++;
	return length;
}

static char *place_of(const struct calls *c, const struct pool_frame *frame)
{
	const char *module = text_of(c, frame->module);

	if (!module)
		return xasprintf("(in no module)");
	return xasprintf("%s+0x%" PRIx64, symbol_basename(module),
			 frame->offset);
}

static char *where_of(const struct calls *c, const struct pool_frame *frame)
{
	const char *file = text_of(c, frame->file);
	const char *module = text_of(c, frame->module);

	if (file)
		return xasprintf("%s:%" PRIu32, file, frame->line);
	if (module && frame->function)
		return xasprintf("[%s]", symbol_basename(module));
	return xasprintf("%s", "");
}

static char *name_of(const struct calls *c, size_t i, size_t times)
{
	const char *function = function_of(c, i);
	char *name = function ? xasprintf("%s", function) :
				place_of(c, c->frames[i]);
	char *longer;

	if (times == 1)
		return name;
	longer = xasprintf("%s (\u00d7%zu)", name, times);
	free(name);
	return longer;
}

static void print_call(const struct output_run *run, const struct calls *c,
		       size_t i, size_t times)
{
	char *name = name_of(c, i, times);
	char *where = where_of(c, c->frames[i]);

	frame_line_print(run, c->view->full_names, name, where);
	free(name);
	free(where);
}

static void print_rest(const struct output_run *run, const struct calls *c)
{
	char *name = name_of(c, c->end - 1, 1);
	char *shown = text_line(name);
	char *cut = short_function(shown, (size_t)run->columns - 30);
	char *line = xasprintf("    \u2026 %zu more, up to %s\n",
			       c->end - c->first, cut);

	screen_put(run, INK_FAINT, line);
	free(line);
	free(cut);
	free(shown);
	free(name);
}

static size_t count_lines(const struct calls *c)
{
	size_t lines = 0;

	for (size_t i = c->first; i < c->end; lines++) {
		i = skip_library(c, i);
		i += run_length(c, i);
	}
	return lines;
}

/* One more line says that there are others. */
static size_t lines_shown(const struct calls *c)
{
	size_t lines = count_lines(c), frames = c->view->frames;

	if (frames > 0)
		return lines > frames ? frames : lines;
	return lines > LINES_MAX ? LINES_MAX - 1 : lines;
}

static void print_calls(const struct output_run *run, struct calls *c)
{
	size_t lines;

	leave_out(c);
	lines = lines_shown(c);
	for (size_t i = 0; i < lines; i++) {
		size_t times;

		c->first = skip_library(c, c->first);
		times = run_length(c, c->first);
		print_call(run, c, c->first, times);
		c->first += times;
	}
	if (c->first < c->end)
		print_rest(run, c);
	if (c->cut)
		screen_put(run, INK_FAINT,
			   "    \u2026 its callers were not recorded\n");
}

static void print_name(const struct output_run *run, const struct calls *c,
		       const struct comparison_row *row)
{
	const char *name = text_of(c, row->name);
	const char *module = NULL;
	char *where;

	if (c->end > 0 && c->frames[0]->function)
		module = text_of(c, c->frames[0]->module);
	where = module ? xasprintf("[%s]", symbol_basename(module)) :
			 xasprintf("%s", "");
	frame_line_print(run, c->view->full_names, name ? name : "", where);
	free(where);
}

void diff_frames_print(const struct output_run *run,
		       const struct diff_view *view,
		       const struct comparison_row *row)
{
	struct calls *c = xcalloc(1, sizeof(*c));

	c->view = view;
	c->end = frame_pool_read(&view->comparison->pool, row->stack,
				 c->frames, CALL_SEQUENCE_MAX, &c->cut);
	if (view->comparison->by == REPORT_BY_SITE)
		print_calls(run, c);
	else
		print_name(run, c, row);
	free(c);
}

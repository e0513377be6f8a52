/* SPDX-License-Identifier: MIT */
#include "analyzer/output/diff_advice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/advice/amount.h"
#include "analyzer/memory.h"
#include "analyzer/output/cells.h"
#include "analyzer/output/json_value.h"
#include "analyzer/output/markdown_text.h"
#include "analyzer/output/screen.h"
#include "analyzer/output/short_name.h"
#include "analyzer/text.h"

#define KIND_COLUMNS 6
#define REMEDY_COLUMNS 14
#define ID_DIGITS 8 /* enough for advise --explain */
#define NAME_LEAST 12

static const char *text_of(const struct diff_view *view, uint32_t text)
{
	return frame_pool_name(&view->comparison->pool, text);
}

static const struct pool_frame *frame_of(const struct diff_view *view,
					 const struct advice_item *item)
{
	return &view->comparison->pool.frames[item->frame];
}

/* "12.3K": a line is short. */
static struct amount short_count(double count)
{
	struct amount amount;
	char cell[CELL_BYTES];

	snprintf(amount.text, sizeof(amount.text), "%s",
		 cell_count(cell, count));
	return amount;
}

/* "33,354 calls, 3 ms to 10 ms", or the bytes where there is no time. */
static char *saving_of(const struct advice_item *item)
{
	char *about, *text;

	if (item->saved_bytes.value > 0) {
		text = amount_interval(&item->saved_bytes, amount_bytes);
		about = xasprintf("%s %s", text,
				  strcmp(item->detector->id, "leak") ?
					  "of the peak" : "leaked");
		free(text);
	} else if (item->saved_calls.value > 0) {
		text = amount_interval(&item->saved_calls, short_count);
		about = xasprintf("%s calls", text);
		free(text);
	} else {
		about = xasprintf("%s", "");
	}
	if (item->saved.high <= 0)
		return about;
	text = xasprintf("%s%s%s to %s", about, *about ? ", " : "",
			 amount_ns(item->saved.low).text,
			 amount_ns(item->saved.high).text);
	free(about);
	return text;
}

static char *place_of(const struct diff_view *view,
		      const struct advice_item *item)
{
	const struct pool_frame *frame = frame_of(view, item);
	const char *function = text_of(view, frame->function);
	const char *module = text_of(view, frame->module);

	if (function)
		return text_line(function);
	if (!module)
		return xasprintf("(unknown)");
	return xasprintf("%s+0x%llx", symbol_basename(module),
			 (unsigned long long)frame->offset);
}

static void print_change(const struct output_run *run,
			 const struct diff_view *view, const char *kind,
			 const struct advice_change *change)
{
	const struct advice_item *item = change->item;
	char *place = place_of(view, item), *saving = saving_of(item);
	size_t used = 2 + KIND_COLUMNS + REMEDY_COLUMNS + ID_DIGITS + 2 + 2;
	size_t room = (size_t)run->columns, columns = text_columns(saving);
	char *name;

	room = room > used + columns + NAME_LEAST ? room - used - columns :
						    NAME_LEAST;
	name = short_function(place, room);
	screen_spaces(run, 2);
	screen_put_left(run, *kind == 'n' ? INK_ALARM : INK_STRONG, kind,
			KIND_COLUMNS);
	screen_put_left(run, INK_PLAIN, item->detector->id, REMEDY_COLUMNS);
	screen_put_left(run, INK_PLAIN, name, room + 2);
	screen_put(run, INK_PLAIN, saving);
	screen_spaces(run, 2);
	fprintf(run->file, "%.*s\n", ID_DIGITS, item->id);
	free(name);
	free(saving);
	free(place);
}

static void say(const struct output_run *run, enum ink ink, const char *text)
{
	screen_put_folded(run, ink, text, 0);
}

static const char unlike_text[] =
	"Advice: not compared, since one side is a sample, which shows fewer "
	"remedies.";

static char *count_text(const struct advice_changes *a)
{
	if (a->new_count + a->gone_count == 0)
		return xasprintf("Advice: the same on both sides.");
	if (a->gone_count == 0)
		return xasprintf("Advice: %zu new", a->new_count);
	if (a->new_count == 0)
		return xasprintf("Advice: %zu gone", a->gone_count);
	return xasprintf("Advice: %zu new, %zu gone", a->new_count,
			 a->gone_count);
}

/* Was some of it there before, too small to tell? */
static bool has_others(const struct advice_changes *a)
{
	for (size_t i = 0; i < a->new_count; i++)
		if (a->new[i].other)
			return true;
	for (size_t i = 0; i < a->gone_count; i++)
		if (a->gone[i].other)
			return true;
	return false;
}

static void print_notes(const struct output_run *run,
			const struct diff_view *view)
{
	const struct advice_changes *a = view->advice;

	if (view->comparison->run_count > 2)
		say(run, INK_FAINT, "Of the first run of each side.");
	if (a->sampled)
		say(run, INK_FAINT, "Of samples: what is near a threshold "
		    "comes and goes by chance.");
	if (has_others(a))
		say(run, INK_FAINT, "* is there on both sides, and worth it "
		    "on one.");
	if (a->new_count > 0)
		say(run, INK_FAINT, "'heapwise advise --explain ID NEW' has "
		    "the evidence.");
}

void diff_advice_print(const struct output_run *run,
		       const struct diff_view *view)
{
	const struct advice_changes *a = view->advice;
	char *line;

	if (!a)
		return;
	fputs("\n", run->file);
	if (a->unlike) {
		say(run, INK_NOTICE, unlike_text);
		return;
	}
	line = count_text(a);
	screen_put(run, INK_STRONG, line);
	fputs("\n", run->file);
	for (size_t i = 0; i < a->new_count; i++)
		print_change(run, view, a->new[i].other ? "new*" : "new",
			     &a->new[i]);
	for (size_t i = 0; i < a->gone_count; i++)
		print_change(run, view, a->gone[i].other ? "gone*" : "gone",
			     &a->gone[i]);
	print_notes(run, view);
	free(line);
}

static void put_change(const struct output_run *run,
		       const struct diff_view *view, const char *kind,
		       const struct advice_change *change)
{
	char *place = place_of(view, change->item);
	char *cut = short_function(place, 60), *code = markdown_code(cut);
	char *saving = saving_of(change->item);

	fprintf(run->file, "| %s | %s | %s | %s | `%s` |\n", kind,
		change->item->detector->id, code, saving, change->item->id);
	free(saving);
	free(code);
	free(cut);
	free(place);
}

void diff_advice_markdown(const struct output_run *run,
			  const struct diff_view *view)
{
	const struct advice_changes *a = view->advice;
	char *line;

	if (!a)
		return;
	line = a->unlike ? xasprintf("%s", unlike_text) : count_text(a);
	fprintf(run->file, "\n%s\n", line);
	free(line);
	if (a->new_count + a->gone_count == 0)
		return;
	fputs("\n| | remedy | at | saves | id |\n"
	      "|:--|:--|:--|--:|:--|\n", run->file);
	for (size_t i = 0; i < a->new_count; i++)
		put_change(run, view, "**new**", &a->new[i]);
	for (size_t i = 0; i < a->gone_count; i++)
		put_change(run, view, "gone", &a->gone[i]);
}

static json_t *tags_of(const struct advice_item *item)
{
	json_t *array = json_array();

	for (unsigned int i = 0; i < FINDING_TAGS; i++)
		if (item->tags & 1u << i)
			json_value_append(array, json_string(finding_tag_name(
				(enum finding_tag)(1u << i))));
	return array;
}

/* Keys as advise --json has them, but for the last. */
static json_t *item_object(const struct diff_view *view,
			   const struct advice_change *change)
{
	const struct advice_item *item = change->item;
	const struct pool_frame *frame = frame_of(view, item);
	json_t *object = json_object();

	json_value_set(object, "id", json_string(item->id));
	json_value_set(object, "detector", json_string(item->detector->id));
	json_value_set(object, "remedy", json_string(item->detector->remedy));
	json_value_set(object, "function",
		       json_value_text(text_of(view, frame->function)));
	json_value_set(object, "file",
		       json_value_text(text_of(view, frame->file)));
	json_value_set(object, "line", frame->file ?
		       json_integer(frame->line) : json_null());
	json_value_set(object, "module",
		       json_value_text(text_of(view, frame->module)));
	json_value_set_estimate(object, "saved_calls", &item->saved_calls);
	json_value_set_estimate(object, "saved_bytes", &item->saved_bytes);
	json_value_set(object, "saved_ns_low",
		       json_value_whole(item->saved.low));
	json_value_set(object, "saved_ns_high",
		       json_value_whole(item->saved.high));
	json_value_set(object, "tags", tags_of(item));
	json_value_set(object, "on_both_sides",
		       json_boolean(change->other != NULL));
	return object;
}

static json_t *items(const struct diff_view *view,
		     const struct advice_change *changes, size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++)
		json_value_append(array, item_object(view, &changes[i]));
	return array;
}

json_t *diff_advice_object(const struct diff_view *view)
{
	const struct advice_changes *a = view->advice;
	json_t *object;

	if (!a)
		return json_null();
	object = json_object();
	json_value_set(object, "compared", json_boolean(!a->unlike));
	json_value_set(object, "new", items(view, a->new, a->new_count));
	json_value_set(object, "gone", items(view, a->gone, a->gone_count));
	return object;
}

/* SPDX-License-Identifier: MIT */
/*
 * export --format=dhat: version 2 of what valgrind's DHAT writes, for its
 * viewer, dh_view.html. Times are in microseconds. As in DHAT a block that was
 * never freed has lived until the end. Accesses are not known (bkacc).
 *
 * The viewer stops at two program points with the same frames, so frames are
 * one only if their address is, all frames stay, and a stack whose callers are
 * missing ends in a frame that says so.
 */
#include "analyzer/output/output.h"

#include <inttypes.h>
#include <stdlib.h>

#include "analyzer/memory.h"
#include "analyzer/output/frame_table.h"
#include "analyzer/output/json_text.h"
#include "analyzer/text_stream.h"

#define SHORT_LIVED_US 10
#define NS_PER_US 1000

/* The frames that the table does not have; its own come after them. */
enum { FRAME_ROOT, FRAME_TRUNCATED, FRAME_NONE, FRAME_FIRST };
static const char special_frames[] =
	"\"[root]\",\n\"[callers not recorded]\",\n\"[no stack]\"";

static const struct {
	const char *key;
	enum profile_figure figure;
} figures[] = {
	{ "tb", FIGURE_BYTES_ALLOCATED }, { "tbk", FIGURE_ALLOCATIONS },
	{ "mb", FIGURE_PEAK_BYTES },	  { "mbk", FIGURE_PEAK_BLOCKS },
	{ "gb", FIGURE_AT_PEAK_BYTES },	  { "gbk", FIGURE_AT_PEAK_BLOCKS },
	{ "eb", FIGURE_LEAKED_BYTES },	  { "ebk", FIGURE_LEAKED_BLOCKS },
};
#define FIGURES (sizeof(figures) / sizeof(*figures))

static void put_key(FILE *file, const char *key, double value)
{
	fprintf(file, "\"%s\":", key);
	json_text_put_figure(file, value);
	fputs(",", file);
}

static void put_command(FILE *file, const struct model_meta *meta)
{
	struct text_stream stream;
	FILE *all = text_stream_open(&stream);
	char *text;

	for (size_t i = 0; i < meta->argument_count; i++)
		fprintf(all, "%s%s", i > 0 ? " " : "", meta->arguments[i]);
	text = text_stream_close(&stream);
	json_text_put(file, text[0] ? text : meta->program);
	free(text);
}

static void put_head(FILE *file, const struct report *report)
{
	const struct profile *profile = report->profile;
	const struct model_meta *meta = &report->recording->model.meta;
	double end = profile->run_ns / NS_PER_US;

	fputs("{\"dhatFileVersion\":2,\"mode\":", file);
	json_text_put(file, profile->sampled ? "heap (estimates of a sample)" :
					       "heap");
	fprintf(file, ",\"verb\":\"Allocated\",\n\"bklt\":true,"
		      "\"bkacc\":false,\n\"tu\":\"\u00b5s\",\"Mtu\":\"s\","
		      "\"tuth\":%d,\n\"cmd\":", SHORT_LIVED_US);
	put_command(file, meta);
	fprintf(file, ",\n\"pid\":%" PRIu64 ",\n", meta->pid);
	put_key(file, "te", end > 1 ? end : 1); /* rates are by it */
	put_key(file, "tg", profile->peak_ns / NS_PER_US);
}

static void put_frames(FILE *file, struct frame_table *table,
		       const struct frame_list *list)
{
	fputs("\"fs\":[", file);
	for (size_t i = 0; i < list->count; i++)
		fprintf(file, "%s%zu", i > 0 ? "," : "",
			FRAME_FIRST +
			frame_table_number(table, &list->frames[i]));
	if (list->truncated)
		fprintf(file, "%s%d", list->count > 0 ? "," : "",
			FRAME_TRUNCATED);
	else if (list->count == 0)
		fprintf(file, "%d", FRAME_NONE);
	fputs("]}", file);
}

/* A program point, as DHAT calls a site. */
static void put_point(FILE *file, const struct report *report,
		      const struct site *row)
{
	fputs("{", file);
	for (size_t i = 0; i < FIGURES; i++)
		put_key(file, figures[i].key,
			profile_figure(report->profile, row,
				       figures[i].figure).value);
	put_key(file, "tl", profile_lifetimes_ns(report->profile,
						 report->recording, row) /
				    NS_PER_US);
}

/* "0x1234: name (file:12)", and where it is if there is no file. */
static void put_frame(FILE *file, const struct frame *frame)
{
	const struct symbol *symbol = frame->symbol;
	const struct symbol_call *call = frame->call;
	char *where, *text;

	if (call->file && call->line > 0)
		where = xasprintf(" (%s:%d)", call->file, call->line);
	else if (call->file)
		where = xasprintf(" (%s)", call->file);
	else if (symbol->module)
		where = xasprintf(" (in %s)", symbol->module->path);
	else
		where = xasprintf("%s", "");
	text = xasprintf("0x%" PRIX64 ": %s%s", symbol->address,
			 call->function || symbol->module ? frame_name(frame) :
							    "???", where);
	json_text_put(file, text);
	free(text);
	free(where);
}

static void dhat_report(struct output_run *run, const struct report *report)
{
	struct frame_table table = { .same = FRAME_SAME_CALL };
	struct frame_list list = { 0 };
	FILE *file = run->file;

	put_head(file, report);
	fputs("\n\"pps\":[", file);
	for (size_t i = 0; i < report->row_count && i < run->limit; i++) {
		const struct site *row = report->rows[i];

		fputs(i > 0 ? ",\n" : "\n", file);
		frame_budget_read(&run->frames, &list, report->symbols,
				  &report->recording->model.stacks,
				  row->stack);
		put_point(file, report, row);
		put_frames(file, &table, &list);
	}
	fprintf(file, "],\n\"ftbl\":[%s", special_frames);
	for (size_t i = 0; i < table.count; i++) {
		fputs(",\n", file);
		put_frame(file, table.frames[i]);
	}
	fputs("]}\n", file);
	frame_list_release(&list);
	frame_table_release(&table);
}

static void dhat_begin(struct output_run *run)
{
	(void)run;
}

static void dhat_end(struct output_run *run)
{
	(void)run;
}

const struct output output_dhat = {
	.name = "dhat",
	.readers = "valgrind's dh_view.html: the peak, the end, lifetimes",
	.default_limit = SIZE_MAX,
	.needs_ages = true,
	.begin = dhat_begin,
	.report = dhat_report,
	.end = dhat_end,
};

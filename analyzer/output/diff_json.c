/* SPDX-License-Identifier: MIT */
/*
 * diff --json: one object; its keys are documented in heapwise(1) and stay. One
 * row a line, written as it is made.
 */
#include "analyzer/output/diff.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"
#include "analyzer/output/diff_advice.h"
#include "analyzer/output/json_value.h"

static json_t *real(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static const char *text_of(const struct diff_view *view, uint32_t text)
{
	return frame_pool_name(&view->comparison->pool, text);
}

/* One side's figures, under report's names. */
static json_t *figures(const struct diff_view *view,
		       const struct comparison_row *row,
		       enum comparison_side side)
{
	const struct comparison *c = view->comparison;
	json_t *object = json_object(), *weak = json_array();

	for (size_t i = 0; i < OUTPUT_FIGURES; i++) {
		struct estimate e = comparison_figure(
			c, row, side, output_figures[i].figure);

		json_value_set_estimate(object, output_figures[i].key, &e);
		if (estimate_is_weak(&e))
			json_value_append(weak,
					  json_string(output_figures[i].key));
	}
	if (c->sampled)
		json_value_set(object, "weak", weak);
	else
		json_decref(weak);
	return object;
}

static const char *test_name(const struct comparison_verdict *verdict)
{
	static const char *const names[] = {
		[COMPARISON_TEST_EXACT] = "exact",
		[COMPARISON_TEST_RANKS] = "ranks",
		[COMPARISON_TEST_SAMPLES] = "samples",
	};

	return names[verdict->test];
}

static json_t *change(const struct diff_view *view,
		      const struct comparison_row *row,
		      enum comparison_metric metric)
{
	const struct comparison_change change =
		comparison_change(view->comparison, row, metric);
	json_t *object = json_object();

	json_value_set(object, "old", real(change.old.value));
	json_value_set(object, "new", real(change.new.value));
	json_value_set(object, "delta", real(change.delta));
	json_value_set(object, "low", real(change.low));
	json_value_set(object, "high", real(change.high));
	json_value_set(object, "relative", real(change.relative));
	json_value_set(object, "test",
		       json_value_text(test_name(&change.verdict)));
	json_value_set(object, "p", real(change.verdict.p));
	json_value_set(object, "below_floor",
		       json_boolean(change.verdict.below_floor));
	json_value_set(object, "significant",
		       json_boolean(change.verdict.significant));
	return object;
}

static json_t *changes(const struct diff_view *view,
		       const struct comparison_row *row)
{
	json_t *object = json_object();

	for (int metric = 0; metric < COMPARISON_METRICS; metric++)
		if (view->comparison->options.metrics & METRIC_BIT(metric))
			json_value_set(object,
				       comparison_metric_name(metric),
				       change(view, row, metric));
	return object;
}

/* Modules whose names are missing, as their files are. */
static json_t *lost(const struct comparison *c, const struct snapshot *s)
{
	json_t *array = json_array();

	for (size_t i = 0; i < s->lost.count; i++)
		json_value_append(array, json_value_text(frame_pool_name(
					&c->pool, s->lost.modules[i].module)));
	return array;
}

static json_t *run_object(const struct comparison *c,
			  const struct comparison_run *run)
{
	const struct snapshot *s = run->snapshot;
	json_t *object = json_object(), *arguments = json_array();

	for (size_t i = 0; i < s->argument_count; i++)
		json_value_append(arguments, json_value_text(s->arguments[i]));
	json_value_set(object, "file", json_value_text(s->path));
	json_value_set(object, "program", json_value_text(s->program));
	json_value_set(object, "arguments", arguments);
	json_value_set(object, "pid", json_value_whole((double)s->pid));
	json_value_set(object, "start_realtime_ns",
		       json_value_whole((double)s->start_realtime_ns));
	json_value_set(object, "mode",
		       json_string(s->sampled ? "sampled" : "exact"));
	json_value_set(object, "sample_bytes", s->sampled ?
		       json_value_whole((double)s->sample_bytes) : json_null());
	json_value_set(object, "run_ns", json_value_whole(s->run_ns));
	json_value_set(object, "lost_events",
		       json_value_whole((double)s->lost_events));
	json_value_set(object, "damaged", json_boolean(s->damaged));
	json_value_set(object, "finished", json_boolean(!s->unfinished));
	json_value_set(object, "unnamed_modules", lost(c, s));
	return object;
}

static json_t *runs(const struct comparison *c, enum comparison_side side)
{
	json_t *array = json_array();

	for (size_t i = 0; i < c->run_count; i++)
		if (c->runs[i].side == side)
			json_value_append(array, run_object(c, &c->runs[i]));
	return array;
}

static json_t *metric_names(const struct comparison *c)
{
	json_t *array = json_array();

	for (int metric = 0; metric < COMPARISON_METRICS; metric++)
		if (c->options.metrics & METRIC_BIT(metric))
			json_value_append(array, json_string(
				comparison_metric_name(metric)));
	return array;
}

static void print_meta(const struct output_run *run,
		       const struct diff_view *view)
{
	const struct comparison *c = view->comparison;

	json_value_print_key(run, "old", runs(c, COMPARISON_OLD));
	json_value_print_key(run, "new", runs(c, COMPARISON_NEW));
	json_value_print_key(run, "by", json_string(report_by_name(c->by)));
	json_value_print_key(run, "metrics", metric_names(c));
	json_value_print_key(run, "sort",
			     json_string(comparison_sort_name(c->options.sort)));
	json_value_print_key(run, "scale", json_real(c->scale));
	json_value_print_key(run, "floor", json_real(c->options.floor_share));
	json_value_print_key(run, "too_few_runs",
			     json_boolean(c->too_few_runs));
	json_value_print_key(run, "site_count",
			     json_value_whole((double)c->row_count));
	json_value_print_key(run, "changed_count",
			     json_value_whole((double)c->changed_count));
}

static json_t *totals(const struct diff_view *view)
{
	json_t *object = json_object();

	json_value_set(object, "old", figures(view, NULL, COMPARISON_OLD));
	json_value_set(object, "new", figures(view, NULL, COMPARISON_NEW));
	json_value_set(object, "changes", changes(view, NULL));
	return object;
}

static json_t *frame_object(const struct diff_view *view,
			    const struct pool_frame *frame)
{
	json_t *object = json_object();
	char offset[24];

	snprintf(offset, sizeof(offset), "0x%" PRIx64, frame->offset);
	json_value_set(object, "function",
		       json_value_text(text_of(view, frame->function)));
	json_value_set(object, "file",
		       json_value_text(text_of(view, frame->file)));
	json_value_set(object, "line", frame->file ?
		       json_integer(frame->line) : json_null());
	json_value_set(object, "module",
		       json_value_text(text_of(view, frame->module)));
	json_value_set(object, "offset", frame->module && frame->offset ?
		       json_string(offset) : json_null());
	json_value_set(object, "inlined",
		       json_boolean(frame->flags & POOL_FRAME_INLINED));
	return object;
}

/* The texts of calls, each made once: by their numbers in the pool. */
struct frame_texts {
	const struct diff_view *view;
	char **texts;
};

static const char *frame_text(struct frame_texts *made, uint32_t frame)
{
	json_t *object;

	if (made->texts[frame])
		return made->texts[frame];
	object = frame_object(made->view,
			      &made->view->comparison->pool.frames[frame]);
	made->texts[frame] = json_dumps(object, JSON_COMPACT);
	if (!made->texts[frame])
		memory_exhausted();
	json_decref(object);
	return made->texts[frame];
}

/* As report writes them. */
static void print_frames(const struct output_run *run,
			 struct frame_texts *made, uint32_t stack)
{
	const struct frame_pool *pool = &made->view->comparison->pool;
	int calls = 0;

	fputs(",\"frames\":[", run->file);
	for (; stack >= POOL_STACK_FIRST && calls < CALL_SEQUENCE_MAX;
	     stack = pool->stacks[stack].callers, calls++) {
		if (calls > 0)
			fputc(',', run->file);
		fputs(frame_text(made, pool->stacks[stack].frame), run->file);
	}
	fprintf(run->file, "],\"frames_truncated\":%s}",
		stack == POOL_STACK_EMPTY ? "false" : "true");
}

static json_t *site(const struct diff_view *view,
		    const struct comparison_row *row)
{
	json_t *object = json_object();
	char id[SITE_ID_BYTES];

	snprintf(id, sizeof(id), "%012" PRIx64, row->id >> 16);
	json_value_set(object, "id", view->comparison->by == REPORT_BY_SITE ?
		       json_string(id) : json_null());
	json_value_set(object, "name",
		       json_value_text(text_of(view, row->name)));
	json_value_set(object, "kind", json_string(match_kind_name(row->kind)));
	json_value_set(object, "similarity", real(row->similarity));
	json_value_set(object, "merged", json_boolean(row->merged));
	json_value_set(object, "significant",
		       json_boolean(row->significant != 0));
	json_value_set(object, "changes", changes(view, row));
	json_value_set(object, "old", figures(view, row, COMPARISON_OLD));
	json_value_set(object, "new", figures(view, row, COMPARISON_NEW));
	return object;
}

/* The frames are put in before the brace at its end. */
static void print_site(const struct output_run *run, struct frame_texts *made,
		       const struct comparison_row *row)
{
	json_t *object = site(made->view, row);
	char *text = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(9));

	if (!text)
		memory_exhausted();
	fwrite(text, 1, strlen(text) - 1, run->file);
	print_frames(run, made, row->stack);
	free(text);
	json_decref(object);
}

static json_t *lines(char *const *texts, size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++)
		json_value_append(array, json_value_text(texts[i]));
	return array;
}

static void print(const struct output_run *run, const struct diff_view *view)
{
	const struct comparison *c = view->comparison;
	struct frame_texts made = { .view = view };

	made.texts = xcalloc(c->pool.frame_count, sizeof(*made.texts));
	fputs("{", run->file);
	print_meta(run, view);
	json_value_print_key(run, "failed",
			     lines(view->failed, view->failed_count));
	json_value_print_key(run, "unjudged",
			     lines(view->unjudged, view->unjudged_count));
	json_value_print_key(run, "advice", diff_advice_object(view));
	json_value_print_key(run, "totals", totals(view));
	fputs("\"sites\": [", run->file);
	for (size_t i = 0; i < c->row_count && i < run->limit; i++) {
		fputs(i > 0 ? ",\n" : "\n", run->file);
		print_site(run, &made, &c->rows[i]);
	}
	fputs("\n]}\n", run->file);
	for (size_t i = 0; i < c->pool.frame_count; i++)
		free(made.texts[i]);
	free(made.texts);
}

const struct diff_output diff_output_json = {
	.name = "json",
	.default_limit = SIZE_MAX,
	.print = print,
};

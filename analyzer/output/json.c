/* SPDX-License-Identifier: MIT */
/*
 * report --json: one object; its keys are documented in heapwise(1) and stay.
 * One row a line, written as it is made, so that memory does not grow with the
 * report. Several recordings: {"totals": sums, "reports": [one object each]}.
 */
#include "analyzer/output/chart_json.h"
#include "analyzer/output/output.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"
#include "analyzer/output/frame_json.h"
#include "analyzer/output/json_meta.h"
#include "analyzer/output/json_sampling.h"
#include "analyzer/output/json_tree.h"
#include "analyzer/output/json_value.h"
#include "analyzer/text.h"

static json_t *real(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

/* A figure; of a sample its interval, and its key among the object's weak ones
 * if that is not to be relied on. */
static void set_figure(json_t *object, const char *key,
		       const struct estimate *e)
{
	json_value_set_estimate(object, key, e);
	if (estimate_is_weak(e))
		json_value_append(json_object_get(object, "weak"),
				  json_string(key));
}

static void set_lifetime(json_t *object, const struct report *report,
			 const struct site *row)
{
	static const char key[] = "mean_lifetime_ns";
	struct estimate e = report_mean_lifetime(report, row);

	json_value_set(object, key, real(e.value));
	if (e.exact)
		return;
	json_value_set(object, "mean_lifetime_ns_low", real(e.low));
	json_value_set(object, "mean_lifetime_ns_high", real(e.high));
	if (e.samples > 0 && estimate_is_weak(&e))
		json_value_append(json_object_get(object, "weak"),
				  json_string(key));
}

static void set_figures(json_t *object, const struct report *report,
			const struct site *row)
{
	const struct profile *profile = report->profile;

	if (profile->sampled)
		json_value_set(object, "weak", json_array());
	for (size_t i = 0; i < OUTPUT_FIGURES; i++) {
		struct estimate e = profile_figure(profile, row,
						   output_figures[i].figure);

		set_figure(object, output_figures[i].key, &e);
	}
	if (profile->sampled) {
		json_value_set(object, "samples", json_value_whole((double)row->allocations));
		json_value_set(object, "few_samples",
		    json_boolean(row->allocations < ESTIMATE_SAMPLES_FEW));
	}
	json_value_set(object, "reallocations",
		       json_value_whole((double)row->reallocations));
	json_value_set(object, "temporary_ratio",
	    real(report_temporary_ratio(report, row)));
	json_value_set(object, "mean_size_bytes", real(report_mean_size(report, row)));
	json_value_set(object, "size_min_bytes",
		       json_value_whole((double)row->size_min));
	json_value_set(object, "size_max_bytes",
		       json_value_whole((double)row->size_max));
	set_lifetime(object, report, row);
}

/* What was live at the moment asked for. */
static void set_live(json_t *object, const struct report *report,
		     const struct site *row)
{
	struct estimate blocks =
		profile_figure(report->profile, row, FIGURE_LEAKED_BLOCKS);
	struct estimate bytes =
		profile_figure(report->profile, row, FIGURE_LEAKED_BYTES);

	set_figure(object, "live_blocks", &blocks);
	set_figure(object, "live_bytes", &bytes);
}

static json_t *totals(const struct report *report)
{
	const struct profile *profile = report->profile;
	double seconds = profile->counted_ns / 1e9;
	json_t *object = json_object();

	set_figures(object, report, &profile->total);
	if (report->options.at)
		set_live(object, report, &profile->total);
	json_value_set(object, "allocations_per_second",
	    real(profile_figure(profile, &profile->total,
				FIGURE_ALLOCATIONS).value / seconds));
	json_value_set(object, "bytes_per_second",
	    real(profile_figure(profile, &profile->total,
				FIGURE_BYTES_ALLOCATED).value / seconds));
	json_value_set(object, "run_ns", json_value_whole(profile->run_ns));
	json_value_set(object, "counted_ns",
		       json_value_whole(profile->counted_ns));
	json_value_set(object, "peak_at_ns", json_value_whole(profile->peak_ns));
	json_value_set(object, "peak_rss_bytes",
	    profile->peak_rss_bytes ? json_value_whole((double)profile->peak_rss_bytes) :
				      json_null());
	return object;
}

static void set_group(json_t *object, const struct group *group,
		      enum report_by by)
{
	if (by == REPORT_BY_FILE || by == REPORT_BY_LINE)
		json_value_set(object, "file", json_value_text(group->file));
	if (by == REPORT_BY_LINE) {
		json_value_set(object, "line",
		    group->file ? json_integer(group->line) : json_null());
		json_value_set(object, "inside", json_value_text(group->inside));
		json_value_set(object, "start_line", group->start_line > 0 ?
			       json_integer(group->start_line) : json_null());
	}
	if (by != REPORT_BY_MODULE)
		json_value_set(object, "function",
			       json_value_text(group->function));
	json_value_set(object, "module", json_value_text(group->module));
}

static void set_name(json_t *object, const struct report *report,
		     const struct site *row)
{
	enum report_by by = report->options.by;
	char *name = report_row_name(report, row);
	uint64_t low, high;

	json_value_set(object, "id", json_null());
	json_value_set(object, "name", json_value_text(name));
	free(name);
	if (by != REPORT_BY_THREAD && by != REPORT_BY_SIZE)
		set_group(object, report_row_group(report, row), by);
	if (by == REPORT_BY_SIZE) {
		profile_size_bounds(row->key, &low, &high);
		json_value_set(object, "size_low_bytes", json_value_whole((double)low));
		json_value_set(object, "size_high_bytes", json_value_whole((double)high));
	}
}

static json_t *site(const struct report *report, const struct site *row)
{
	json_t *object = json_object();
	char id[SITE_ID_BYTES];

	if (report->options.by == REPORT_BY_SITE) {
		site_id_text(id, &report->ids, row->stack);
		json_value_set(object, "id", json_string(id));
	} else {
		set_name(object, report, row);
	}
	set_figures(object, report, row);
	if (report->options.at)
		set_live(object, report, row);
	return object;
}

/* All of an object but the brace at its end; lets go of it. */
static void print_open(FILE *file, json_t *object)
{
	char *text = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(9));

	if (!text)
		memory_exhausted();
	fwrite(text, 1, strlen(text) - 1, file);
	free(text);
	json_decref(object);
}

static void print_totals(struct output_run *run, const struct report *report)
{
	fputs("\"totals\": ", run->file);
	print_open(run->file, totals(report));
	json_sampling_put(run->file, report->profile, &report->profile->total);
	fputs("},\n", run->file);
}

static void print_site(struct output_run *run, const struct report *report,
		       const struct site *row, struct frame_json *frames)
{
	struct frame_list list = { 0 };

	print_open(run->file, site(report, row));
	json_sampling_put(run->file, report->profile, row);
	fputc(',', run->file);
	if (report->options.by == REPORT_BY_SITE)
		frame_budget_read(&run->frames, &list, report->symbols,
				  &report->recording->model.stacks,
				  row->stack);
	frame_json_put(frames, run->file, &list);
	fputc('}', run->file);
	frame_list_release(&list);
}

static json_t *pattern_texts(const struct patterns *patterns)
{
	json_t *array = json_array();

	for (size_t i = 0; i < patterns->count; i++)
		if (json_array_append_new(array,
					  json_value_text(patterns->list[i].text)))
			memory_exhausted();
	return array;
}

static json_t *window(const struct report_options *o)
{
	json_t *object = json_object();

	json_value_set(object, "from_ns",
		       json_value_whole(o->has_from ? o->from_ns : NAN));
	json_value_set(object, "to_ns",
		       json_value_whole(o->has_to ? o->to_ns : NAN));
	return object;
}

static json_t *moment(const struct report *report)
{
	bool peak = report->options.at == REPORT_AT_PEAK;
	json_t *object = json_object();

	json_value_set(object, "peak", json_boolean(peak));
	json_value_set(object, "ns",
		       json_value_whole(peak ? report->profile->heap_peak_ns :
				       report->options.to_ns));
	return object;
}

/* What the stacks that are shown are a part of. */
static json_t *filter(const struct report *report)
{
	const struct profile *profile = report->profile;
	json_t *object = json_object(), *all = json_object();

	set_figures(all, report, &profile->all);
	json_value_set(object, "focus", pattern_texts(&report->options.focus));
	json_value_set(object, "ignore", pattern_texts(&report->options.ignore));
	json_value_set(object, "of", all);
	return object;
}

/* Keys that are there only if a part was asked for. */
static void print_part(struct output_run *run, const struct report *report)
{
	const struct report_options *o = &report->options;

	if (o->has_from || o->has_to)
		json_value_print_key(run, "window", window(o));
	if (o->at)
		json_value_print_key(run, "at", moment(report));
	if (report->profile->has_all)
		json_value_print_key(run, "filter", filter(report));
	if (o->temporary_distance)
		json_value_print_key(run, "temporary_distance",
			  json_value_whole((double)o->temporary_distance));
}

static void add_totals(struct output_totals *sum, const struct profile *p)
{
	const struct site *t = &p->total;

	sum->allocations += profile_figure(p, t, FIGURE_ALLOCATIONS).value;
	sum->frees += profile_figure(p, t, FIGURE_FREES).value;
	sum->bytes_allocated +=
		profile_figure(p, t, FIGURE_BYTES_ALLOCATED).value;
	sum->leaked_bytes += profile_figure(p, t, FIGURE_LEAKED_BYTES).value;
	sum->leaked_blocks += profile_figure(p, t, FIGURE_LEAKED_BLOCKS).value;
	sum->temporary += profile_figure(p, t, FIGURE_TEMPORARY).value;
}

static void json_begin(struct output_run *run)
{
	if (run->reports > 1)
		fputs("{\"reports\": [\n", run->file);
}

static void json_report(struct output_run *run, const struct report *report)
{
	struct frame_json *frames = frame_json_new();

	if (run->written++ > 0)
		fputs(",\n", run->file);
	fputs("{", run->file);
	json_meta_print(run, report);
	print_part(run, report);
	print_totals(run, report);
	if (report->options.tree)
		json_tree_print(run, report);
	chart_json_print(run, report);
	fputs("\"sites\": [", run->file);
	for (size_t i = 0; i < report->row_count && i < run->limit; i++) {
		fputs(i > 0 ? ",\n" : "\n", run->file);
		print_site(run, report, report->rows[i], frames);
	}
	fputs(run->reports > 1 ? "\n]}" : "\n]}\n", run->file);
	add_totals(&run->totals, report->profile);
	frame_json_free(frames);
}

static void json_end(struct output_run *run)
{
	const struct output_totals *sum = &run->totals;
	json_t *object;

	if (run->reports <= 1)
		return;
	object = json_object();
	json_value_set(object, "allocations", json_value_whole(sum->allocations));
	json_value_set(object, "frees", json_value_whole(sum->frees));
	json_value_set(object, "bytes_allocated", json_value_whole(sum->bytes_allocated));
	json_value_set(object, "leaked_bytes", json_value_whole(sum->leaked_bytes));
	json_value_set(object, "leaked_blocks", json_value_whole(sum->leaked_blocks));
	json_value_set(object, "temporary", json_value_whole(sum->temporary));
	fputs("\n],\n\"totals\": ", run->file);
	json_value_print(run, object);
	fputs("}\n", run->file);
}

const struct output output_json = {
	.name = "json",
	.readers = "jq and scripts: what report --json says of all sites",
	.default_limit = SIZE_MAX,
	.begin = json_begin,
	.report = json_report,
	.end = json_end,
};

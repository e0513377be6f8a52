/* SPDX-License-Identifier: MIT */
/*
 * report --json: one object; its keys are documented in heapwise(1) and stay.
 * One row a line, written as it is made, so that memory does not grow with the
 * report. Several recordings: {"totals": sums, "reports": [one object each]}.
 */
#include "analyzer/output/chart_json.h"
#include "analyzer/output/output.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>

#include "analyzer/memory.h"
#include "analyzer/output/frame_json.h"
#include "analyzer/output/json_figures.h"
#include "analyzer/output/json_meta.h"
#include "analyzer/output/json_sampling.h"
#include "analyzer/output/json_tree.h"
#include "analyzer/output/json_value.h"

static void put_totals(struct json_members *m, const struct report *report)
{
	const struct profile *profile = report->profile;
	const struct site *row = &profile->total;
	double seconds = profile->counted_ns / 1e9;

	json_figures_put(m, report, row, report->options.at);
	json_members_real(m, "allocations_per_second",
			  profile_figure(profile, row, FIGURE_ALLOCATIONS)
				  .value / seconds);
	json_members_real(m, "bytes_per_second",
			  profile_figure(profile, row, FIGURE_BYTES_ALLOCATED)
				  .value / seconds);
	json_members_whole(m, "run_ns", profile->run_ns);
	json_members_whole(m, "counted_ns", profile->counted_ns);
	json_members_whole(m, "peak_at_ns", profile->peak_ns);
	json_members_whole(m, "peak_rss_bytes", profile->peak_rss_bytes ?
			   (double)profile->peak_rss_bytes : NAN);
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

/* What a row by anything but site is called. */
static void put_name(struct output_run *run, const struct report *report,
		     const struct site *row)
{
	json_t *object = json_object();
	char *text;

	set_name(object, report, row);
	text = json_value_members(object);
	fputs(text, run->file);
	free(text);
}

static void print_totals(struct output_run *run, const struct report *report)
{
	struct json_members members = { run->file, false };

	fputs("\"totals\": {", run->file);
	put_totals(&members, report);
	json_sampling_put(&members, report->profile, &report->profile->total);
	fputs("},\n", run->file);
}

static void print_site(struct output_run *run, const struct report *report,
		       const struct site *row, struct frame_json *frames)
{
	struct json_members members = { run->file, true };
	struct frame_list list = { 0 };
	char id[SITE_ID_BYTES];

	fputc('{', run->file);
	if (report->options.by == REPORT_BY_SITE) {
		site_id_text(id, &report->ids, row->stack);
		fprintf(run->file, "\"id\":\"%s\"", id);
		frame_budget_read(&run->frames, &list, report->symbols,
				  &report->recording->model.stacks,
				  row->stack);
	} else {
		put_name(run, report, row);
	}
	json_figures_put(&members, report, row, report->options.at);
	json_sampling_put(&members, report->profile, row);
	fputc(',', run->file);
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
static void print_filter(struct output_run *run, const struct report *report)
{
	struct json_members members = { run->file, false };

	fputs("\"filter\": {", run->file);
	json_value_print_key(run, "focus",
			     pattern_texts(&report->options.focus));
	json_value_print_key(run, "ignore",
			     pattern_texts(&report->options.ignore));
	fputs("\"of\": {", run->file);
	json_figures_put(&members, report, &report->profile->all, false);
	fputs("}},\n", run->file);
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
		print_filter(run, report);
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

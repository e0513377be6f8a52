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
#include "analyzer/text.h"

struct json_figure {
	const char *key;
	enum profile_figure figure;
};

static const struct json_figure figures[] = {
	{ "allocations", FIGURE_ALLOCATIONS },
	{ "frees", FIGURE_FREES },
	{ "bytes_allocated", FIGURE_BYTES_ALLOCATED },
	{ "peak_bytes", FIGURE_PEAK_BYTES },
	{ "peak_blocks", FIGURE_PEAK_BLOCKS },
	{ "at_peak_bytes", FIGURE_AT_PEAK_BYTES },
	{ "at_peak_blocks", FIGURE_AT_PEAK_BLOCKS },
	{ "leaked_bytes", FIGURE_LEAKED_BYTES },
	{ "leaked_blocks", FIGURE_LEAKED_BLOCKS },
	{ "temporary", FIGURE_TEMPORARY },
};

static void set(json_t *object, const char *key, json_t *value)
{
	if (!value || json_object_set_new_nocheck(object, key, value))
		memory_exhausted();
}

static json_t *string(const char *text)
{
	json_t *value;
	char *clean;

	if (!text)
		return json_null();
	clean = text_utf8(text, strlen(text));
	value = json_string(clean);
	free(clean);
	return value;
}

static json_t *whole(double value)
{
	if (!(value < 9e18))
		return json_integer(INT64_MAX);
	return json_integer((json_int_t)llround(value));
}

static json_t *real(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static json_t *hexadecimal(uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%" PRIx64, value);
	return json_string(text);
}

static void set_bound(json_t *object, const char *key, const char *suffix,
		      double value)
{
	char name[48];

	snprintf(name, sizeof(name), "%s%s", key, suffix);
	set(object, name, isfinite(value) ? whole(value) : json_null());
}

/* A figure of a sample: its interval, and its key among the weak ones if that
 * is not to be relied on. */
static void set_interval(json_t *object, json_t *weak, const char *key,
			 const struct estimate *e)
{
	set_bound(object, key, "_low", floor(e->low));
	set_bound(object, key, "_high", ceil(e->high));
	if (estimate_is_weak(e) &&
	    json_array_append_new(weak, json_string(key)))
		memory_exhausted();
}

static void set_figures(json_t *object, const struct report *report,
			const struct site *row)
{
	const struct profile *profile = report->profile;
	json_t *weak = json_array();

	for (size_t i = 0; i < sizeof(figures) / sizeof(*figures); i++) {
		const struct json_figure *f = &figures[i];
		struct estimate e = profile_figure(profile, row, f->figure);

		set(object, f->key, whole(e.value));
		if (!e.exact)
			set_interval(object, weak, f->key, &e);
	}
	if (profile->sampled) {
		set(object, "samples", whole((double)row->allocations));
		set(object, "few_samples",
		    json_boolean(row->allocations < ESTIMATE_SAMPLES_FEW));
		set(object, "weak", json_incref(weak));
	}
	json_decref(weak);
	set(object, "reallocations", whole((double)row->reallocations));
	set(object, "temporary_ratio",
	    real(report_temporary_ratio(report, row)));
	set(object, "mean_size_bytes", real(report_mean_size(report, row)));
	set(object, "mean_lifetime_ns",
	    real(report_mean_lifetime_ns(report, row)));
}

static json_t *totals(const struct report *report)
{
	const struct profile *profile = report->profile;
	double seconds = profile->run_ns / 1e9;
	json_t *object = json_object();

	set_figures(object, report, &profile->total);
	set(object, "allocations_per_second",
	    real(profile_figure(profile, &profile->total,
				FIGURE_ALLOCATIONS).value / seconds));
	set(object, "bytes_per_second",
	    real(profile_figure(profile, &profile->total,
				FIGURE_BYTES_ALLOCATED).value / seconds));
	set(object, "run_ns", whole(profile->run_ns));
	set(object, "peak_at_ns", whole(profile->peak_ns));
	set(object, "peak_rss_bytes",
	    profile->peak_rss_bytes ? whole((double)profile->peak_rss_bytes) :
				      json_null());
	return object;
}

static json_t *frame(const struct frame *f)
{
	const struct symbol *symbol = f->symbol;
	const struct model_module *module = symbol->module;
	json_t *object = json_object();

	set(object, "function", string(f->call->function));
	set(object, "file", string(f->call->file));
	set(object, "line",
	    f->call->file ? json_integer(f->call->line) : json_null());
	set(object, "module", string(module ? module->path : NULL));
	set(object, "address", hexadecimal(symbol->address));
	set(object, "offset",
	    module ? hexadecimal(symbol->address - module->base) : json_null());
	set(object, "inlined", json_boolean(f->call->inlined));
	return object;
}

static void set_frames(json_t *object, const struct report *report,
		       const struct site *row)
{
	struct frame_list list = { 0 };
	json_t *frames = json_array();

	if (report->options.by == REPORT_BY_SITE)
		frame_list_read(&list, report->symbols,
				&report->recording->model.stacks, row->stack);
	for (size_t i = 0; i < list.count; i++)
		if (json_array_append_new(frames, frame(&list.frames[i])))
			memory_exhausted();
	set(object, "frames", frames);
	set(object, "frames_truncated", json_boolean(list.truncated));
	frame_list_release(&list);
}

static void set_name(json_t *object, const struct report *report,
		     const struct site *row)
{
	enum report_by by = report->options.by;
	char *name = report_row_name(report, row);
	uint64_t low, high;

	set(object, "id", json_null());
	set(object, "name", string(name));
	free(name);
	if (by == REPORT_BY_FUNCTION || by == REPORT_BY_MODULE)
		set(object, "module",
		    string(report_row_group(report, row)->module));
	if (by == REPORT_BY_SIZE) {
		profile_size_bounds(row->key, &low, &high);
		set(object, "size_low_bytes", whole((double)low));
		set(object, "size_high_bytes", whole((double)high));
	}
}

static json_t *site(const struct report *report, const struct site *row)
{
	json_t *object = json_object();
	char id[SITE_ID_BYTES];

	if (report->options.by == REPORT_BY_SITE) {
		site_id_text(id, &report->ids, row->stack);
		set(object, "id", json_string(id));
	} else {
		set_name(object, report, row);
	}
	set_figures(object, report, row);
	set_frames(object, report, row);
	return object;
}

/* Prints a value, without a newline, and lets go of it. Whether it could be
 * written is for the command to ask the stream, once. */
static void print(struct output_run *run, json_t *value)
{
	if (!value)
		memory_exhausted();
	json_dumpf(value, run->file,
		   JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(9));
	json_decref(value);
}

static void print_key(struct output_run *run, const char *key, json_t *value)
{
	fprintf(run->file, "\"%s\": ", key);
	print(run, value);
	fputs(",\n", run->file);
}

static json_t *arguments(const struct model_meta *meta)
{
	json_t *array = json_array();

	for (size_t i = 0; i < meta->argument_count; i++)
		if (json_array_append_new(array, string(meta->arguments[i])))
			memory_exhausted();
	return array;
}

static void print_meta(struct output_run *run, const struct report *report)
{
	const struct model_meta *meta = &report->recording->model.meta;
	bool sampled = report->profile->sampled;

	print_key(run, "file", string(report->path));
	print_key(run, "program", string(meta->program));
	print_key(run, "arguments", arguments(meta));
	print_key(run, "pid", whole((double)meta->pid));
	print_key(run, "start_realtime_ns",
		  whole((double)meta->start_realtime_ns));
	print_key(run, "mode", json_string(sampled ? "sampled" : "exact"));
	print_key(run, "sample_bytes",
		  sampled ? whole((double)meta->sample_bytes) : json_null());
	print_key(run, "lost_events", whole((double)report->lost_events));
	print_key(run, "by", json_string(report_by_name(report->options.by)));
	print_key(run, "sort",
		  json_string(report_sort_name(report->options.sort)));
	print_key(run, "site_count", whole((double)report->row_count));
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
	if (run->written++ > 0)
		fputs(",\n", run->file);
	fputs("{", run->file);
	print_meta(run, report);
	print_key(run, "totals", totals(report));
	chart_json_print(run, report);
	fputs("\"sites\": [", run->file);
	for (size_t i = 0; i < report->row_count && i < run->limit; i++) {
		fputs(i > 0 ? ",\n" : "\n", run->file);
		print(run, site(report, report->rows[i]));
	}
	fputs(run->reports > 1 ? "\n]}" : "\n]}\n", run->file);
	add_totals(&run->totals, report->profile);
}

static void json_end(struct output_run *run)
{
	const struct output_totals *sum = &run->totals;
	json_t *object;

	if (run->reports <= 1)
		return;
	object = json_object();
	set(object, "allocations", whole(sum->allocations));
	set(object, "frees", whole(sum->frees));
	set(object, "bytes_allocated", whole(sum->bytes_allocated));
	set(object, "leaked_bytes", whole(sum->leaked_bytes));
	set(object, "leaked_blocks", whole(sum->leaked_blocks));
	set(object, "temporary", whole(sum->temporary));
	fputs("\n],\n\"totals\": ", run->file);
	print(run, object);
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

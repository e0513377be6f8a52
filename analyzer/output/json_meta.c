/* SPDX-License-Identifier: MIT */
#include "analyzer/output/json_meta.h"

#include <stdlib.h>

#include "analyzer/output/json_value.h"
#include "analyzer/text.h"

static json_t *arguments(const struct model_meta *meta)
{
	json_t *array = json_array();

	for (size_t i = 0; i < meta->argument_count; i++)
		json_value_append(array, json_value_text(meta->arguments[i]));
	return array;
}

static json_t *build_id(const struct model_module *module)
{
	char *text = text_hexadecimal(module->build_id,
				      module->build_id_bytes);
	json_t *value = *text ? json_string(text) : json_null();

	free(text);
	return value;
}

/* One at a time: there may be many. */
static void print_modules(const struct output_run *run,
			  const struct model *model)
{
	fputs("\"modules\": [", run->file);
	for (size_t i = 0; i < model->module_count; i++) {
		const struct model_module *module = &model->modules[i];
		json_t *object = json_object();

		json_value_set(object, "path", json_value_text(module->path));
		json_value_set(object, "build_id", build_id(module));
		if (i > 0)
			fputc(',', run->file);
		json_value_print(run, object);
	}
	fputs("],\n", run->file);
}

void json_meta_print(struct output_run *run, const struct report *report)
{
	const struct model_meta *meta = &report->recording->model.meta;
	bool sampled = report->profile->sampled;

	json_value_print_key(run, "format_version", json_integer(OUTPUT_JSON_VERSION));
	json_value_print_key(run, "file", json_value_text(report->path));
	json_value_print_key(run, "program", json_value_text(meta->program));
	json_value_print_key(run, "arguments", arguments(meta));
	json_value_print_key(run, "directory", json_value_text(meta->directory));
	print_modules(run, &report->recording->model);
	json_value_print_key(run, "pid", json_value_whole((double)meta->pid));
	json_value_print_key(run, "start_realtime_ns",
		  json_value_whole((double)meta->start_realtime_ns));
	json_value_print_key(run, "mode", json_string(sampled ? "sampled" : "exact"));
	json_value_print_key(run, "sample_bytes",
		  sampled ? json_value_whole((double)meta->sample_bytes) : json_null());
	json_value_print_key(run, "interval_bytes", sampled ?
		  json_value_whole(profile_interval_bytes(report->profile)) :
		  json_null());
	json_value_print_key(run, "damaged",
		  json_boolean(report->recording->reader.damage_total > 0));
	json_value_print_key(run, "finished",
		  json_boolean(report->recording->model.end_reason != 0));
	json_value_print_key(run, "lost_events", json_value_whole((double)report->lost_events));
	json_value_print_key(run, "by", json_string(report_by_name(report->options.by)));
	json_value_print_key(run, "sort",
		  json_string(report_sort_name(report->options.sort)));
	json_value_print_key(run, "site_count", json_value_whole((double)report->row_count));
}


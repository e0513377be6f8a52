/* SPDX-License-Identifier: MIT */
#include "analyzer/output/listing.h"

#include "analyzer/output/json_value.h"

static void set_figures(json_t *object, const struct listing *l,
			const struct tally *direct,
			const struct tally *cumulative)
{
	double interval = profile_interval_bytes(l->report->profile);
	struct estimate flat = tally_count(direct, interval);
	struct estimate sum = tally_count(cumulative, interval);

	json_value_set_estimate(object, "flat_blocks", &flat);
	json_value_set_estimate(object, "cumulative_blocks", &sum);
	if (l->blocks == PROFILE_TEMPORARY)
		return;
	flat = tally_bytes(direct, interval);
	sum = tally_bytes(cumulative, interval);
	json_value_set_estimate(object, "flat_bytes", &flat);
	json_value_set_estimate(object, "cumulative_bytes", &sum);
}

static json_t *lines(const struct listing *l,
		     const struct listed_function *listed)
{
	const struct annotated_function *f = listed->function;
	json_t *array = json_array();

	for (size_t i = 0; i < f->line_count; i++) {
		const struct annotated_line *line = &f->lines[i];
		json_t *object = json_object();

		json_value_set(object, "line",
			       line->line > 0 ? json_integer(line->line) :
						json_null());
		set_figures(object, l, &line->direct, &line->cumulative);
		json_value_set(object, "text",
			       json_value_text(source_line(&listed->source,
							   line->line)));
		json_value_append(array, object);
	}
	return array;
}

static json_t *function(const struct listing *l,
			const struct listed_function *listed)
{
	const struct annotated_function *f = listed->function;
	const struct source *source = &listed->source;
	bool has_text = f->file && !source->error;
	json_t *object = json_object();

	json_value_set(object, "function", json_value_text(f->name));
	json_value_set(object, "name", json_value_text(f->plain));
	json_value_set(object, "copies", json_value_whole((double)f->copies));
	json_value_set(object, "module",
		       json_value_text(f->module ? f->module->path : NULL));
	json_value_set(object, "file", json_value_text(f->file));
	json_value_set(object, "source",
		       json_value_text(has_text ? listed->path : NULL));
	json_value_set(object, "source_error",
		       json_value_text(source->error ? listing_error(source) :
						       NULL));
	json_value_set(object, "source_newer", json_boolean(listed->newer));
	set_figures(object, l, &f->direct, &f->cumulative);
	json_value_set(object, "lines", lines(l, listed));
	return object;
}

void listing_json_print(const struct output_run *run, const struct listing *l)
{
	const struct report *report = l->report;
	bool sampled = report->profile->sampled;

	fputs("{", run->file);
	json_value_print_key(run, "file", json_value_text(report->path));
	json_value_print_key(run, "program",
			     json_value_text(report->recording->model.meta
						     .program));
	json_value_print_key(run, "mode",
			     json_string(sampled ? "sampled" : "exact"));
	json_value_print_key(run, "pattern", json_value_text(l->word));
	json_value_print_key(run, "metric", json_value_text(l->metric));
	json_value_print_key(run, "function_count",
			     json_value_whole((double)l->annotation
						      ->function_count));
	fputs("\"functions\": [", run->file);
	for (size_t i = 0; i < l->count; i++) {
		fputs(i > 0 ? ",\n" : "\n", run->file);
		json_value_print(run, function(l, &l->functions[i]));
	}
	fputs("\n]}\n", run->file);
}

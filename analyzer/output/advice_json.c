/* SPDX-License-Identifier: MIT */
#include "analyzer/output/advice.h"

#include "analyzer/output/frame_json.h"
#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"
#include "analyzer/output/json_value.h"

static void set_ratio(json_t *object, const char *key, double part, double whole)
{
	json_value_set(object, key, whole > 0 ? json_real(part / whole) :
						json_null());
}

static json_t *tags(const struct finding *f)
{
	json_t *array = json_array();

	for (unsigned int i = 0; i < FINDING_TAGS; i++)
		if (f->tags & 1u << i)
			json_value_append(array,
					  json_string(finding_tag_name(
						  (enum finding_tag)(1u << i))));
	return array;
}

static json_t *finding_object(const struct advice *advice,
			      const struct finding *f)
{
	json_t *object = json_object();
	double cpu = advice->expense.cpu_ns;

	json_value_set(object, "id", json_string(f->id));
	json_value_set(object, "detector", json_string(f->detector->id));
	json_value_set(object, "remedy", json_string(f->detector->remedy));
	json_value_set_estimate(object, "allocations", &f->allocations_about);
	json_value_set(object, "samples", json_value_whole((double)f->samples));
	json_value_set_estimate(object, "saved_calls", &f->saved_calls_about);
	json_value_set(object, "saved_ns_low", json_value_whole(f->saved.low));
	json_value_set(object, "saved_ns_high",
		       json_value_whole(f->saved.high));
	set_ratio(object, "saved_cpu_low", f->saved.low, cpu);
	set_ratio(object, "saved_cpu_high", f->saved.high, cpu);
	json_value_set_estimate(object, "saved_bytes", &f->saved_bytes_about);
	json_value_set(object, "price_bytes", json_value_whole(f->price_bytes));
	json_value_set(object, "tags", tags(f));
	json_value_set(object, "seen", json_value_text(f->texts[FINDING_SEEN]));
	json_value_set(object, "do", json_value_text(f->texts[FINDING_DO]));
	json_value_set(object, "price",
		       json_value_text(f->texts[FINDING_PRICE]));
	json_value_set(object, "check",
		       json_value_text(f->texts[FINDING_CHECK]));
	json_value_set(object, "verify",
		       json_value_text(f->texts[FINDING_VERIFY]));
	json_value_set(object, "not_worth_it", json_value_text(f->unworthy));
	return object;
}

/* The object, and its frames, which are text already. */
static void print_finding(const struct output_run *run,
			  const struct advice *advice, const struct finding *f,
			  struct frame_json *cache)
{
	json_t *object = finding_object(advice, f);
	char *text = json_dumps(object, JSON_COMPACT);
	struct frame_list list = { 0 };

	if (!text)
		memory_exhausted();
	text[strlen(text) - 1] = '\0'; /* its closing brace comes later */
	fprintf(run->file, "%s,", text);
	advice_frames(&list, advice, f);
	frame_json_put(cache, run->file, &list);
	fputs("}", run->file);
	frame_list_release(&list);
	free(text);
	json_decref(object);
}

static void print_findings(const struct output_run *run,
			   const struct advice *advice, bool worth)
{
	struct frame_json *cache = frame_json_new();
	const char *before = "\n";

	for (size_t i = 0; i < advice->finding_count; i++) {
		if (advice->findings[i].worth != worth)
			continue;
		fputs(before, run->file);
		print_finding(run, advice, &advice->findings[i], cache);
		before = ",\n";
	}
	frame_json_free(cache);
}

void advice_json_print(const struct output_run *run,
		       const struct advice_view *view)
{
	const struct advice *advice = view->advice;
	const struct model_meta *meta = &advice->recording->model.meta;

	fputs("{", run->file);
	json_value_print_key(run, "file", json_value_text(advice->path));
	json_value_print_key(run, "program", json_value_text(meta->program));
	json_value_print_key(run, "mode", json_string(advice->sampled ?
						      "sampled" : "exact"));
	json_value_print_key(run, "allocations",
			     json_value_whole(advice->census.total.calls));
	json_value_print_key(run, "peak_bytes", json_value_whole(
				     advice->census.total.live_bytes_max));
	json_value_print_key(run, "cpu_ns",
			     json_value_whole(advice->expense.cpu_ns));
	json_value_print_key(run, "allocator_ns",
			     json_value_whole(advice->expense.allocator_ns));
	json_value_print_key(run, "lost_events",
			     json_value_whole((double)advice->lost_events));
	json_value_print_key(run, "hides_allocations",
			     json_boolean(advice_is_hidden(advice)));
	fputs("\"findings\": [", run->file);
	print_findings(run, advice, true);
	fputs("],\n\"not_worth_it\": [", run->file);
	print_findings(run, advice, false);
	fputs("]}\n", run->file);
}

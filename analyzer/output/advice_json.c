/* SPDX-License-Identifier: MIT */
#include "analyzer/output/advice.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/advice/hidden.h"
#include "analyzer/advice/skeletons.h"
#include "analyzer/memory.h"
#include "analyzer/output/json_value.h"

static void set_ratio(json_t *object, const char *key, double part,
		      double whole)
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
	double cpu = expense_told_cpu_ns(&advice->expense);

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

void advice_placed_json(const struct output_run *run,
			const struct advice *advice,
			struct frame_json *cache, struct advice_placed placed)
{
	char *text = json_value_members(placed.object);
	struct frame_list list = { 0 };

	fprintf(run->file, "{%s,", text);
	advice_frames(&list, advice, placed.at);
	frame_json_put(cache, run->file, &list);
	fputs("}", run->file);
	frame_list_release(&list);
	free(text);
}

void advice_finding_json(const struct output_run *run,
			 const struct advice *advice,
			 const struct finding *finding,
			 struct frame_json *cache)
{
	advice_placed_json(run, advice, cache, (struct advice_placed){
			finding, finding_object(advice, finding) });
}

static void print_findings(const struct output_run *run,
			   const struct advice_view *view, bool worth)
{
	const struct advice *advice = view->advice;
	struct frame_json *cache = frame_json_new();
	size_t shown = 0;

	for (size_t i = 0; i < advice->finding_count; i++) {
		if (advice->findings[i].worth != worth ||
		    (worth && shown == view->limit))
			continue;
		fputs(shown++ ? ",\n" : "\n", run->file);
		advice_finding_json(run, advice, &advice->findings[i], cache);
	}
	frame_json_free(cache);
}

static void print_sites(const struct output_run *run,
			const struct advice *advice)
{
	struct frame_json *cache = frame_json_new();

	fputs(",\n\"sites\": [", run->file);
	for (size_t i = 0; i < advice->pass.count; i++) {
		fputs(i ? ",\n" : "\n", run->file);
		advice_site_json(run, advice, &advice->pass.candidates[i],
				 cache);
	}
	fputs("]", run->file);
	frame_json_free(cache);
}

/* All pools that are worth it, together; null if there are not several. */
static json_t *joint_pools(const struct advice *advice)
{
	const struct joint_price *joint = &advice->joint;
	json_t *object;

	if (joint->pools == 0)
		return json_null();
	object = json_object();
	json_value_set(object, "findings",
		       json_value_whole((double)joint->pools));
	json_value_set(object, "price_bytes",
		       json_value_whole(joint->idle_bytes));
	json_value_set(object, "price_bytes_summed",
		       json_value_whole(advice_pool_prices(advice)));
	json_value_set(object, "peak_bytes_added",
		       json_value_whole(joint->added_bytes));
	return object;
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
			     json_value_whole(expense_told_cpu_ns(
				     &advice->expense)));
	json_value_print_key(run, "allocator_ns",
			     json_value_whole(advice->expense.allocator_ns));
	json_value_print_key(run, "pool_ns",
			     json_real(advice->expense.pool_ns));
	json_value_print_key(run, "lost_events",
			     json_value_whole((double)advice->lost_events));
	json_value_print_key(run, "hides_allocations",
			     json_boolean(hidden_in_blocks(&advice->census) ||
					  hidden_mapped_bytes(
						  &advice->census) > 0));
	json_value_print_key(run, "pools", joint_pools(advice));
	fputs("\"findings\": [", run->file);
	print_findings(run, view, true);
	fputs("],\n\"not_worth_it\": [", run->file);
	print_findings(run, view, false);
	fputs("]", run->file);
	if (view->all)
		print_sites(run, advice);
	fputs("}\n", run->file);
}

/* The finding's remedy as source, in both languages, and the one that fits. */
static json_t *skeletons(const struct advice *advice, const struct finding *f)
{
	const struct symbol *symbol = fold_symbol(&advice->fold, &f->place);
	const char *name = skeleton_name_of(f->detector->id, &f->remedy);
	json_t *object = json_object();
	char *text;

	json_value_set(object, "detector", json_string(f->detector->id));
	json_value_set(object, "language", json_string(skeleton_language_name(
		symbol ? skeleton_language_of(&symbol->calls[f->place.call]) :
			 SKELETON_C)));
	text = skeleton_text(name, SKELETON_C, &f->remedy);
	json_value_set(object, "c", json_value_text(text));
	free(text);
	text = skeleton_text(name, SKELETON_CXX, &f->remedy);
	json_value_set(object, "cxx", json_value_text(text));
	free(text);
	return object;
}

void advice_explain_json(const struct output_run *run,
			 const struct advice_subject *subject)
{
	const struct advice *advice = subject->advice;
	struct frame_json *cache = frame_json_new();
	json_t *sources = json_array();
	const char *before = "\n";

	fputs("{", run->file);
	json_value_print_key(run, "file", json_value_text(advice->path));
	json_value_print_key(run, "id", json_value_text(subject->id));
	fputs("\"findings\": [", run->file);
	for (size_t i = 0; i < advice->finding_count; i++) {
		const struct finding *f = &advice->findings[i];

		if (strcmp(f->id, subject->id))
			continue;
		fputs(before, run->file);
		before = ",\n";
		advice_finding_json(run, advice, f, cache);
		json_value_append(sources, skeletons(advice, f));
	}
	fputs("],\n", run->file);
	json_value_print_key(run, "skeletons", sources);
	fputs("\"site\": ", run->file);
	if (subject->signals)
		advice_site_json(run, advice, subject->signals, cache);
	else
		fputs("null", run->file);
	fputs("}\n", run->file);
	frame_json_free(cache);
}

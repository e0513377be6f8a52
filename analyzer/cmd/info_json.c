/* SPDX-License-Identifier: MIT */
#include "analyzer/cmd/info_json.h"

#include "analyzer/cmd/dump_json.h"
#include "analyzer/cmd/module_list.h"
#include "analyzer/loss.h"
#include "analyzer/memory.h"
#include "analyzer/model_names.h"
#include "analyzer/whole.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const char *ring_name(enum ring_use use)
{
	static const char *const names[] = {
		[RING_NONE] = "none",	  [RING_TAKEN] = "taken",
		[RING_FOREIGN] = "foreign", [RING_UNREADABLE] = "unreadable",
		[RING_BUSY] = "busy",
	};

	return names[use];
}

static json_t *losses_json(const struct recording *recording, bool notes)
{
	json_t *object = json_object();

	for (size_t i = 0; i < loss_count; i++)
		if ((losses[i].kind == LOSS_NOTE) == notes)
			json_object_set_new(
				object, losses[i].key,
				dump_json_number(
					recording->model.stats[losses[i].tag]));
	return object;
}

static void put_program(json_t *root, const struct recording *recording)
{
	const struct model_meta *meta = &recording->model.meta;
	json_t *arguments = json_array();

	for (size_t i = 0; i < meta->argument_count; i++)
		json_array_append_new(arguments,
				      dump_json_string(meta->arguments[i]));
	json_object_set_new(root, "program", dump_json_string(meta->program));
	json_object_set_new(root, "arguments", arguments);
	json_object_set_new(root, "directory",
			    dump_json_string(meta->directory));
	json_object_set_new(root, "host", dump_json_string(meta->host));
	json_object_set_new(root, "pid", dump_json_number(meta->pid));
	json_object_set_new(root, "parent_pid",
			    dump_json_number(meta->parent_pid));
	json_object_set_new(root, "forked", json_boolean(meta->forked == 1));
	json_object_set_new(root, "start_realtime_ns",
			    dump_json_number(meta->start_realtime_ns));
	json_object_set_new(root, "run_ns",
			    dump_json_number(whole_of(recording_run_ns(recording))));
}

static void put_method(json_t *root, const struct recording *recording)
{
	const struct model_meta *meta = &recording->model.meta;

	json_object_set_new(root, "mode",
			    json_string(model_mode_name(meta->mode)));
	json_object_set_new(root, "sample_bytes",
			    meta->mode == MODE_SAMPLED ?
				    dump_json_number(meta->sample_bytes) :
				    json_null());
	json_object_set_new(root, "free_stacks",
			    dump_json_number(meta->free_stacks));
	json_object_set_new(root, "details", dump_json_number(meta->details));
	json_object_set_new(root, "allocator",
			    dump_json_string(meta->allocator));
	json_object_set_new(root, "allocator_version",
			    dump_json_string(meta->allocator_version));
	json_object_set_new(root, "unseen_allocator",
			    meta->unseen_allocator[0] ?
				    dump_json_string(meta->unseen_allocator) :
				    json_null());
	json_object_set_new(root, "tunables",
			    meta->tunables[0] ?
				    dump_json_string(meta->tunables) :
				    json_null());
	json_object_set_new(root, "empty_pair_ns",
			    json_real((double)meta->empty_pair *
				      ldexp(recording->model.ns_per_tick,
					    -(int)meta->tick_shift)));
	json_object_set_new(root, "clock",
			    json_string(model_clock_name(meta->clock)));
	json_object_set_new(root, "tick_ns",
			    json_real(recording->model.ns_per_tick));
	json_object_set_new(root, "drainer",
			    json_string(model_drainer_name(meta->drainer)));
	json_object_set_new(root, "on_full",
			    json_string(model_on_full_name(meta->on_full)));
	json_object_set_new(root, "version", dump_json_string(meta->version));
}

static void put_content(json_t *root, const struct recording *recording)
{
	const struct model *m = &recording->model;

	json_object_set_new(root, "events",
			    dump_json_number(recording->event_count));
	json_object_set_new(root, "threads",
			    dump_json_number(recording->lane_count));
	json_object_set_new(root, "stack_nodes",
			    dump_json_number(m->stacks.known));
	json_object_set_new(root, "modules",
			    dump_json_number(m->module_count));
	json_object_set_new(root, "peak_rss_bytes",
			    dump_json_number(m->peak_rss_bytes));
	json_object_set_new(root, "end",
			    json_string(model_end_name(m->end_reason)));
	json_object_set_new(root, "live", json_boolean(recording->live));
	json_object_set_new(root, "ring",
			    json_string(ring_name(recording->ring)));
	json_object_set_new(root, "ring_events",
			    dump_json_number(recording->ring_events));
}

static json_t *build_id(const struct model_module *module)
{
	size_t bytes = module->build_id_bytes;
	char *text;
	json_t *value;

	if (bytes == 0)
		return json_null();
	text = xcalloc(1, 2 * bytes + 1);
	for (size_t i = 0; i < bytes; i++)
		sprintf(text + 2 * i, "%02x", module->build_id[i]);
	value = json_string(text);
	free(text);
	return value;
}

static json_t *files_json(const struct model *model,
			  const struct debug_search *search)
{
	json_t *array = json_array();
	struct module_list list;

	module_list_init(&list, model, search);
	for (size_t i = 0; i < list.count; i++) {
		const struct module_line *line = &list.lines[i];
		json_t *object = json_object();

		json_object_set_new(object, "path",
				    dump_json_string(line->module->path));
		json_object_set_new(object, "build_id",
				    build_id(line->module));
		json_object_set_new(object, "state",
				    json_string(module_state_key(line->state)));
		json_array_append_new(array, object);
	}
	module_list_release(&list);
	return array;
}

json_t *info_json(const char *path, const struct recording *recording,
		  const struct debug_search *search, bool counted)
{
	json_t *root = json_object();
	json_t *notes = losses_json(recording, true);

	if (!counted)
		json_object_set_new(notes, "foreign_frees", json_null());
	json_object_set_new(root, "file", dump_json_string(path));
	put_program(root, recording);
	put_method(root, recording);
	put_content(root, recording);
	json_object_set_new(root, "damage",
			    dump_json_damage(&recording->reader));
	json_object_set_new(root, "lost", losses_json(recording, false));
	json_object_set_new(root, "notes", notes);
	json_object_set_new(root, "module_files",
			    files_json(&recording->model, search));
	return root;
}

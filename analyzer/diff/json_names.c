/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/json_names.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/diff/frame_key.h"
#include "analyzer/function_match.h"
#include "analyzer/memory.h"

static uint32_t take_text(struct json_names *n, const json_t *object,
			  const char *key)
{
	return frame_pool_text(n->pool, json_keys_text(n->keys, object, key));
}

/* Shown as report shows it: without the directory that the program ran in. */
static uint32_t take_file(struct json_names *n, const json_t *object)
{
	const char *file = json_keys_text(n->keys, object, "file");

	if (file)
		file = report_file_in(n->directory, file);
	return frame_pool_text(n->pool, file);
}

static uint32_t take_line(struct json_names *n, const json_t *object,
			  const char *key)
{
	return (uint32_t)json_keys_whole(n->keys, object, key);
}

static void take_modules(struct json_names *n, const json_t *head)
{
	json_t *modules = json_keys_array(n->keys, head, "modules");
	const json_t *module;
	size_t i;

	n->keys->within = "modules";
	json_array_foreach(modules, i, module) {
		n->keys->within_index = i;
		take_text(n, module, "path");
	}
	n->build_count = n->pool->text_count;
	n->builds = xcalloc(n->build_count, sizeof(*n->builds));
	json_array_foreach(modules, i, module) {
		n->keys->within_index = i;
		n->builds[take_text(n, module, "path")] =
			take_text(n, module, "build_id");
	}
	n->keys->within = NULL;
}

void json_names_init(struct json_names *n, struct json_keys *keys,
		     struct frame_pool *pool, const json_t *head)
{
	const char *program = json_keys_text(keys, head, "program");
	const char *directory = json_keys_text(keys, head, "directory");

	*n = (struct json_names){
		.keys = keys,
		.pool = pool,
		.program = xasprintf("%s", program ? program : ""),
		.directory = xasprintf("%s", directory ? directory : ""),
	};
	take_modules(n, head);
}

void json_names_release(struct json_names *n)
{
	free(n->program);
	free(n->directory);
	free(n->builds);
	*n = (struct json_names){ 0 };
}

uint32_t json_names_build(const struct json_names *n, uint32_t path)
{
	return path && path < n->build_count ? n->builds[path] : 0;
}

static void set_module(struct json_names *n, const json_t *object,
		       struct pool_frame *frame)
{
	frame->module = take_text(n, object, "module");
	frame->build = json_names_build(n, frame->module);
	if (frame->module &&
	    strcmp(n->pool->texts[frame->module], n->program) == 0)
		frame->flags |= POOL_FRAME_PROGRAM;
}

static uint32_t take_frame(struct json_names *n, const json_t *object)
{
	struct pool_frame frame = {
		.function = take_text(n, object, "function"),
		.file = take_file(n, object),
		.line = take_line(n, object, "line"),
		.start_line = take_line(n, object, "start_line"),
		.flags = json_keys_bool(n->keys, object, "inlined") ?
				 POOL_FRAME_INLINED : 0,
	};
	uint64_t offset =
		json_keys_hexadecimal(n->keys, object, "offset", "0x");

	set_module(n, object, &frame);
	if (frame.module && (frame.build || frame.function))
		frame.offset = offset;
	return frame_pool_frame(n->pool, &frame);
}

static uint32_t take_stack(struct json_names *n, const json_t *site)
{
	const json_t *frames = json_keys_array(n->keys, site, "frames");
	uint32_t stack = json_keys_bool(n->keys, site, "frames_truncated") ?
				 POOL_STACK_CUT : POOL_STACK_EMPTY;

	n->keys->within = "frames";
	for (size_t i = json_array_size(frames); i-- > 0 && !n->keys->why;) {
		n->keys->within_index = i;
		stack = frame_pool_stack(
			n->pool, take_frame(n, json_array_get(frames, i)),
			stack);
	}
	n->keys->within = NULL;
	return stack;
}

/* "module+0xoffset" is all that is known of a call without a name. */
static uint64_t offset_in_name(const char *name)
{
	const char *plus = strrchr(name, '+');

	return plus ? strtoull(plus + 1, NULL, 16) : 0;
}

/* A row that is no site, but one call. */
static uint32_t take_group(struct json_names *n, const json_t *site,
			   enum report_by by, uint32_t name)
{
	struct pool_frame frame = { 0 };

	if (by != REPORT_BY_MODULE)
		frame.function = take_text(n, site, "function");
	if (by == REPORT_BY_FILE || by == REPORT_BY_LINE)
		frame.file = take_file(n, site);
	if (by == REPORT_BY_LINE) {
		frame.line = take_line(n, site, "line");
		if (json_keys_text(n->keys, site, "inside"))
			frame.start_line = take_line(n, site, "start_line");
	}
	set_module(n, site, &frame);
	if (frame.build && by != REPORT_BY_MODULE && !frame.function)
		frame.offset = offset_in_name(n->pool->texts[name]);
	return frame_pool_stack(n->pool, frame_pool_frame(n->pool, &frame),
				POOL_STACK_EMPTY);
}

uint32_t json_names_scope(struct json_names *n, const json_t *site)
{
	const char *inside = json_keys_text(n->keys, site, "inside");
	char *name, *plain;
	uint32_t text;

	if (!inside || take_line(n, site, "start_line") == 0)
		return 0;
	name = frame_key_function(inside);
	plain = function_plain_name(name);
	text = frame_pool_text(n->pool, json_keys_text(n->keys, site,
						       "function") ?
						name : plain);
	free(name);
	free(plain);
	return text;
}

void json_names_take(struct json_names *n, const json_t *site,
		     enum report_by by, struct snapshot_row *row)
{
	if (by == REPORT_BY_SITE) {
		row->id = json_keys_hexadecimal(n->keys, site, "id", "") << 16;
		row->stack = take_stack(n, site);
		return;
	}
	row->name = take_text(n, site, "name");
	if (by != REPORT_BY_SIZE)
		row->stack = take_group(n, site, by, row->name);
}

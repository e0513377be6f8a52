/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/snapshot.h"
#include "analyzer/diff/frame_key.h"
#include "analyzer/function_match.h"
#include "analyzer/memory.h"
#include "analyzer/text.h"
#include "analyzer/whole.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* What the executable is in every build, whatever it is called. */
#define PROGRAM "(program)"

/* A snapshot in the making. */
struct taking {
	struct snapshot *snapshot;
	const struct report *report;
	struct frame_pool *pool;
	struct code_pool *codes;
	struct figure_table *figures;
	uint32_t *modules; /* by module, as model->modules: the code pool's */
	uint32_t *build_of_path; /* by text */
	uint32_t *known; /* by stack id: the code pool's, 0 if not yet */
	const struct model_module *last; /* that was looked up */
	const struct model_module *program;
};

static char *copy(const char *text)
{
	return xstrndup(text, strlen(text));
}

static uint32_t build_text(struct frame_pool *pool,
			   const struct model_module *module)
{
	char *text = text_hexadecimal(module->build_id, module->build_id_bytes);
	uint32_t number = frame_pool_text(pool, text);

	free(text);
	return number;
}

static uint32_t name_text(const struct taking *t,
			  const struct model_module *module)
{
	uint32_t text;
	char *name;

	if (module == t->program)
		return frame_pool_text(t->pool, PROGRAM);
	name = frame_key_module(module->path);
	text = frame_pool_text(t->pool, name);
	free(name);
	return text;
}

static void *copy_bytes(const void *from, size_t count, size_t bytes)
{
	void *to = xcalloc(count, bytes);

	if (count > 0)
		memcpy(to, from, count * bytes);
	return to;
}

/* For the snapshot's own model, which does without the places of modules. */
static void keep_module(struct snapshot *s, const struct model_module *module,
			uint32_t number)
{
	struct model_module own = *module;

	own.id = number;
	own.base = 0;
	own.path = copy(module->path);
	own.build_id = copy_bytes(module->build_id, module->build_id_bytes, 1);
	own.segments = copy_bytes(module->segments, module->segment_count,
				  sizeof(*own.segments));
	model_add_module(&s->model, &own);
}

static void find_program(struct taking *t)
{
	const struct model *model = &t->report->recording->model;

	for (size_t i = 0; !t->program && i < model->module_count; i++)
		if (strcmp(model->modules[i].path, model->meta.program) == 0)
			t->program = &model->modules[i];
}

/* One file at several places is one module, if it has a build ID. */
static void take_modules(struct taking *t)
{
	const struct model *model = &t->report->recording->model;
	uint32_t *builds = xcalloc(model->module_count + 1, sizeof(*builds));
	uint8_t *kept;

	find_program(t);
	t->modules = xcalloc(model->module_count + 1, sizeof(*t->modules));
	for (size_t i = 0; i < model->module_count; i++) {
		const struct model_module *module = &model->modules[i];

		builds[i] = build_text(t->pool, module);
		frame_pool_text(t->pool, module->path);
		t->modules[i] = code_pool_module(
			t->codes, name_text(t, module), builds[i]);
	}
	kept = xcalloc(t->codes->module_count, 1);
	t->build_of_path =
		xcalloc(t->pool->text_count, sizeof(*t->build_of_path));
	for (size_t i = 0; i < model->module_count; i++) {
		t->build_of_path[frame_pool_text(
			t->pool, model->modules[i].path)] = builds[i];
		if (!kept[t->modules[i]]++)
			keep_module(t->snapshot, &model->modules[i],
				    t->modules[i]);
	}
	free(builds);
	free(kept);
}

static uint32_t take_node(struct taking *t, uint32_t stack, uint32_t callers)
{
	const struct model *model = &t->report->recording->model;
	const struct stack_node *node = &model->stacks.nodes[stack];
	const struct model_module *module = t->last;
	uint32_t call;

	if (!module || module->id != node->module)
		t->last = module = model_module(model, node->module);
	if (module && node->address != 0)
		call = code_pool_call(t->codes,
				      t->modules[module - model->modules],
				      node->address - module->base);
	else
		call = code_pool_call(t->codes, 0, 0);
	return code_pool_stack(t->codes, call, callers);
}

/* The row's, and those of its callers; returns how many were not yet. */
static size_t want_stack(struct taking *t, uint32_t stack)
{
	const struct stack_tree *tree = &t->report->recording->model.stacks;
	size_t count = 0;

	for (stack = stack_tree_id(tree, stack);
	     stack >= STACK_FIRST && !t->known[stack];
	     stack = tree->nodes[stack].parent) {
		t->known[stack] = 1;
		count++;
	}
	return count;
}

static uint32_t code_above(const struct taking *t, uint32_t stack)
{
	if (stack >= STACK_FIRST)
		return t->known[stack];
	return stack == STACK_ROOT ? CODE_STACK_EMPTY : CODE_STACK_CUT;
}

/* Callers come first: their ids are smaller. */
static void take_stacks(struct taking *t)
{
	const struct report *report = t->report;
	const struct stack_tree *tree = &report->recording->model.stacks;
	size_t count = 0;

	t->known = xcalloc(tree->count, sizeof(*t->known));
	for (size_t i = 0; i < report->row_count; i++)
		count += want_stack(t, report->rows[i]->stack);
	code_pool_reserve(t->codes, count);
	for (uint32_t i = STACK_FIRST; i < tree->count; i++)
		if (t->known[i])
			t->known[i] = take_node(
				t, i, code_above(t, tree->nodes[i].parent));
}

static uint32_t code_of(const struct taking *t, uint32_t stack)
{
	return code_above(t, stack_tree_id(
		&t->report->recording->model.stacks, stack));
}

/* A thread's number is another in every run, and so is most of them a name. */
static uint32_t take_thread(struct taking *t, const struct site *row)
{
	const struct model_thread *thread =
		model_thread(&t->report->recording->model, row->key);

	return frame_pool_text(t->pool, thread && *thread->name ?
						thread->name : "(no name)");
}

/* "module+0xoffset" is all that is known of a call without a name. */
static uint64_t offset_in_place(const char *place)
{
	const char *plus = place ? strrchr(place, '+') : NULL;

	return plus ? strtoull(plus + 1, NULL, 16) : 0;
}

static void set_group_module(const struct taking *t, struct pool_frame *frame,
			     const struct group *group)
{
	if (!group->module)
		return;
	frame->module = frame_pool_text(t->pool, group->module);
	if (t->program && strcmp(group->module, t->program->path) == 0)
		frame->flags = POOL_FRAME_PROGRAM;
	frame->build = t->build_of_path[frame->module];
	if (frame->build)
		frame->offset = offset_in_place(group->place);
}

/* Of several instances of a template, what they have in common. */
static void take_scope(struct taking *t, struct pool_frame *frame,
		       const struct group *group)
{
	struct snapshot *s = t->snapshot;
	char *name, *plain;

	if (!group->inside || group->start_line <= 0)
		return;
	frame->start_line = (uint32_t)group->start_line;
	name = frame_key_function(group->inside);
	plain = function_plain_name(name);
	s->scopes[s->row_count] =
		frame_pool_text(t->pool, group->function ? name : plain);
	free(name);
	free(plain);
}

static void take_group(struct taking *t, struct snapshot_row *to,
		       const struct site *row)
{
	const struct group *group = report_row_group(t->report, row);
	struct pool_frame frame = {
		.function = frame_pool_text(t->pool, group->function),
		.line = (uint32_t)group->line,
	};
	char *name = report_row_name(t->report, row);

	set_group_module(t, &frame, group);
	if (group->file)
		frame.file = frame_pool_text(
			t->pool, report_file(t->report, group->file));
	if (t->snapshot->scopes)
		take_scope(t, &frame, group);
	to->name = frame_pool_text(t->pool, name);
	to->stack = frame_pool_stack(t->pool, frame_pool_frame(t->pool, &frame),
				     POOL_STACK_EMPTY);
	free(name);
}

static void take_row(struct taking *t, struct snapshot_row *to,
		     const struct site *row)
{
	char *name;

	switch (t->report->options.by) {
	case REPORT_BY_SITE:
		if (row->stack < t->report->ids.count)
			to->id = t->report->ids.hashes[row->stack];
		to->code = code_of(t, row->stack);
		break;
	case REPORT_BY_THREAD:
		to->name = take_thread(t, row);
		break;
	case REPORT_BY_SIZE:
		name = report_row_name(t->report, row);
		to->name = frame_pool_text(t->pool, name);
		free(name);
		break;
	default:
		take_group(t, to, row);
	}
}

static void take_figures(const struct taking *t, size_t i,
			 const struct site *row)
{
	const struct profile *profile = t->report->profile;
	struct snapshot *s = t->snapshot;
	uint64_t values[FIGURE_SET_SIZE] = {
		[FIGURE_SIZE_MIN] = row->size_min,
		[FIGURE_SIZE_MAX] = row->size_max,
	};

	for (int k = 0; k < PROFILE_FIGURES; k++) {
		enum profile_figure figure = (enum profile_figure)k;
		struct estimate e = profile_figure(profile, row, figure);

		if (s->sampled)
			s->sampled_figures[i * PROFILE_FIGURES + figure] = e;
		else
			values[figure] = whole_of(e.value);
	}
	s->rows[i].figures = figure_table_add(t->figures, values);
}

static void take_rows(struct snapshot *s, struct taking *t)
{
	const struct report *report = t->report;
	const size_t count = report->row_count;

	s->rows = xcalloc(count, sizeof(*s->rows));
	if (s->by == REPORT_BY_LINE)
		s->scopes = xcalloc(count, sizeof(*s->scopes));
	if (s->sampled)
		s->sampled_figures =
			xcalloc((count + 1) * PROFILE_FIGURES,
				sizeof(*s->sampled_figures));
	for (; s->row_count < count; s->row_count++) {
		const struct site *row = report->rows[s->row_count];

		take_row(t, &s->rows[s->row_count], row);
		take_figures(t, s->row_count, row);
	}
}

static void take_meta(struct snapshot *s, const struct report *report)
{
	const struct model *model = &report->recording->model;
	const struct model_meta *meta = &model->meta;

	s->path = copy(report->path);
	s->program = copy(meta->program);
	s->argument_count = meta->argument_count;
	s->arguments = xcalloc(s->argument_count, sizeof(*s->arguments));
	for (size_t i = 0; i < s->argument_count; i++)
		s->arguments[i] = copy(meta->arguments[i]);
	s->start_realtime_ns = meta->start_realtime_ns;
	s->pid = meta->pid;
	s->sample_bytes = meta->sample_bytes;
	s->unfinished = model->end_reason == 0;
	s->model.meta.program = copy(meta->program);
	s->model.meta.directory = copy(meta->directory);
	s->model.meta.start_realtime_ns = meta->start_realtime_ns;
}

static void take_profile(struct snapshot *s, const struct report *report)
{
	const struct profile *profile = report->profile;

	s->by = report->options.by;
	s->at = report->options.at;
	s->sampled = profile->sampled;
	s->interval_bytes = profile_interval_bytes(profile);
	s->run_ns = profile->run_ns;
	s->counted_ns = profile->counted_ns;
	s->peak_ns = profile->peak_ns;
	s->size_min = profile->total.size_min;
	s->size_max = profile->total.size_max;
	s->lost_events = report->lost_events;
	s->damaged = report->recording->reader.damage_total > 0;
	for (int figure = 0; figure < PROFILE_FIGURES; figure++)
		s->totals[figure] =
			profile_figure(profile, &profile->total,
				       (enum profile_figure)figure);
}

struct snapshot *snapshot_new(const struct report *report,
			      const struct snapshot_pools *pools)
{
	struct snapshot *s = xcalloc(1, sizeof(*s));
	struct taking t = {
		.snapshot = s,
		.report = report,
		.pool = pools->frames,
		.codes = pools->codes,
		.figures = pools->figures,
	};

	s->figures = pools->figures;
	model_init(&s->model);
	take_modules(&t);
	take_meta(s, report);
	take_profile(s, report);
	if (t.program)
		s->program_build = build_text(t.pool, t.program);
	if (s->by == REPORT_BY_SITE)
		take_stacks(&t);
	take_rows(s, &t);
	if (s->by != REPORT_BY_SITE) /* else see naming.c */
		lost_names_take(&s->lost, t.pool, report->symbols);
	model_seal(&s->model);
	free(t.modules);
	free(t.build_of_path);
	free(t.known);
	return s;
}

/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/snapshot.h"
#include "analyzer/memory.h"
#include "analyzer/whole.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A snapshot in the making. */
struct taking {
	const struct report *report;
	struct frame_pool *pool;
	uint32_t *builds; /* by module, as model->modules */
	uint32_t *build_of_path; /* by text */
	uint32_t *known;  /* by stack id: the pool's, 0 if not yet */
	uint32_t *path;	  /* scratch */
	size_t path_capacity;
	const struct model_module *program;
};

static char *copy(const char *text)
{
	return xstrndup(text, strlen(text));
}

static uint32_t build_text(struct frame_pool *pool,
			   const struct model_module *module)
{
	char *text = xcalloc(module->build_id_bytes * 2 + 1, 1);
	uint32_t number;

	for (size_t i = 0; i < module->build_id_bytes; i++)
		sprintf(text + 2 * i, "%02x", module->build_id[i]);
	number = frame_pool_text(pool, text);
	free(text);
	return number;
}

static void take_modules(struct taking *t)
{
	const struct model *model = &t->report->recording->model;

	t->builds = xcalloc(model->module_count + 1, sizeof(*t->builds));
	for (size_t i = 0; i < model->module_count; i++) {
		const struct model_module *module = &model->modules[i];

		t->builds[i] = build_text(t->pool, module);
		frame_pool_text(t->pool, module->path);
		if (!t->program &&
		    strcmp(module->path, model->meta.program) == 0)
			t->program = module;
	}
	t->build_of_path =
		xcalloc(t->pool->text_count, sizeof(*t->build_of_path));
	for (size_t i = 0; i < model->module_count; i++)
		t->build_of_path[frame_pool_text(
			t->pool, model->modules[i].path)] = t->builds[i];
}

static void set_module(const struct taking *t, struct pool_frame *frame,
		       const struct symbol *symbol)
{
	const struct model *model = &t->report->recording->model;
	const struct model_module *module = symbol->module;

	if (!module)
		return;
	frame->module = frame_pool_text(t->pool, module->path);
	frame->build = t->builds[module - model->modules];
	/* Without a build ID an offset says nothing of another recording. */
	if (frame->build || frame->function)
		frame->offset = symbol->address - module->base;
	if (module == t->program)
		frame->flags |= POOL_FRAME_PROGRAM;
}

static uint32_t take_call(struct taking *t, const struct symbol *symbol,
			  const struct symbol_call *call)
{
	struct pool_frame frame = {
		.function = frame_pool_text(t->pool, call->function),
		.flags = call->inlined ? POOL_FRAME_INLINED : 0,
	};

	if (call->file) {
		frame.file = frame_pool_text(
			t->pool, report_file(t->report, call->file));
		frame.line = call->line > 0 ? (uint32_t)call->line : 0;
		frame.start_line =
			call->start_line > 0 ? (uint32_t)call->start_line : 0;
	}
	set_module(t, &frame, symbol);
	return frame_pool_frame(t->pool, &frame);
}

/* The calls of a node, on top of its callers. */
static uint32_t take_node(struct taking *t, uint32_t stack, uint32_t callers)
{
	const struct stack_node *node =
		&t->report->recording->model.stacks.nodes[stack];
	const struct symbol *symbol = symbolizer_resolve(
		t->report->symbols, node->module, node->address);

	for (size_t i = symbol->call_count; i-- > 0;)
		callers = frame_pool_stack(
			t->pool, take_call(t, symbol, &symbol->calls[i]),
			callers);
	return callers;
}

static uint32_t take_stack(struct taking *t, uint32_t stack)
{
	const struct stack_tree *tree = &t->report->recording->model.stacks;
	uint32_t result;
	size_t count = 0;

	stack = stack_tree_id(tree, stack);
	while (stack >= STACK_FIRST && !t->known[stack]) {
		GROW(t->path, t->path_capacity, count);
		t->path[count++] = stack;
		stack = tree->nodes[stack].parent;
	}
	if (stack >= STACK_FIRST)
		result = t->known[stack];
	else
		result = stack == STACK_ROOT ? POOL_STACK_EMPTY :
					       POOL_STACK_CUT;
	while (count > 0) {
		stack = t->path[--count];
		result = take_node(t, stack, result);
		t->known[stack] = result;
	}
	return result;
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
		to->stack = take_stack(t, row->stack);
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

static void take_figures(struct snapshot *s, const struct profile *profile,
			 size_t i, const struct site *row)
{
	for (int figure = 0; figure < PROFILE_FIGURES; figure++) {
		struct estimate e = profile_figure(
			profile, row, (enum profile_figure)figure);
		size_t at = i * PROFILE_FIGURES + (size_t)figure;

		if (s->sampled)
			s->sampled_figures[at] = e;
		else
			s->exact[at] = e.value;
	}
}

static void take_rows(struct snapshot *s, struct taking *t)
{
	const struct report *report = t->report;
	size_t figures = (report->row_count + 1) * PROFILE_FIGURES;

	s->row_count = report->row_count;
	s->rows = xcalloc(s->row_count, sizeof(*s->rows));
	if (s->sampled)
		s->sampled_figures =
			xcalloc(figures, sizeof(*s->sampled_figures));
	else
		s->exact = xcalloc(figures, sizeof(*s->exact));
	for (size_t i = 0; i < s->row_count; i++) {
		take_row(t, &s->rows[i], report->rows[i]);
		s->rows[i].size_min = report->rows[i]->size_min;
		s->rows[i].size_max = report->rows[i]->size_max;
		take_figures(s, report->profile, i, report->rows[i]);
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
			      struct frame_pool *pool)
{
	struct snapshot *s = xcalloc(1, sizeof(*s));
	struct taking t = { .report = report, .pool = pool };

	t.known = xcalloc(report->recording->model.stacks.count,
			  sizeof(*t.known));
	take_modules(&t);
	take_meta(s, report);
	take_profile(s, report);
	if (t.program)
		s->program_build =
			t.builds[t.program - report->recording->model.modules];
	take_rows(s, &t);
	free(t.builds);
	free(t.build_of_path);
	free(t.known);
	free(t.path);
	return s;
}

void snapshot_free(struct snapshot *s)
{
	if (!s)
		return;
	free(s->path);
	free(s->program);
	for (size_t i = 0; i < s->argument_count; i++)
		free(s->arguments[i]);
	free(s->arguments);
	free(s->rows);
	free(s->exact);
	free(s->sampled_figures);
	free(s);
}

struct estimate snapshot_figure(const struct snapshot *s, size_t row,
				enum profile_figure figure)
{
	size_t at = row * PROFILE_FIGURES + figure;
	double value;

	if (s->sampled)
		return s->sampled_figures[at];
	value = s->exact[at];
	return (struct estimate){ .value = value, .low = value, .high = value,
				  .effective = value, .exact = true,
				  .samples = whole_of(value) };
}

double snapshot_value(const struct snapshot *s, size_t row,
		      enum profile_figure figure)
{
	size_t at = row * PROFILE_FIGURES + figure;

	return s->sampled ? s->sampled_figures[at].value : s->exact[at];
}

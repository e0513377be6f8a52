/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/naming.h"
#include "analyzer/memory.h"

#include <stdlib.h>
#include <string.h>

#define NOT_YET UINT32_MAX

/* The frames of a return address, outermost first. */
struct call_frames {
	uint32_t first, count; /* count 0: not known yet */
};

struct run {
	struct naming *naming;
	struct snapshot *snapshot;
	struct model model; /* the snapshot's, and what is to be named */
	struct symbolizer *symbols;
	struct call_frames *calls; /* by call of the code pool */
	uint32_t *frames; /* of all calls */
	size_t frame_count, frame_capacity;
	uint32_t *wanted; /* stacks of codes, callers first */
	size_t wanted_count, wanted_capacity;
	uint32_t *path; /* scratch */
	size_t path_capacity;
};

/* A stack, after those of its callers that have no names either. */
static void want(struct run *r, uint32_t code, uint8_t *seen)
{
	const struct naming *n = r->naming;
	size_t count = 0;

	while (code >= CODE_STACK_FIRST && n->stacks[code] == NOT_YET &&
	       !seen[code]) {
		seen[code] = 1;
		GROW(r->path, r->path_capacity, count);
		r->path[count++] = code;
		code = n->pools.codes->stacks[code].callers;
	}
	while (count > 0) {
		GROW(r->wanted, r->wanted_capacity, r->wanted_count);
		r->wanted[r->wanted_count++] = r->path[--count];
	}
}

/* The addresses that will be asked for, as a tree: see symbolizer. */
static void set_nodes(struct run *r)
{
	const struct code_pool *codes = r->naming->pools.codes;
	struct stack_tree *tree = &r->model.stacks;

	tree->count = STACK_FIRST + r->wanted_count;
	tree->nodes = xcalloc(tree->count, sizeof(*tree->nodes));
	for (size_t i = 0; i < r->wanted_count; i++) {
		const struct code_call *call =
			&codes->calls[codes->stacks[r->wanted[i]].call];

		tree->nodes[STACK_FIRST + i] = (struct stack_node){
			.address = call->offset,
			.module = (uint32_t)call->module,
		};
	}
}

static void set_module(struct run *r, struct pool_frame *frame,
		       const struct code_call *call)
{
	const struct snapshot_pools *pools = &r->naming->pools;
	const struct model_module *module =
		model_module(&r->model, (uint32_t)call->module);

	if (!module)
		return;
	frame->module = frame_pool_text(pools->frames, module->path);
	frame->build = pools->codes->modules[call->module].build;
	/* Without a build ID an offset says nothing of another recording. */
	if (frame->build || frame->function)
		frame->offset = call->offset;
	if (strcmp(module->path, r->model.meta.program) == 0)
		frame->flags |= POOL_FRAME_PROGRAM;
	if (pools->codes->module_traits[call->module] & CODE_SHARED)
		frame->flags |= POOL_FRAME_SHARED;
}

static uint32_t make_frame(struct run *r, const struct code_call *at,
			   const struct symbol_call *call)
{
	struct frame_pool *pool = r->naming->pools.frames;
	struct pool_frame frame = {
		.function = frame_pool_text(pool, call->function),
		.flags = call->inlined ? POOL_FRAME_INLINED : 0,
	};

	if (call->file) {
		frame.file = frame_pool_text(
			pool, report_file_in(r->model.meta.directory,
					     call->file));
		frame.line = call->line > 0 ? (uint32_t)call->line : 0;
		frame.start_line =
			call->start_line > 0 ? (uint32_t)call->start_line : 0;
	}
	set_module(r, &frame, at);
	return frame_pool_frame(pool, &frame);
}

static const struct call_frames *frames_of(struct run *r, uint32_t number)
{
	struct call_frames *frames = &r->calls[number];
	const struct code_call *call = &r->naming->pools.codes->calls[number];
	const struct symbol *symbol;

	if (frames->count > 0)
		return frames;
	symbol = symbolizer_resolve(r->symbols, (uint32_t)call->module,
				    call->offset);
	frames->first = (uint32_t)r->frame_count;
	frames->count = (uint32_t)symbol->call_count;
	for (size_t i = symbol->call_count; i-- > 0;) {
		GROW(r->frames, r->frame_capacity, r->frame_count);
		r->frames[r->frame_count++] =
			make_frame(r, call, &symbol->calls[i]);
	}
	return frames;
}

static void name_stack(struct run *r, uint32_t code)
{
	struct naming *n = r->naming;
	const struct code_stack *stack = &n->pools.codes->stacks[code];
	const struct call_frames *frames = frames_of(r, stack->call);
	uint32_t named = n->stacks[stack->callers];

	for (uint32_t i = 0; i < frames->count; i++)
		named = frame_pool_stack(n->pools.frames,
					 r->frames[frames->first + i], named);
	n->stacks[code] = named;
}

static void run_all(struct run *r)
{
	const struct naming_options *o = &r->naming->options;

	r->model = r->snapshot->model; /* only its stacks are ours */
	set_nodes(r);
	r->calls = xcalloc(r->naming->pools.codes->call_count,
			   sizeof(*r->calls));
	r->symbols = symbolizer_new(&r->model, o->search);
	for (size_t i = 0; i < r->wanted_count; i++)
		name_stack(r, r->wanted[i]);
	lost_names_take(&r->snapshot->lost, r->naming->pools.frames,
			r->symbols);
	if (o->told)
		o->told(o->context, r->snapshot->path, r->symbols);
	symbolizer_free(r->symbols);
	free(r->model.stacks.nodes);
	free(r->calls);
	free(r->frames);
}

void naming_run(struct naming *naming, struct snapshot *snapshot,
		const uint32_t *codes, size_t count)
{
	struct run r = { .naming = naming, .snapshot = snapshot };
	uint8_t *seen = xcalloc(naming->pools.codes->stack_count, 1);

	for (size_t i = 0; i < count; i++)
		want(&r, codes[i], seen);
	free(seen);
	free(r.path);
	if (r.wanted_count > 0)
		run_all(&r);
	free(r.wanted);
}

uint32_t naming_stack(const struct naming *naming, uint32_t code)
{
	uint32_t stack = naming->stacks[code];

	return stack == NOT_YET ? POOL_STACK_EMPTY : stack;
}

void naming_init(struct naming *naming, const struct naming_options *options,
		 const struct snapshot_pools *pools)
{
	size_t count = pools->codes->stack_count;

	*naming = (struct naming){ .options = *options, .pools = *pools };
	naming->stacks = xcalloc(count, sizeof(*naming->stacks));
	for (size_t i = CODE_STACK_FIRST; i < count; i++)
		naming->stacks[i] = NOT_YET;
	naming->stacks[CODE_STACK_CUT] = POOL_STACK_CUT;
}

void naming_release(struct naming *naming)
{
	free(naming->stacks);
	*naming = (struct naming){ 0 };
}

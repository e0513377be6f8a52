/* SPDX-License-Identifier: MIT */
#include "analyzer/grouping.h"
#include "analyzer/frame.h"
#include "analyzer/function_name.h"
#include "analyzer/hash.h"

#include <stdlib.h>
#include <string.h>

/* Not a group: look at the callers. */
#define OF_CALLER UINT32_MAX
#define UNDECIDED (UINT32_MAX - 1)
#define GROUP_UNKNOWN 0 /* a stack without frames */

/*
 * What an address makes of a stack that ends there, and of one that comes to it
 * out of the library's own functions, which it may go on with.
 */
enum entry { AS_LEAF, IN_LIBRARY, ENTRIES };

/* A group, or OF_CALLER with the group in case that no caller tells. */
struct verdict {
	uint32_t group, fallback;
};

struct address {
	const struct symbol *symbol; /* one for each address */
	struct verdict verdicts[ENTRIES];
	UT_hash_handle hh;
};

/* Groups by what they stand for. */
struct group_key {
	struct {
		const void *module;
		const void *text; /* function or file: one pointer a text */
		uint64_t number;  /* line or offset */
	} key;
	uint32_t group;
	UT_hash_handle hh;
};

/* Equal names of functions may come under several pointers. */
struct name {
	const char *text;
	UT_hash_handle hh;
};

struct grouping_state {
	struct grouping_options options;
	const struct model *model;
	struct symbolizer *symbols;
	const char **paths; /* by module: one pointer for equal paths */
	struct address *addresses;
	struct group_key *keys;
	struct name *names;
	uint32_t *of_stack[ENTRIES]; /* by canonical stack id */
	struct step *path;	     /* scratch */
	size_t path_capacity;
};

/* A node on the way to a caller that decides. */
struct step {
	uint32_t stack;
	enum entry entry;
	uint32_t fallback;
};

static const char *path_of(const struct grouping_state *s,
			   const struct model_module *module)
{
	return module ? s->paths[module - s->model->modules] : NULL;
}

static int by_path(const void *left, const void *right, void *modules)
{
	const struct model_module *m = modules;

	return strcmp(m[*(const uint32_t *)left].path,
		      m[*(const uint32_t *)right].path);
}

static void unify_paths(struct grouping_state *s)
{
	const struct model *model = s->model;
	uint32_t *order = xcalloc(model->module_count + 1, sizeof(*order));
	const char *path = "";

	s->paths = xcalloc(model->module_count + 1, sizeof(*s->paths));
	for (uint32_t i = 0; i < model->module_count; i++)
		order[i] = i;
	qsort_r(order, model->module_count, sizeof(*order), by_path,
		model->modules);
	for (size_t i = 0; i < model->module_count; i++) {
		const char *next = model->modules[order[i]].path;

		if (strcmp(path, next))
			path = next;
		s->paths[order[i]] = path;
	}
	free(order);
}

static const char *unify_name(struct grouping_state *s, const char *text)
{
	struct name *entry;
	size_t len = strlen(text);

	HASH_FIND(hh, s->names, text, len, entry);
	if (!entry) {
		entry = xcalloc(1, sizeof(*entry));
		entry->text = text;
		HASH_ADD_KEYPTR(hh, s->names, entry->text, len, entry);
	}
	return entry->text;
}

static uint32_t group_for(struct grouping *grouping, const struct group *group,
			  uint64_t number)
{
	struct grouping_state *s = grouping->state;
	struct group_key *entry, probe = { 0 };

	probe.key.module = group->module;
	probe.key.text = group->file ? group->file : group->function;
	probe.key.number = number;
	HASH_FIND(hh, s->keys, &probe.key, sizeof(probe.key), entry);
	if (entry) {
		struct group *known = &grouping->groups[entry->group];

		if (known->file && known->function != group->function)
			known->function = NULL; /* a line of several */
		return entry->group;
	}
	entry = xcalloc(1, sizeof(*entry));
	entry->key = probe.key;
	entry->group = (uint32_t)grouping->count;
	HASH_ADD(hh, s->keys, key, sizeof(entry->key), entry);
	GROW(grouping->groups, grouping->capacity, grouping->count);
	grouping->groups[grouping->count++] = *group;
	return entry->group;
}

static uint32_t group_of_call(struct grouping *g, const struct symbol *symbol,
			      const struct symbol_call *call)
{
	enum grouping_by by = g->state->options.by;
	const struct model_module *module = symbol->module;
	struct group group = { 0 };

	if (call->function)
		group.function = unify_name(g->state, call->function);
	if (call->file && (by == GROUPING_BY_FILE || by == GROUPING_BY_LINE)) {
		group.file = call->file;
		if (by == GROUPING_BY_FILE) {
			group.function = NULL;
		} else {
			group.line = call->line;
			group.inside = group.function;
			group.start_line = call->start_line;
		}
		return group_for(g, &group, (uint64_t)group.line);
	}
	group.module = path_of(g->state, module);
	if (group.function)
		return group_for(g, &group, 0);
	group.place = symbol->place;
	return group_for(g, &group,
			 symbol->address - (module ? module->base : 0));
}

static bool is_library(const struct symbol_call *call)
{
	return call->function && function_is_library(call->function);
}

/* From calls[i] on, the end of a run of the library's own functions. */
static struct verdict end_of_run(struct grouping *g,
				 const struct symbol *symbol, size_t i)
{
	bool by_function = g->state->options.by == GROUPING_BY_FUNCTION;
	struct verdict verdict = { .group = OF_CALLER };
	size_t last = i;

	while (i < symbol->call_count && is_library(&symbol->calls[i]))
		last = i++;
	if (i == symbol->call_count)
		verdict.fallback =
			group_of_call(g, symbol, &symbol->calls[last]);
	else
		verdict.group = group_of_call(
			g, symbol, &symbol->calls[by_function ? last : i]);
	return verdict;
}

static struct verdict verdict_as_leaf(struct grouping *g,
				      const struct symbol *symbol)
{
	size_t i = 0;

	if (g->state->options.all_frames)
		return (struct verdict){
			.group = group_of_call(g, symbol, &symbol->calls[0]),
		};
	while (i < symbol->call_count &&
	       frame_is_allocator(symbol->calls[i].function))
		i++;
	if (i == symbol->call_count)
		return (struct verdict){ OF_CALLER, GROUP_UNKNOWN };
	if (is_library(&symbol->calls[i]))
		return end_of_run(g, symbol, i);
	return (struct verdict){
		.group = group_of_call(g, symbol, &symbol->calls[i]),
	};
}

/* The run goes on here, or ended before. By function, its end is then what the
 * stack had as its fallback. */
static struct verdict verdict_in_library(struct grouping *g,
					 const struct symbol *symbol)
{
	if (g->state->options.by == GROUPING_BY_FUNCTION &&
	    !is_library(&symbol->calls[0]))
		return (struct verdict){ UNDECIDED, GROUP_UNKNOWN };
	return end_of_run(g, symbol, 0);
}

static struct verdict verdict_of_module(struct grouping *g,
					const struct stack_node *node)
{
	struct grouping_state *s = g->state;
	const struct model_module *module =
		model_module(s->model, node->module);
	struct group group = { .module = path_of(s, module) };

	if (module && !s->options.all_frames &&
	    frame_is_allocator_module(module->path) &&
	    frame_is_allocator(symbolizer_function(s->symbols, node->module,
						   node->address)))
		return (struct verdict){ OF_CALLER, GROUP_UNKNOWN };
	return (struct verdict){ .group = group_for(g, &group, 0) };
}

static struct verdict verdict_of(struct grouping *g, uint32_t stack,
				 enum entry entry)
{
	struct grouping_state *s = g->state;
	const struct stack_node *node = &s->model->stacks.nodes[stack];
	const struct symbol *symbol;
	struct address *address;

	if (s->options.by == GROUPING_BY_MODULE)
		return verdict_of_module(g, node);
	symbol = symbolizer_resolve(s->symbols, node->module, node->address);
	HASH_FIND_PTR(s->addresses, &symbol, address);
	if (!address) {
		address = xcalloc(1, sizeof(*address));
		address->symbol = symbol;
		address->verdicts[AS_LEAF] = verdict_as_leaf(g, symbol);
		address->verdicts[IN_LIBRARY] = verdict_in_library(g, symbol);
		HASH_ADD_PTR(s->addresses, symbol, address);
	}
	return address->verdicts[entry];
}

/* Is it the allocator's own frame that sent us to the caller, or the library's
 * run that may go on there? */
static enum entry next_entry(const struct verdict *verdict, enum entry entry)
{
	return entry == IN_LIBRARY || verdict->fallback != GROUP_UNKNOWN
		       ? IN_LIBRARY
		       : AS_LEAF;
}

uint32_t grouping_of(void *grouping, uint32_t stack)
{
	struct grouping *g = grouping;
	struct grouping_state *s = g->state;
	const struct stack_node *nodes = s->model->stacks.nodes;
	enum entry entry = AS_LEAF;
	uint32_t group = GROUP_UNKNOWN;
	size_t count = 0;

	for (; stack >= STACK_FIRST; stack = nodes[stack].parent) {
		struct verdict verdict;

		group = s->of_stack[entry][stack];
		if (group != OF_CALLER)
			break;
		verdict = verdict_of(g, stack, entry);
		group = verdict.group;
		GROW(s->path, s->path_capacity, count);
		s->path[count++] =
			(struct step){ stack, entry, verdict.fallback };
		if (group != OF_CALLER)
			break;
		entry = next_entry(&verdict, entry);
	}
	if (stack < STACK_FIRST)
		group = UNDECIDED;
	while (count > 0) {
		const struct step *step = &s->path[--count];

		if (group == UNDECIDED && step->fallback != GROUP_UNKNOWN)
			group = step->fallback;
		s->of_stack[step->entry][step->stack] = group;
	}
	return group == UNDECIDED ? GROUP_UNKNOWN : group;
}

void grouping_init(struct grouping *grouping, const struct model *model,
		   struct symbolizer *symbols,
		   const struct grouping_options *options)
{
	struct group unknown = { .place = "(unknown)" };
	struct grouping_state *s = xcalloc(1, sizeof(*s));
	size_t bytes = model->stacks.count * sizeof(uint32_t);

	*grouping = (struct grouping){ .state = s };
	s->options = *options;
	s->model = model;
	s->symbols = symbols;
	for (int i = 0; i < ENTRIES; i++) {
		s->of_stack[i] = xcalloc(model->stacks.count, sizeof(uint32_t));
		memset(s->of_stack[i], 0xff, bytes); /* OF_CALLER */
	}
	unify_paths(s);
	group_for(grouping, &unknown, 0);
}

static void release_state(struct grouping_state *s)
{
	struct address *address, *next_address;
	struct group_key *key, *next_key;
	struct name *name, *next_name;

	HASH_ITER(hh, s->addresses, address, next_address)
	{
		HASH_DEL(s->addresses, address);
		free(address);
	}
	HASH_ITER(hh, s->keys, key, next_key)
	{
		HASH_DEL(s->keys, key);
		free(key);
	}
	HASH_ITER(hh, s->names, name, next_name)
	{
		HASH_DEL(s->names, name);
		free(name);
	}
	for (int i = 0; i < ENTRIES; i++)
		free(s->of_stack[i]);
	free(s->paths);
	free(s->path);
	free(s);
}

void grouping_release(struct grouping *grouping)
{
	if (grouping->state)
		release_state(grouping->state);
	free(grouping->groups);
	*grouping = (struct grouping){ 0 };
}

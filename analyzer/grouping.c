/* SPDX-License-Identifier: MIT */
#include "analyzer/grouping.h"
#include "analyzer/frame.h"
#include "analyzer/hash.h"

#include <stdlib.h>
#include <string.h>

#define GROUP_OF_PARENT UINT32_MAX /* the allocator's own frame */

/* What was decided about a return address; distinct ones are few. */
struct address {
	struct {
		uint64_t address;
		uint64_t module;
	} key;
	uint32_t group;
	UT_hash_handle hh;
};

/* Groups by what they stand for: two pointers, or a module and an offset. */
struct group_key {
	struct {
		const void *module;
		const void *function;
		uint64_t offset;
	} key;
	uint32_t group;
	UT_hash_handle hh;
};

struct builder {
	struct grouping *grouping;
	const struct model *model;
	struct symbolizer *symbols;
	bool by_module;
	const char **paths; /* by module: one pointer for equal paths */
	struct address *addresses;
	struct group_key *keys;
};

static const char *path_of(const struct builder *b,
			   const struct model_module *module)
{
	return module ? b->paths[module - b->model->modules] : NULL;
}

static int by_path(const void *left, const void *right, void *modules)
{
	const struct model_module *m = modules;

	return strcmp(m[*(const uint32_t *)left].path,
		      m[*(const uint32_t *)right].path);
}

static void unify_paths(struct builder *b)
{
	const struct model *model = b->model;
	uint32_t *order = xcalloc(model->module_count + 1, sizeof(*order));
	const char *path = "";

	b->paths = xcalloc(model->module_count + 1, sizeof(*b->paths));
	for (uint32_t i = 0; i < model->module_count; i++)
		order[i] = i;
	qsort_r(order, model->module_count, sizeof(*order), by_path,
		model->modules);
	for (size_t i = 0; i < model->module_count; i++) {
		const char *next = model->modules[order[i]].path;

		if (strcmp(path, next))
			path = next;
		b->paths[order[i]] = path;
	}
	free(order);
}

static uint32_t group_for(struct builder *b, const struct group *group,
			  uint64_t offset)
{
	struct grouping *grouping = b->grouping;
	struct group_key *entry, probe = { 0 };

	probe.key.module = group->module;
	probe.key.function = group->function;
	probe.key.offset = offset;
	HASH_FIND(hh, b->keys, &probe.key, sizeof(probe.key), entry);
	if (entry)
		return entry->group;
	entry = xcalloc(1, sizeof(*entry));
	entry->key = probe.key;
	entry->group = (uint32_t)grouping->count;
	HASH_ADD(hh, b->keys, key, sizeof(entry->key), entry);
	GROW(grouping->groups, grouping->capacity, grouping->count);
	grouping->groups[grouping->count++] = *group;
	return entry->group;
}

static uint32_t decide_module(struct builder *b, const struct stack_node *node,
			      const struct model_module *module)
{
	struct group group = { .module = path_of(b, module) };

	if (module && frame_is_allocator_module(module->path) &&
	    frame_is_allocator(symbolizer_function(b->symbols, node->module,
						   node->address)))
		return GROUP_OF_PARENT;
	return group_for(b, &group, 0);
}

static uint32_t decide_function(struct builder *b,
				const struct stack_node *node,
				const struct model_module *module)
{
	struct group group = { .module = path_of(b, module) };

	group.function = symbolizer_function(b->symbols, node->module,
					     node->address);
	if (frame_is_allocator(group.function))
		return GROUP_OF_PARENT;
	if (group.function)
		return group_for(b, &group, 0);
	group.place = symbolizer_resolve(b->symbols, node->module,
					 node->address)->place;
	return group_for(b, &group,
			 node->address - (module ? module->base : 0));
}

static uint32_t decide(struct builder *b, const struct stack_node *node)
{
	const struct model_module *module =
		model_module(b->model, node->module);
	struct address *entry, probe = { 0 };

	probe.key.address = node->address;
	probe.key.module = node->module;
	HASH_FIND(hh, b->addresses, &probe.key, sizeof(probe.key), entry);
	if (!entry) {
		entry = xcalloc(1, sizeof(*entry));
		entry->key = probe.key;
		entry->group = b->by_module ? decide_module(b, node, module) :
					      decide_function(b, node, module);
		HASH_ADD(hh, b->addresses, key, sizeof(entry->key), entry);
	}
	return entry->group;
}

static void builder_release(struct builder *b)
{
	struct address *address, *next_address;
	struct group_key *key, *next_key;

	HASH_ITER(hh, b->addresses, address, next_address) {
		HASH_DEL(b->addresses, address);
		free(address);
	}
	HASH_ITER(hh, b->keys, key, next_key) {
		HASH_DEL(b->keys, key);
		free(key);
	}
	free(b->paths);
}

void grouping_init(struct grouping *grouping, const struct model *model,
		   struct symbolizer *symbols, bool by_module)
{
	struct builder b = { .grouping = grouping, .model = model,
			     .symbols = symbols, .by_module = by_module };
	struct group unknown = { .place = "(unknown)" };
	const struct stack_tree *stacks = &model->stacks;

	*grouping = (struct grouping){ 0 };
	grouping->of_stack = xcalloc(stacks->count, sizeof(uint32_t));
	unify_paths(&b);
	/* Group 0 is that of the roots: a stack without frames. */
	group_for(&b, &unknown, 0);
	for (uint32_t i = STACK_FIRST; i < stacks->count; i++) {
		const struct stack_node *node = &stacks->nodes[i];
		uint32_t group = GROUP_OF_PARENT;

		if (node->address != 0)
			group = decide(&b, node);
		if (group == GROUP_OF_PARENT)
			group = grouping->of_stack[node->parent];
		grouping->of_stack[i] = group;
	}
	builder_release(&b);
}

void grouping_release(struct grouping *grouping)
{
	free(grouping->groups);
	free(grouping->of_stack);
	*grouping = (struct grouping){ 0 };
}

/* SPDX-License-Identifier: MIT */
#include "analyzer/site_id.h"
#include "analyzer/memory.h"
#include "analyzer/symbolize.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The finalizer of MurmurHash3, 64 bits. */
static uint64_t mix(uint64_t h)
{
	h ^= h >> 33;
	h *= 0xff51afd7ed558ccdull;
	h ^= h >> 33;
	h *= 0xc4ceb9fe1a85ec53ull;
	return h ^ h >> 33;
}

/* FNV-1a. */
static uint64_t hash_text(const char *text)
{
	uint64_t h = 0xcbf29ce484222325ull;

	for (; *text; text++)
		h = (h ^ (uint8_t)*text) * 0x100000001b3ull;
	return h;
}

struct module_hash {
	uint64_t name;
	uint64_t base;
};

static struct module_hash *hash_modules(const struct model *model)
{
	struct module_hash *hashes =
		xcalloc(model->module_count + 1, sizeof(*hashes));

	for (size_t i = 0; i < model->module_count; i++) {
		const struct model_module *module = &model->modules[i];

		hashes[i].name = hash_text(symbol_basename(module->path));
		hashes[i].base = module->base;
	}
	return hashes;
}

static uint64_t frame_hash(const struct model *model,
			   const struct module_hash *modules,
			   const struct stack_node *node)
{
	const struct model_module *module = model_module(model, node->module);
	const struct module_hash *hash;

	if (!module) /* anonymous code moves from run to run */
		return 1;
	hash = &modules[module - model->modules];
	return mix(hash->name ^ (node->address - hash->base));
}

void site_ids_init(struct site_ids *ids, const struct model *model)
{
	const struct stack_tree *stacks = &model->stacks;
	struct module_hash *modules = hash_modules(model);

	ids->count = stacks->count;
	ids->hashes = xcalloc(stacks->count, sizeof(*ids->hashes));
	ids->hashes[STACK_TRUNCATED] = 1;
	for (uint32_t i = STACK_FIRST; i < stacks->count; i++) {
		const struct stack_node *node = &stacks->nodes[i];

		ids->hashes[i] = mix(ids->hashes[node->parent] * 31 +
				     frame_hash(model, modules, node));
	}
	free(modules);
}

void site_ids_release(struct site_ids *ids)
{
	free(ids->hashes);
	ids->hashes = NULL;
}

void site_id_text(char out[SITE_ID_BYTES], const struct site_ids *ids,
		  uint32_t stack)
{
	snprintf(out, SITE_ID_BYTES, "%012" PRIx64,
		 stack < ids->count ? ids->hashes[stack] >> 16 : 0);
}

static int by_path(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static bool some_module_moved(const struct model *model)
{
	const char **paths = xcalloc(model->module_count + 1, sizeof(*paths));
	bool moved = false;

	for (size_t i = 0; i < model->module_count; i++)
		paths[i] = symbol_basename(model->modules[i].path);
	qsort(paths, model->module_count, sizeof(*paths), by_path);
	for (size_t i = 1; i < model->module_count && !moved; i++)
		moved = strcmp(paths[i - 1], paths[i]) == 0;
	free(paths);
	return moved;
}

/* The slot of a stack's hash in an open table of stack ids (0: empty). */
static size_t find_slot(const struct site_ids *ids, const uint32_t *table,
			size_t mask, uint64_t hash)
{
	size_t slot = hash & mask;

	while (table[slot] && ids->hashes[table[slot]] != hash)
		slot = (slot + 1) & mask;
	return slot;
}

uint32_t *site_ids_merge(const struct site_ids *ids, const struct model *model)
{
	uint32_t *groups, *table;
	size_t slots = 16;

	if (!some_module_moved(model))
		return NULL;
	while (slots < ids->count * 2)
		slots *= 2;
	groups = xcalloc(ids->count, sizeof(*groups));
	table = xcalloc(slots, sizeof(*table));
	groups[STACK_TRUNCATED] = STACK_TRUNCATED;
	for (uint32_t i = STACK_FIRST; i < ids->count; i++) {
		size_t slot;

		if (model->stacks.canonical[i] != i)
			continue;
		slot = find_slot(ids, table, slots - 1, ids->hashes[i]);
		if (!table[slot])
			table[slot] = i;
		groups[i] = table[slot];
	}
	free(table);
	return groups;
}

/* SPDX-License-Identifier: MIT */
#include "analyzer/stack_tree.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"

#define DEPTH_MAX (4 * STACK_DEPTH_MAX)

#define FIRST_CAPACITY 4096

void stack_tree_init(struct stack_tree *tree)
{
	memset(tree, 0, sizeof(*tree));
	tree->capacity = FIRST_CAPACITY;
	tree->nodes = xcalloc(tree->capacity, sizeof(*tree->nodes));
	tree->count = STACK_FIRST;
	tree->gap_max = STACK_GAP_MAX;
}

void stack_tree_allow(struct stack_tree *tree, uint64_t missing)
{
	tree->gap_max = STACK_GAP_MAX + (missing < STACK_NODES_MAX ?
						 missing :
						 STACK_NODES_MAX);
}

void stack_tree_release(struct stack_tree *tree)
{
	free(tree->nodes);
	free(tree->canonical);
	memset(tree, 0, sizeof(*tree));
}

/* calloc, not realloc: a damaged id may be far away, and pages that nothing
 * was written to cost nothing. */
static void reserve(struct stack_tree *tree, size_t count)
{
	size_t capacity = tree->capacity;
	struct stack_node *nodes;

	if (count <= capacity)
		return;
	while (capacity < count)
		capacity += capacity / 2;
	nodes = xcalloc(capacity, sizeof(*nodes));
	memcpy(nodes, tree->nodes, tree->count * sizeof(*nodes));
	free(tree->nodes);
	tree->nodes = nodes;
	tree->capacity = capacity;
}

int stack_tree_add(struct stack_tree *tree, uint32_t id,
		   const struct stack_node *node)
{
	if (id < STACK_FIRST || id >= STACK_NODES_MAX || node->parent >= id ||
	    node->address == 0 ||
	    id - STACK_FIRST > tree->known + tree->gap_max)
		return -1;
	reserve(tree, (size_t)id + 1);
	if (id >= tree->count)
		tree->count = (size_t)id + 1;
	tree->known += tree->nodes[id].address == 0;
	tree->nodes[id] = *node;
	return 0;
}

static uint64_t hash_node(const struct stack_node *node)
{
	uint64_t hash = node->address * UINT64_C(0x9e3779b97f4a7c15);

	hash ^= ((uint64_t)node->parent << 32 | node->module) *
		UINT64_C(0xc2b2ae3d27d4eb4f);
	hash ^= hash >> 29;
	return hash * UINT64_C(0x165667b19e3779f9);
}

static bool same_node(const struct stack_node *a, const struct stack_node *b)
{
	return a->address == b->address && a->parent == b->parent &&
	       a->module == b->module;
}

/* The smallest id so far that equals `id`. */
static uint32_t intern(const struct stack_tree *tree, uint32_t *table,
		       size_t mask, uint32_t id)
{
	const struct stack_node *node = &tree->nodes[id];
	size_t slot = (size_t)(hash_node(node) >> 20) & mask;

	while (table[slot]) {
		if (same_node(&tree->nodes[table[slot]], node))
			return table[slot];
		slot = (slot + 1) & mask;
	}
	table[slot] = id;
	return id;
}

/* Stacks deeper than any recorder's: their callers are unknown from there on,
 * so that no walk takes longer than that. */
static void limit_depth(struct stack_tree *tree, uint16_t *depths, uint32_t id)
{
	struct stack_node *node = &tree->nodes[id];

	depths[id] = (uint16_t)(depths[node->parent] + 1);
	if (depths[id] <= DEPTH_MAX)
		return;
	node->parent = STACK_TRUNCATED;
	depths[id] = 1;
}

void stack_tree_seal(struct stack_tree *tree)
{
	size_t slots = 16;
	uint16_t *depths;
	uint32_t *table;

	while (slots < tree->known + tree->known / 2)
		slots *= 2;
	table = xcalloc(slots, sizeof(*table));
	tree->canonical = xcalloc(tree->count, sizeof(*tree->canonical));
	tree->canonical[STACK_TRUNCATED] = STACK_TRUNCATED;
	depths = xcalloc(tree->count, sizeof(*depths));
	for (uint32_t id = STACK_FIRST; id < tree->count; id++) {
		struct stack_node *node = &tree->nodes[id];

		if (node->address == 0) {
			node->parent = STACK_TRUNCATED;
			tree->canonical[id] = STACK_TRUNCATED;
			continue;
		}
		node->parent = tree->canonical[node->parent];
		limit_depth(tree, depths, id);
		tree->canonical[id] = intern(tree, table, slots - 1, id);
	}
	free(depths);
	free(table);
}

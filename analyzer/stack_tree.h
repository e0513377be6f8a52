/* SPDX-License-Identifier: MIT */
/*
 * The stack tree of a dump. A node is (parent, module, return address); its
 * parent is its caller. Ids are the dump's own. Several ids may stand for one
 * node: after stack_tree_seal() `canonical` maps each id to the smallest of
 * its equals, and every parent is canonical. 20 bytes a node.
 */
#ifndef ANALYZER_STACK_TREE_H
#define ANALYZER_STACK_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "include/dump_format.h"

struct stack_node {
	uint64_t address; /* return address: look up address - 1; 0: unknown */
	uint32_t parent;
	uint32_t module; /* a module's id, 0: in none */
};

struct stack_tree {
	struct stack_node *nodes;
	uint32_t *canonical; /* after sealing; count entries */
	size_t count;	     /* ids are below; at least STACK_FIRST */
	size_t capacity;
	size_t known;	     /* nodes that were defined */
	size_t gap_max;	     /* ids below the highest that may be undefined */
};

void stack_tree_init(struct stack_tree *tree);
void stack_tree_release(struct stack_tree *tree);

/*
 * Ids count up without gaps, but for what a damaged dump has lost. Memory is
 * taken for every id below the highest: only as many may be missing as this
 * allows, and STACK_GAP_MAX, so that nobody asks for much with a few bytes.
 */
#define STACK_GAP_MAX (256u << 10)
void stack_tree_allow(struct stack_tree *tree, uint64_t missing);

/*
 * Defines a node; a second definition of an id replaces the first. Returns 0,
 * or -1 if the id or the parent cannot be (id in 2..STACK_NODES_MAX-1, parent
 * below id, address not 0), or too many ids would be missing.
 */
int stack_tree_add(struct stack_tree *tree, uint32_t id,
		   const struct stack_node *node);

/*
 * Once, after the last node. Ids that were never defined become
 * STACK_TRUNCATED, and so do parents that were never defined.
 */
void stack_tree_seal(struct stack_tree *tree);

/* The canonical id, of any number at all. */
static inline uint32_t stack_tree_id(const struct stack_tree *tree, uint32_t id)
{
	return id < tree->count ? tree->canonical[id] : STACK_TRUNCATED;
}

#endif

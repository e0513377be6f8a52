/* SPDX-License-Identifier: MIT */
/*
 * The calls that lead to allocations, as a tree: from the function that
 * allocates up to its callers, or from main() down. A node has what all stacks
 * that come through it have together. Left out, unless the report's options ask
 * for all frames, are the allocator's own, those that call main() or a thread's
 * function, and of a run of the C++ or Rust library's own functions all but the
 * one that the program called. A function that calls itself is one node.
 * Branches below a share of the whole are cut off where they begin. Nodes are
 * made as they are asked for, so that memory is that of the stacks whose turn
 * is still to come, however large the tree. One thread.
 */
#ifndef ANALYZER_CALL_TREE_H
#define ANALYZER_CALL_TREE_H

#include "analyzer/report.h"

struct call_tree_node {
	uint32_t name;	      /* of function and module: from 0, by first use;
				 UINT32_MAX in the first node */
	const char *function; /* NULL in the first node, which is the whole */
	const char *module;   /* path; NULL: in none */
	size_t level;	      /* 0: the whole; its parent's plus 1 */
	size_t children;      /* kept */
	size_t cut;	      /* children below the share, or too many */
	struct estimate value, other;
	struct estimate cut_value; /* of those cut off, together */
	bool recursive; /* some stack has it more than once in a row */
};

struct call_tree {
	/* What --sort stands for, and what goes with it: of calls the bytes. */
	enum profile_figure figure, other;
	struct estimate whole;
	bool deep; /* levels were missing so far: there is too much */
	struct call_tree_state *state; /* private */
};

/* The report is by site, its sort adds up, and it outlives the tree. */
void call_tree_init(struct call_tree *tree, const struct report *report);
void call_tree_release(struct call_tree *tree);

/* The next node: each before its children, and these in order, most first.
 * False after the last. Strings live as long as the tree. */
bool call_tree_next(struct call_tree *tree, struct call_tree_node *node);

#endif

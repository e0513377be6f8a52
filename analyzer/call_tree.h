/* SPDX-License-Identifier: MIT */
/*
 * The calls that lead to allocations, as a tree: from the function that
 * allocates up to its callers, or from main() down. A node has what all stacks
 * that come through it have together. Left out, unless the report's options ask
 * for all frames, are the allocator's own, those that call main() or a thread's
 * function, and of a run of the C++ or Rust library's own functions all but the
 * one that the program called. A function that calls itself is one node.
 * Branches below a share of the whole are cut off where they begin, so that
 * memory is that of what is kept and one stack of work lists. One thread.
 */
#ifndef ANALYZER_CALL_TREE_H
#define ANALYZER_CALL_TREE_H

#include "analyzer/report.h"

struct call_tree_node {
	const char *function; /* NULL in the first node, which is the whole */
	const char *module;   /* path; NULL: in none */
	size_t level;	      /* 0: the whole; its parent's plus 1 */
	size_t children;      /* kept */
	size_t cut;	      /* children below the share */
	struct estimate value, other;
	struct estimate cut_value; /* of those cut off, together */
	bool recursive; /* some stack has it more than once in a row */
};

struct call_tree {
	/* What --sort stands for, and what goes with it: of calls the bytes. */
	enum profile_figure figure, other;
	struct call_tree_node *nodes; /* each before its children, and these in
					 order, most first */
	size_t count, capacity;
	bool deep; /* levels are missing: there are too many */
};

/* The report is by site, and its sort adds up; strings are the report's. */
void call_tree_init(struct call_tree *tree, const struct report *report);
void call_tree_release(struct call_tree *tree);

#endif

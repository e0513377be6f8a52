/* SPDX-License-Identifier: MIT */
/*
 * The names in a drawn tree, as they fit. A large tree has millions of lines
 * of a few thousand functions, most at the same distance from the right margin:
 * so each name's last label is kept. One thread.
 */
#ifndef ANALYZER_OUTPUT_TREE_LABELS_H
#define ANALYZER_OUTPUT_TREE_LABELS_H

#include "analyzer/call_tree.h"

/* Zeroed at first. */
struct tree_labels {
	struct tree_label {
		char *text;
		size_t limit;	/* that it was made for */
		size_t columns; /* that it takes */
		bool recursive;
	} *of_names, whole;
	size_t count;
};

/* The node's name in full, fit for a terminal; fresh. */
char *tree_label_full(const struct call_tree_node *node);

/* Shortened to `columns`; until the next call. */
const struct tree_label *tree_label_get(struct tree_labels *labels,
					const struct call_tree_node *node,
					size_t columns);
void tree_labels_release(struct tree_labels *labels);

#endif

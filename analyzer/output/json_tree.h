/* SPDX-License-Identifier: MIT */
/*
 * report --tree --json: the key "tree", an array of nodes, each before its
 * children, with the index of its parent.
 */
#ifndef ANALYZER_OUTPUT_JSON_TREE_H
#define ANALYZER_OUTPUT_JSON_TREE_H

#include "analyzer/output/output.h"

/* "tree": [...],\n; and what it is sorted by. */
void json_tree_print(const struct output_run *run, const struct report *report);

#endif

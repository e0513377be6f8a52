/* SPDX-License-Identifier: MIT */
/*
 * Walks over the entries (DIEs) of DWARF. The data may be damaged or hostile:
 * siblings only lead forward, and all walks of one file together take a number
 * of steps that is bounded by the size of the file. DWARF has no way up from an
 * entry to its parent: that is found from the unit down, in lists of children
 * that are read once. One thread.
 */
#ifndef ANALYZER_DIE_TREE_H
#define ANALYZER_DIE_TREE_H

#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct die_tree {
	uint64_t steps, steps_max;
	struct die_children *lists; /* by parent */
	size_t child_count;	    /* in all lists */
};

void die_tree_init(struct die_tree *tree);

/* Adds the steps that so many bytes of DWARF may take. */
void die_tree_allow(struct die_tree *tree, uint64_t bytes);

/* Counts one step; false: no more. */
bool die_tree_step(struct die_tree *tree);

/* Makes `die` its next sibling, if there is one. */
bool die_tree_next(struct die_tree *tree, Dwarf_Die *die);

/* False at the top of a unit, or out of steps. */
bool die_tree_parent(struct die_tree *tree, Dwarf_Die *die, Dwarf_Die *parent);

/* Frees the lists. They must not outlive the Dwarf that they are of. */
void die_tree_forget(struct die_tree *tree);

#endif

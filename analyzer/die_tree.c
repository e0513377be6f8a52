/* SPDX-License-Identifier: MIT */
#include "analyzer/die_tree.h"
#include "analyzer/hash.h"
#include "analyzer/memory.h"

#include <stdlib.h>

/* What any file may take, and for each byte of a larger one: an entry has two
 * or more, and is met in the index, in lists and on the way to addresses. */
#define STEPS_MIN (1 << 27)
#define STEPS_PER_BYTE 2

/* In all lists, 8 bytes each; then they are read again. Entries of a hostile
 * file can be children of many. */
#define CHILDREN_MAX (4 << 20)

/* All entries directly below one, in their order. */
struct die_children {
	const void *parent;
	void **list;
	size_t count, capacity;
	UT_hash_handle hh;
};

void die_tree_init(struct die_tree *tree)
{
	*tree = (struct die_tree){ .steps_max = STEPS_MIN };
}

void die_tree_forget(struct die_tree *tree)
{
	struct die_children *entry, *next;

	HASH_ITER(hh, tree->lists, entry, next) {
		HASH_DEL(tree->lists, entry);
		free(entry->list);
		free(entry);
	}
	tree->child_count = 0;
}

void die_tree_allow(struct die_tree *tree, uint64_t bytes)
{
	tree->steps_max += bytes * STEPS_PER_BYTE;
}

bool die_tree_step(struct die_tree *tree)
{
	if (tree->steps >= tree->steps_max)
		return false;
	tree->steps++;
	return true;
}

/* dwarf_siblingof() follows an attribute, which in a damaged file may point
 * backwards. */
bool die_tree_next(struct die_tree *tree, Dwarf_Die *die)
{
	const void *before = die->addr;

	return die_tree_step(tree) && dwarf_siblingof(die, die) == 0 &&
	       die->addr > before;
}

static void read_children(struct die_tree *tree, struct die_children *children,
			  Dwarf_Die *parent)
{
	Dwarf_Die child;

	if (dwarf_child(parent, &child) != 0)
		return;
	do {
		GROW(children->list, children->capacity, children->count);
		children->list[children->count++] = child.addr;
	} while (die_tree_next(tree, &child));
}

static const struct die_children *children_of(struct die_tree *tree,
					      Dwarf_Die *parent)
{
	struct die_children *children;

	HASH_FIND_PTR(tree->lists, &parent->addr, children);
	if (children)
		return children;
	if (tree->child_count >= CHILDREN_MAX)
		die_tree_forget(tree);
	children = xcalloc(1, sizeof(*children));
	children->parent = parent->addr;
	read_children(tree, children, parent);
	tree->child_count += children->count;
	HASH_ADD_PTR(tree->lists, parent, children);
	return children;
}

/* Makes `die` its child that is, or contains, the entry at `place`. Entries
 * stand in the order of the tree. */
static bool descend(struct die_tree *tree, Dwarf_Die *die, const void *place)
{
	const struct die_children *children = children_of(tree, die);
	size_t low = 0, high = children->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (children->list[middle] <= place)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0)
		return false;
	/* All that libdw needs of an entry in a unit that it knows. */
	*die = (Dwarf_Die){ .addr = children->list[low - 1], .cu = die->cu };
	return true;
}

bool die_tree_parent(struct die_tree *tree, Dwarf_Die *die, Dwarf_Die *parent)
{
	Dwarf_Die at;

	if (!dwarf_diecu(die, &at, NULL, NULL))
		return false;
	while (die_tree_step(tree)) {
		*parent = at;
		if (!descend(tree, &at, die->addr))
			return false;
		if (at.addr == die->addr)
			return true;
	}
	return false;
}

/* SPDX-License-Identifier: MIT */
#include "analyzer/call_tree.h"
#include "analyzer/call_walk.h"
#include "analyzer/memory.h"

#include <stdlib.h>
#include <string.h>

#define LEVELS_MAX 1024

/* Places of one name: a node of the tree to be. */
struct branch {
	struct call_places items;
	struct estimate value, other;
};

struct branches {
	struct branch *list;
	size_t count, capacity;
};

struct builder {
	struct call_tree *tree;
	const struct report *report;
	struct call_walk walk;
	double least;		 /* that a node must have */
	double *values, *others; /* exact: sums over the rows before */
};

static int by_name(const void *left, const void *right)
{
	const struct call_place *a = left, *b = right;

	if (a->name != b->name)
		return a->name < b->name ? -1 : 1;
	return a->low < b->low ? -1 : a->low > b->low;
}

static struct estimate sum_of(const struct builder *b,
			      const struct call_places *items,
			      enum profile_figure figure, const double *before)
{
	const struct profile *profile = b->report->profile;
	struct profile_sum sum = { 0 };
	double exact = 0;

	for (size_t i = 0; i < items->count; i++) {
		const struct call_place *item = &items->list[i];

		if (!profile->sampled)
			exact += before[item->high] - before[item->low];
		for (uint32_t r = item->low; profile->sampled && r < item->high;
		     r++)
			profile_sum_add(&sum, profile, b->walk.rows[r], figure);
	}
	sum.exact = (uint64_t)exact;
	return profile_sum_figure(&sum, profile, figure);
}

static void add_branch(struct builder *b, struct branches *branches,
		       const struct call_place *first, size_t count)
{
	struct branch branch = { .items.count = count,
				 .items.capacity = count };

	branch.items.list = xcalloc(count, sizeof(*first));
	memcpy(branch.items.list, first, count * sizeof(*first));
	branch.value = sum_of(b, &branch.items, b->tree->figure, b->values);
	branch.other = sum_of(b, &branch.items, b->tree->other, b->others);
	GROW(branches->list, branches->capacity, branches->count);
	branches->list[branches->count++] = branch;
}

static int by_value(const void *left, const void *right)
{
	const struct branch *a = left, *b = right;

	if (a->value.value != b->value.value)
		return a->value.value > b->value.value ? -1 : 1;
	if (a->other.value != b->other.value)
		return a->other.value > b->other.value ? -1 : 1;
	return a->items.list->name < b->items.list->name ? -1 : 1;
}

/* Takes `items` apart by name, most first, and lets go of it. */
static struct branches split(struct builder *b, struct call_places *items)
{
	struct branches branches = { 0 };

	if (items->count > 0)
		qsort(items->list, items->count, sizeof(*items->list), by_name);
	for (size_t i = 0, end; i < items->count; i = end) {
		end = i + 1;
		while (end < items->count &&
		       items->list[end].name == items->list[i].name)
			end++;
		add_branch(b, &branches, &items->list[i], end - i);
	}
	free(items->list);
	if (branches.count > 0)
		qsort(branches.list, branches.count, sizeof(*branches.list),
		      by_value);
	return branches;
}

/* Takes what is below the share off the end; it stays as a sum. */
static void cut(struct builder *b, struct branches *branches, size_t node)
{
	struct call_places all = { 0 };

	while (branches->count > 0) {
		struct branch *last = &branches->list[branches->count - 1];

		if (last->value.value > 0 && last->value.value >= b->least)
			break;
		b->tree->nodes[node].cut += last->value.value > 0;
		for (size_t i = 0; i < last->items.count; i++)
			call_places_add(&all, &last->items.list[i]);
		free(last->items.list);
		branches->count--;
	}
	b->tree->nodes[node].cut_value =
		sum_of(b, &all, b->tree->figure, b->values);
	free(all.list);
}

static size_t add_node(struct builder *b, const struct branch *branch,
		       size_t level)
{
	struct call_tree *tree = b->tree;
	uint32_t id = branch->items.list->name;
	const struct call_name *name =
		id == CALL_NO_NAME ? NULL : call_names_of(b->walk.names, id);

	GROW(tree->nodes, tree->capacity, tree->count);
	tree->nodes[tree->count] = (struct call_tree_node){
		.function = name ? name->function : NULL,
		.module = name ? name->module : NULL,
		.level = level,
		.value = branch->value,
		.other = branch->other,
	};
	return tree->count++;
}

/* The node's subtree; lets go of the branch's items. */
static void grow(struct builder *b, struct branch *branch, size_t level)
{
	size_t node = add_node(b, branch, level);
	struct call_places next = { 0 };
	struct branches branches;

	b->walk.recursive = false;
	call_walk_advance(&b->walk, &branch->items, &next);
	free(branch->items.list);
	b->tree->nodes[node].recursive = b->walk.recursive;
	branches = split(b, &next);
	cut(b, &branches, node);
	b->tree->nodes[node].children = branches.count;
	if (level == LEVELS_MAX && branches.count > 0) {
		b->tree->deep = true;
		b->tree->nodes[node].children = 0;
	}
	for (size_t i = 0; i < branches.count; i++) {
		if (level < LEVELS_MAX)
			grow(b, &branches.list[i], level + 1);
		else
			free(branches.list[i].items.list);
	}
	free(branches.list);
}

static double *sums_before(const struct builder *b, enum profile_figure figure)
{
	double *sums = xcalloc(b->walk.row_count + 1, sizeof(*sums));

	for (size_t i = 0; i < b->walk.row_count; i++)
		sums[i + 1] = sums[i] + profile_figure(b->report->profile,
						       b->walk.rows[i], figure)
						.value;
	return sums;
}

static enum profile_figure other_figure(enum profile_figure figure)
{
	switch (figure) {
	case FIGURE_ALLOCATIONS:
		return FIGURE_BYTES_ALLOCATED;
	case FIGURE_AT_PEAK_BYTES:
		return FIGURE_AT_PEAK_BLOCKS;
	case FIGURE_LEAKED_BYTES:
		return FIGURE_LEAKED_BLOCKS;
	case FIGURE_LEAKED_BLOCKS:
		return FIGURE_LEAKED_BYTES;
	default:
		return FIGURE_ALLOCATIONS;
	}
}

void call_tree_init(struct call_tree *tree, const struct report *report)
{
	const struct report_options *o = &report->options;
	struct builder b = { .tree = tree, .report = report };
	struct branch whole = { 0 };

	*tree = (struct call_tree){
		.figure = (enum profile_figure)report_sort_figure(o->sort),
	};
	tree->other = other_figure(tree->figure);
	call_walk_init(&b.walk, report);
	tree->deep = b.walk.deep;
	b.values = sums_before(&b, tree->figure);
	b.others = sums_before(&b, tree->other);
	whole.value = profile_figure(report->profile, &report->profile->total,
				     tree->figure);
	whole.other = profile_figure(report->profile, &report->profile->total,
				     tree->other);
	b.least = whole.value.value * o->min_share;
	call_walk_starts(&b.walk, &whole.items);
	if (whole.items.count > 0)
		grow(&b, &whole, 0);
	call_walk_release(&b.walk);
	free(b.values);
	free(b.others);
}

void call_tree_release(struct call_tree *tree)
{
	free(tree->nodes);
	*tree = (struct call_tree){ 0 };
}

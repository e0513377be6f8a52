/* SPDX-License-Identifier: MIT */
#include "analyzer/call_tree.h"
#include "analyzer/call_names.h"
#include "analyzer/memory.h"

#include <stdlib.h>
#include <string.h>

#define LEVELS_MAX 1024
#define NODES_MAX 2048 /* of a stack; recorded ones have fewer */
#define NO_NAME UINT32_MAX

/* A place in the stacks of rows [low, high), which have it in common. */
struct item {
	uint32_t node; /* of the stack tree */
	uint32_t call; /* of its symbol; call_count: none yet */
	uint32_t low, high;
	uint32_t name;
	bool in_library; /* down: the call before this one was the library's */
};

struct items {
	struct item *list;
	size_t count, capacity;
};

/* Items of one name: a node of the tree to be. */
struct branch {
	struct items items;
	struct estimate value, other;
};

struct branches {
	struct branch *list;
	size_t count, capacity;
};

struct builder {
	struct call_tree *tree;
	const struct report *report;
	const struct stack_node *nodes;
	struct call_names *names;
	bool down, all_frames;
	double least; /* that a node must have */
	const struct site **rows; /* down: in the order of the stack tree */
	size_t row_count;
	double *values, *others; /* exact: sums over the rows before */
	/* Down: a node's place in that order, and how many are in its subtree. */
	uint32_t *place, *size;
	struct items work; /* scratch */
	bool recursive; /* seen since grow() last looked */
};

static void push(struct items *items, const struct item *item)
{
	GROW(items->list, items->capacity, items->count);
	items->list[items->count++] = *item;
}

static const struct symbol *symbol_of(const struct builder *b, uint32_t node)
{
	return symbolizer_resolve(b->report->symbols, b->nodes[node].module,
				  b->nodes[node].address);
}

static const struct call_name *name_at(const struct builder *b,
				       const struct item *item)
{
	const struct symbol *symbol = symbol_of(b, item->node);

	return call_names_get(b->names, symbol, item->call);
}

/* One frame outward; false at the end of the stack. */
static bool step_out(const struct builder *b, struct item *item)
{
	if (item->node >= STACK_FIRST &&
	    item->call + 1 < symbol_of(b, item->node)->call_count) {
		item->call++;
		return true;
	}
	if (item->node >= STACK_FIRST)
		item->node = b->nodes[item->node].parent;
	item->call = 0;
	return item->node >= STACK_FIRST;
}

/* Is the next caller that is not hidden the library's? */
static bool caller_is_library(const struct builder *b, struct item item)
{
	while (step_out(b, &item)) {
		const struct call_name *name = name_at(b, &item);

		if (!name->hidden)
			return name->library;
	}
	return false;
}

/* An inner frame to look at: the outermost call of a node. */
static void push_node(struct builder *b, const struct item *from, uint32_t node,
		      uint32_t low, uint32_t high)
{
	struct item item = *from;

	item.node = node;
	item.call = (uint32_t)symbol_of(b, node)->call_count - 1;
	item.low = low;
	item.high = high;
	push(&b->work, &item);
}

/* The child of `node` that the row's stack goes through. */
static uint32_t child_towards(const struct builder *b, uint32_t node,
			      uint32_t row)
{
	uint32_t at = b->rows[row]->stack;

	while (b->nodes[at].parent != node)
		at = b->nodes[at].parent;
	return at;
}

/* All frames that follow inward, onto b->work. Rows are in the order of the
 * tree: those that end here, then those of each child. */
static void step_in(struct builder *b, const struct item *item)
{
	uint32_t row = item->low;

	if (item->node >= STACK_FIRST && item->call > 0) {
		struct item next = *item;

		next.call--;
		push(&b->work, &next);
		return;
	}
	while (row < item->high && b->rows[row]->stack == item->node)
		row++;
	while (row < item->high) {
		uint32_t child = child_towards(b, item->node, row);
		uint32_t end = b->place[child] + b->size[child];
		uint32_t low = row;

		while (row < item->high &&
		       b->place[b->rows[row]->stack] < end)
			row++;
		push_node(b, item, child, low, row);
	}
}

static void step(struct builder *b, const struct item *item)
{
	struct item next = *item;

	if (b->down)
		step_in(b, item);
	else if (step_out(b, &next))
		push(&b->work, &next);
}

/* Does the frame tell nothing after the one with the name `before`? */
static bool is_skipped(struct builder *b, struct item *item, uint32_t before)
{
	const struct call_name *name = name_at(b, item);
	bool in_library;

	if (name->hidden)
		return true;
	in_library = b->down ? item->in_library :
			       name->library && caller_is_library(b, *item);
	item->in_library = name->library;
	if (name->library && in_library && !b->all_frames)
		return true;
	if (name->id == before) {
		b->recursive = true;
		return true;
	}
	item->name = name->id;
	return false;
}

/* From each item to the next frames that tell something, into `out`. */
static void advance(struct builder *b, const struct items *from,
		    struct items *out)
{
	for (size_t i = 0; i < from->count; i++) {
		uint32_t before = from->list[i].name;

		b->work.count = 0;
		step(b, &from->list[i]);
		while (b->work.count > 0) {
			struct item item = b->work.list[--b->work.count];

			if (is_skipped(b, &item, before))
				step(b, &item);
			else
				push(out, &item);
		}
	}
}

static int by_name(const void *left, const void *right)
{
	const struct item *a = left, *b = right;

	if (a->name != b->name)
		return a->name < b->name ? -1 : 1;
	return a->low < b->low ? -1 : a->low > b->low;
}

static struct estimate sum_of(const struct builder *b,
			      const struct items *items,
			      enum profile_figure figure, const double *before)
{
	const struct profile *profile = b->report->profile;
	struct profile_sum sum = { 0 };
	double exact = 0;

	for (size_t i = 0; i < items->count; i++) {
		const struct item *item = &items->list[i];

		if (!profile->sampled)
			exact += before[item->high] - before[item->low];
		for (uint32_t r = item->low;
		     profile->sampled && r < item->high; r++)
			profile_sum_add(&sum, profile, b->rows[r], figure);
	}
	sum.exact = (uint64_t)exact;
	return profile_sum_figure(&sum, profile, figure);
}

static void add_branch(struct builder *b, struct branches *branches,
		       const struct item *first, size_t count)
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
static struct branches split(struct builder *b, struct items *items)
{
	struct branches branches = { 0 };

	if (items->count > 0)
		qsort(items->list, items->count, sizeof(*items->list),
		      by_name);
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
	struct items all = { 0 };

	while (branches->count > 0) {
		struct branch *last = &branches->list[branches->count - 1];

		if (last->value.value > 0 && last->value.value >= b->least)
			break;
		b->tree->nodes[node].cut += last->value.value > 0;
		for (size_t i = 0; i < last->items.count; i++)
			push(&all, &last->items.list[i]);
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
		id == NO_NAME ? NULL : call_names_of(b->names, id);

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
	struct items next = { 0 };
	struct branches branches;

	b->recursive = false;
	advance(b, &branch->items, &next);
	free(branch->items.list);
	b->tree->nodes[node].recursive = b->recursive;
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

/* Where each node stands if children follow their parent; parents have smaller
 * ids than their children. */
static void place_nodes(struct builder *b, const struct stack_tree *stacks)
{
	uint32_t *next = xcalloc(stacks->count, sizeof(*next));

	b->place = xcalloc(stacks->count, sizeof(*b->place));
	b->size = xcalloc(stacks->count, sizeof(*b->size));
	for (size_t i = stacks->count; i-- > STACK_FIRST;)
		b->size[stacks->nodes[i].parent] += ++b->size[i];
	b->place[STACK_TRUNCATED] = ++b->size[STACK_ROOT];
	b->size[STACK_TRUNCATED]++;
	next[STACK_ROOT] = 1;
	next[STACK_TRUNCATED] = b->place[STACK_TRUNCATED] + 1;
	for (size_t i = STACK_FIRST; i < stacks->count; i++) {
		uint32_t parent = stacks->nodes[i].parent;

		b->place[i] = next[parent];
		next[parent] += b->size[i];
		next[i] = b->place[i] + 1;
	}
	free(next);
}

static int by_place(const void *left, const void *right, void *context)
{
	const struct builder *b = context;
	uint32_t a = b->place[(*(const struct site *const *)left)->stack];
	uint32_t c = b->place[(*(const struct site *const *)right)->stack];

	return a < c ? -1 : a > c;
}

static bool is_shallow(const struct builder *b, uint32_t stack)
{
	size_t nodes = 0;

	for (; stack >= STACK_FIRST && nodes <= NODES_MAX; nodes++)
		stack = b->nodes[stack].parent;
	return nodes <= NODES_MAX;
}

static void take_rows(struct builder *b)
{
	const struct report *report = b->report;

	b->rows = xcalloc(report->row_count + 1, sizeof(*b->rows));
	for (size_t i = 0; i < report->row_count; i++) {
		const struct site *row = report->rows[i];

		if (is_shallow(b, row->stack))
			b->rows[b->row_count++] = row;
		else
			b->tree->deep = true;
	}
	if (!b->down)
		return;
	place_nodes(b, &report->recording->model.stacks);
	qsort_r(b->rows, b->row_count, sizeof(*b->rows), by_place, b);
}

static double *sums_before(const struct builder *b, enum profile_figure figure)
{
	double *sums = xcalloc(b->row_count + 1, sizeof(*sums));

	for (size_t i = 0; i < b->row_count; i++)
		sums[i + 1] = sums[i] + profile_figure(b->report->profile,
						       b->rows[i], figure)
						.value;
	return sums;
}

/* Before the first frame of each stack. */
static struct items starts(const struct builder *b)
{
	struct items items = { 0 };
	struct item item = { .name = NO_NAME };
	uint32_t count = (uint32_t)b->row_count;

	for (uint32_t i = 0; i < count && !b->down; i++) {
		item.node = b->rows[i]->stack;
		item.call = UINT32_MAX; /* the next one is 0 */
		item.low = i;
		item.high = i + 1;
		push(&items, &item);
	}
	if (!b->down)
		return items;
	while (item.high < count &&
	       b->place[b->rows[item.high]->stack] < b->size[STACK_ROOT])
		item.high++;
	item.node = STACK_ROOT;
	push(&items, &item);
	item.node = STACK_TRUNCATED;
	item.low = item.high;
	item.high = count;
	push(&items, &item);
	return items;
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

static void builder_release(struct builder *b)
{
	call_names_free(b->names);
	free(b->rows);
	free(b->values);
	free(b->others);
	free(b->place);
	free(b->size);
	free(b->work.list);
}

void call_tree_init(struct call_tree *tree, const struct report *report)
{
	const struct report_options *o = &report->options;
	struct builder b = {
		.tree = tree,
		.report = report,
		.nodes = report->recording->model.stacks.nodes,
		.down = o->tree == REPORT_TREE_DOWN,
		.all_frames = o->all_frames,
	};
	struct branch whole = { 0 };

	*tree = (struct call_tree){
		.figure = (enum profile_figure)report_sort_figure(o->sort),
	};
	tree->other = other_figure(tree->figure);
	b.names = call_names_new(o->all_frames);
	take_rows(&b);
	b.values = sums_before(&b, tree->figure);
	b.others = sums_before(&b, tree->other);
	whole.value = profile_figure(report->profile, &report->profile->total,
				     tree->figure);
	whole.other = profile_figure(report->profile, &report->profile->total,
				     tree->other);
	b.least = whole.value.value * o->min_share;
	whole.items = starts(&b);
	if (whole.items.count > 0)
		grow(&b, &whole, 0);
	builder_release(&b);
}

void call_tree_release(struct call_tree *tree)
{
	free(tree->nodes);
	*tree = (struct call_tree){ 0 };
}

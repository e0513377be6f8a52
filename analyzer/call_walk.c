/* SPDX-License-Identifier: MIT */
#include "analyzer/call_walk.h"
#include "analyzer/memory.h"

#include <stdlib.h>

#define NODES_MAX 2048 /* of a stack; recorded ones have fewer */

void call_places_add(struct call_places *items, const struct call_place *item)
{
	GROW(items->list, items->capacity, items->count);
	items->list[items->count++] = *item;
}

static const struct symbol *symbol_of(const struct call_walk *w, uint32_t node)
{
	return symbolizer_resolve(w->report->symbols, w->nodes[node].module,
				  w->nodes[node].address);
}

static const struct call_name *name_at(const struct call_walk *w,
				       const struct call_place *item)
{
	const struct symbol *symbol = symbol_of(w, item->node);

	return call_names_get(w->names, symbol, item->call);
}

/* One frame outward; false at the end of the stack. */
static bool step_out(const struct call_walk *w, struct call_place *item)
{
	if (item->node >= STACK_FIRST &&
	    item->call + 1 < symbol_of(w, item->node)->call_count) {
		item->call++;
		return true;
	}
	if (item->node >= STACK_FIRST)
		item->node = w->nodes[item->node].parent;
	item->call = 0;
	return item->node >= STACK_FIRST;
}

/* Is the next caller that is not hidden the library's? */
static bool caller_is_library(const struct call_walk *w, struct call_place item)
{
	while (step_out(w, &item)) {
		const struct call_name *name = name_at(w, &item);

		if (!name->hidden)
			return name->library;
	}
	return false;
}

/* An inner frame to look at: the outermost call of a node. */
static void push_node(struct call_walk *w, const struct call_place *from,
		      uint32_t node, uint32_t low, uint32_t high)
{
	struct call_place item = *from;

	item.node = node;
	item.call = (uint32_t)symbol_of(w, node)->call_count - 1;
	item.low = low;
	item.high = high;
	call_places_add(&w->work, &item);
}

/* The child of `node` that the row's stack goes through. */
static uint32_t child_towards(const struct call_walk *w, uint32_t node,
			      uint32_t row)
{
	uint32_t at = w->rows[row]->stack;

	while (w->nodes[at].parent != node)
		at = w->nodes[at].parent;
	return at;
}

/* All frames that follow inward, onto w->work. Rows are in the order of the
 * tree: those that end here, then those of each child. */
static void step_in(struct call_walk *w, const struct call_place *item)
{
	uint32_t row = item->low;

	if (item->node >= STACK_FIRST && item->call > 0) {
		struct call_place next = *item;

		next.call--;
		call_places_add(&w->work, &next);
		return;
	}
	while (row < item->high && w->rows[row]->stack == item->node)
		row++;
	while (row < item->high) {
		uint32_t child = child_towards(w, item->node, row);
		uint32_t end = w->order[child] + w->size[child];
		uint32_t low = row;

		while (row < item->high && w->order[w->rows[row]->stack] < end)
			row++;
		push_node(w, item, child, low, row);
	}
}

static void step(struct call_walk *w, const struct call_place *item)
{
	struct call_place next = *item;

	if (w->inward)
		step_in(w, item);
	else if (step_out(w, &next))
		call_places_add(&w->work, &next);
}

/* Does the frame tell nothing after the one with the name `before`? */
static bool is_skipped(struct call_walk *w, struct call_place *item,
		       uint32_t before)
{
	const struct call_name *name = name_at(w, item);
	bool in_library;

	if (name->hidden)
		return true;
	in_library = w->inward ? item->in_library
			       : name->library && caller_is_library(w, *item);
	item->in_library = name->library;
	if (name->library && in_library && !w->report->options.all_frames)
		return true;
	if (name->id == before) {
		w->recursive = true;
		return true;
	}
	item->name = name->id;
	return false;
}

void call_walk_advance(struct call_walk *w, const struct call_places *from,
		       struct call_places *out)
{
	for (size_t i = 0; i < from->count; i++) {
		uint32_t before = from->list[i].name;

		w->work.count = 0;
		step(w, &from->list[i]);
		while (w->work.count > 0) {
			struct call_place item = w->work.list[--w->work.count];

			if (is_skipped(w, &item, before))
				step(w, &item);
			else
				call_places_add(out, &item);
		}
	}
}

/* Where each node stands if children follow their parent; parents have smaller
 * ids than their children. */
static void place_nodes(struct call_walk *w, const struct stack_tree *stacks)
{
	uint32_t *next = xcalloc(stacks->count, sizeof(*next));

	w->order = xcalloc(stacks->count, sizeof(*w->order));
	w->size = xcalloc(stacks->count, sizeof(*w->size));
	for (size_t i = stacks->count; i-- > STACK_FIRST;)
		w->size[stacks->nodes[i].parent] += ++w->size[i];
	w->order[STACK_TRUNCATED] = ++w->size[STACK_ROOT];
	w->size[STACK_TRUNCATED]++;
	next[STACK_ROOT] = 1;
	next[STACK_TRUNCATED] = w->order[STACK_TRUNCATED] + 1;
	for (size_t i = STACK_FIRST; i < stacks->count; i++) {
		uint32_t parent = stacks->nodes[i].parent;

		w->order[i] = next[parent];
		next[parent] += w->size[i];
		next[i] = w->order[i] + 1;
	}
	free(next);
}

static int by_place(const void *left, const void *right, void *context)
{
	const struct call_walk *w = context;
	uint32_t a = w->order[(*(const struct site *const *)left)->stack];
	uint32_t c = w->order[(*(const struct site *const *)right)->stack];

	return a < c ? -1 : a > c;
}

static bool is_shallow(const struct call_walk *w, uint32_t stack)
{
	size_t nodes = 0;

	for (; stack >= STACK_FIRST && nodes <= NODES_MAX; nodes++)
		stack = w->nodes[stack].parent;
	return nodes <= NODES_MAX;
}

static void take_rows(struct call_walk *w)
{
	const struct report *report = w->report;

	w->rows = xcalloc(report->row_count + 1, sizeof(*w->rows));
	for (size_t i = 0; i < report->row_count; i++) {
		const struct site *row = report->rows[i];

		if (is_shallow(w, row->stack))
			w->rows[w->row_count++] = row;
		else
			w->deep = true;
	}
	if (!w->inward)
		return;
	place_nodes(w, &report->recording->model.stacks);
	qsort_r(w->rows, w->row_count, sizeof(*w->rows), by_place, w);
}

void call_walk_starts(const struct call_walk *w, struct call_places *starts)
{
	struct call_place item = { .name = CALL_NO_NAME };
	uint32_t count = (uint32_t)w->row_count;

	for (uint32_t i = 0; i < count && !w->inward; i++) {
		item.node = w->rows[i]->stack;
		item.call = UINT32_MAX; /* the next one is 0 */
		item.low = i;
		item.high = i + 1;
		call_places_add(starts, &item);
	}
	if (!w->inward)
		return;
	while (item.high < count &&
	       w->order[w->rows[item.high]->stack] < w->size[STACK_ROOT])
		item.high++;
	item.node = STACK_ROOT;
	call_places_add(starts, &item);
	item.node = STACK_TRUNCATED;
	item.low = item.high;
	item.high = count;
	call_places_add(starts, &item);
}

void call_walk_init(struct call_walk *w, const struct report *report)
{
	*w = (struct call_walk){
		.report = report,
		.names = call_names_new(report->options.all_frames),
		.inward = report->options.tree == REPORT_TREE_DOWN,
		.nodes = report->recording->model.stacks.nodes,
	};
	take_rows(w);
}

void call_walk_release(struct call_walk *w)
{
	call_names_free(w->names);
	free(w->rows);
	free(w->order);
	free(w->size);
	free(w->work.list);
}

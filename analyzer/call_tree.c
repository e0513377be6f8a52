/* SPDX-License-Identifier: MIT */
#include "analyzer/call_tree.h"
#include "analyzer/call_walk.h"
#include "analyzer/memory.h"
#include "analyzer/whole.h"

#include <math.h>
#include <stdlib.h>

#define LEVELS_MAX 1024
#define NODE_COST 12 /* see frame_budget_add() */

/* Places of one name: a node of the tree to be. */
struct branch {
	const struct call_place *places;
	size_t count, level;
	struct estimate value, other;
};

struct branches {
	struct branch *list;
	size_t count, capacity;
};

/* One of the two figures of a node. */
struct metric {
	enum profile_blocks blocks;
	bool bytes;	  /* of these blocks, not their number */
	uint64_t *before; /* exact: sums over the rows before each */
};

struct call_tree_state {
	const struct report *report;
	struct call_walk walk;
	struct metric value, other;
	double least; /* that a node must have */
	struct frame_budget nodes; /* still to have children */
	/* Whose turn is to come, the next one last. Their places stand in the
	 * same order, so that a turn takes both off the end. */
	struct branches pending;
	struct call_places places;
	/* Of the node at hand: its places, where they lead, its children. */
	struct call_places from, next;
	struct branches found;
};

static int by_name(const void *left, const void *right)
{
	const struct call_place *a = left, *b = right;

	if (a->name != b->name)
		return a->name < b->name ? -1 : 1;
	return a->low < b->low ? -1 : a->low > b->low;
}

/* What the stacks at the branch's places have: added to the tally. */
static void add_places(const struct call_tree_state *s,
		       const struct branch *branch,
		       const struct metric *metric, struct tally *tally)
{
	const struct profile *profile = s->report->profile;
	uint64_t exact = 0;

	for (size_t i = 0; i < branch->count; i++) {
		const struct call_place *place = &branch->places[i];

		if (!profile->sampled)
			exact += metric->before[place->high] -
				 metric->before[place->low];
		for (uint32_t r = place->low;
		     profile->sampled && r < place->high; r++)
			profile_tally(profile, s->walk.rows[r], metric->blocks,
				      tally);
	}
	*(metric->bytes ? &tally->bytes : &tally->count) += exact;
}

static struct estimate figure_of(const struct call_tree_state *s,
				 const struct metric *metric,
				 const struct tally *tally)
{
	double interval = profile_interval_bytes(s->report->profile);

	return metric->bytes ? tally_bytes(tally, interval)
			     : tally_count(tally, interval);
}

static struct estimate sum_of(const struct call_tree_state *s,
			      const struct branch *branch,
			      const struct metric *metric)
{
	struct tally tally = { 0 };

	add_places(s, branch, metric, &tally);
	return figure_of(s, metric, &tally);
}

static int by_value(const void *left, const void *right)
{
	const struct branch *a = left, *b = right;

	if (a->value.value != b->value.value)
		return a->value.value > b->value.value ? -1 : 1;
	if (a->other.value != b->other.value)
		return a->other.value > b->other.value ? -1 : 1;
	return a->places->name < b->places->name ? -1 : 1;
}

/* Takes s->next apart by name into s->found, most first. */
static void split(struct call_tree_state *s, size_t level)
{
	struct call_place *places = s->next.list;
	size_t count = s->next.count;

	s->found.count = 0;
	if (count > 1)
		qsort(places, count, sizeof(*places), by_name);
	for (size_t i = 0, end; i < count; i = end) {
		struct branch branch = { .places = &places[i], .level = level };

		for (end = i + 1; end < count; end++)
			if (places[end].name != places[i].name)
				break;
		branch.count = end - i;
		branch.value = sum_of(s, &branch, &s->value);
		branch.other = sum_of(s, &branch, &s->other);
		GROW(s->found.list, s->found.capacity, s->found.count);
		s->found.list[s->found.count++] = branch;
	}
	if (s->found.count > 1)
		qsort(s->found.list, s->found.count, sizeof(*s->found.list),
		      by_value);
}

/* Takes what has less off the end; it stays as a sum. */
static void cut(struct call_tree_state *s, struct call_tree_node *node,
		double least)
{
	struct tally all = { 0 };

	while (s->found.count > 0) {
		struct branch *last = &s->found.list[s->found.count - 1];

		if (last->value.value > 0 && last->value.value >= least)
			break;
		node->cut += last->value.value > 0;
		add_places(s, last, &s->value, &all);
		s->found.count--;
	}
	node->cut_value = figure_of(s, &s->value, &all);
}

/* The branch's turn comes before that of all others. */
static void push(struct call_tree_state *s, const struct branch *branch)
{
	GROW(s->pending.list, s->pending.capacity, s->pending.count);
	s->pending.list[s->pending.count++] = *branch;
	for (size_t i = 0; i < branch->count; i++)
		call_places_add(&s->places, &branch->places[i]);
}

/* Takes it back into s->from. */
static struct branch pop(struct call_tree_state *s)
{
	struct branch branch = s->pending.list[--s->pending.count];

	s->places.count -= branch.count;
	s->from.count = 0;
	for (size_t i = 0; i < branch.count; i++)
		call_places_add(&s->from, &s->places.list[s->places.count + i]);
	branch.places = s->from.list;
	return branch;
}

static void set_name(const struct call_tree_state *s,
		     struct call_tree_node *node)
{
	const struct call_name *name;

	if (node->name == CALL_NO_NAME)
		return;
	name = call_names_of(s->walk.names, node->name);
	node->function = name->function;
	node->module = name->module;
}

bool call_tree_next(struct call_tree *tree, struct call_tree_node *node)
{
	struct call_tree_state *s = tree->state;
	struct branch branch;

	if (s->pending.count == 0)
		return false;
	branch = pop(s);
	*node = (struct call_tree_node){
		.name = branch.places->name,
		.level = branch.level,
		.value = branch.value,
		.other = branch.other,
	};
	set_name(s, node);
	s->walk.recursive = false;
	s->next.count = 0;
	call_walk_advance(&s->walk, &s->from, &s->next);
	node->recursive = s->walk.recursive;
	split(s, branch.level + 1);
	if (s->found.count > 0 && (branch.level == LEVELS_MAX ||
				   !frame_budget_take(&s->nodes, 1))) {
		tree->deep = true;
		cut(s, node, INFINITY);
	} else {
		cut(s, node, s->least);
	}
	node->children = s->found.count;
	for (size_t i = s->found.count; i-- > 0;)
		push(s, &s->found.list[i]);
	return true;
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

static void metric_init(struct metric *metric, const struct call_tree_state *s,
			enum profile_figure figure)
{
	static const struct metric metrics[] = {
		[FIGURE_ALLOCATIONS] = { PROFILE_ALLOCATED, false, NULL },
		[FIGURE_BYTES_ALLOCATED] = { PROFILE_ALLOCATED, true, NULL },
		[FIGURE_TEMPORARY] = { PROFILE_TEMPORARY, false, NULL },
		[FIGURE_LEAKED_BLOCKS] = { PROFILE_LEAKED, false, NULL },
		[FIGURE_LEAKED_BYTES] = { PROFILE_LEAKED, true, NULL },
		[FIGURE_AT_PEAK_BLOCKS] = { PROFILE_AT_PEAK, false, NULL },
		[FIGURE_AT_PEAK_BYTES] = { PROFILE_AT_PEAK, true, NULL },
	};
	const struct profile *profile = s->report->profile;
	const struct call_walk *walk = &s->walk;

	*metric = metrics[figure];
	if (profile->sampled)
		return;
	metric->before = xcalloc(walk->row_count + 1, sizeof(uint64_t));
	for (size_t i = 0; i < walk->row_count; i++) {
		struct estimate e =
			profile_figure(profile, walk->rows[i], figure);

		metric->before[i + 1] = metric->before[i] + whole_of(e.value);
	}
}

void call_tree_init(struct call_tree *tree, const struct report *report)
{
	const struct profile *profile = report->profile;
	struct call_tree_state *s = xcalloc(1, sizeof(*s));
	struct call_places starts = { 0 };
	struct branch whole = { 0 };

	*tree = (struct call_tree){ .state = s };
	tree->figure = (enum profile_figure)
		report_sort_figure(report->options.sort);
	tree->other = other_figure(tree->figure);
	tree->whole = profile_figure(profile, &profile->total, tree->figure);
	s->report = report;
	s->least = tree->whole.value * report->options.min_share;
	frame_budget_add(&s->nodes, report->recording->payload_bytes,
			 NODE_COST);
	call_walk_init(&s->walk, report);
	tree->deep = s->walk.deep;
	metric_init(&s->value, s, tree->figure);
	metric_init(&s->other, s, tree->other);
	call_walk_starts(&s->walk, &starts);
	whole.places = starts.list;
	whole.count = starts.count;
	whole.value = tree->whole;
	whole.other = profile_figure(profile, &profile->total, tree->other);
	if (whole.count > 0)
		push(s, &whole);
	free(starts.list);
}

void call_tree_release(struct call_tree *tree)
{
	struct call_tree_state *s = tree->state;

	if (!s)
		return;
	call_walk_release(&s->walk);
	free(s->value.before);
	free(s->other.before);
	free(s->pending.list);
	free(s->places.list);
	free(s->from.list);
	free(s->next.list);
	free(s->found.list);
	free(s);
	*tree = (struct call_tree){ 0 };
}

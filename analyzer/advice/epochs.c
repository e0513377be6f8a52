/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/epochs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/advice/proportion.h"
#include "analyzer/memory.h"

#define EMPTIED_LEAST 4	  /* times, for a stack to count as cyclic */
#define FUNCTIONS_LEAST 16
#define FUNCTIONS_MOST 4096
#define STATES_MAX (1u << 20) /* functions in threads: 40 MiB */
#define OF_ROW_MAX 32	  /* functions above a stack */
#define LOOK_AT 0.25	  /* of a function's calls: is there an epoch? */
#define NONE UINT32_MAX

/* A function in one thread. Once none is live, the epoch that has ended; it may
 * yet go on. */
struct epoch_lane {
	uint64_t live_bytes, peak_bytes, total_bytes;
	uint32_t live, objects;
	uint32_t next; /* the number of the block that would go on with it */
	bool grows;    /* a realloc of the last one has begun */
};

/* Of the nodes of the stack tree, with all that is under them. */
struct subtree {
	double calls, bytes, escaped_calls, escaped_bytes;
	uint32_t branches; /* children with cyclic stacks, and stacks here */
	bool meets; /* stacks and those of their frees part here */
	uint32_t function; /* of epochs->functions, or NONE */
};

bool epochs_is_cyclic(const struct census_row *row)
{
	return row->emptied >= EMPTIED_LEAST && row->live == 0;
}

/* The innermost call that the stack has in common with most of its frees. */
static uint32_t meeting_point(const struct signal_pass *pass,
			      const struct census_row *row)
{
	const struct stack_node *nodes = pass->recording->model.stacks.nodes;
	uint32_t node = row->stack, best = 0;

	for (uint32_t i = 1; i < CENSUS_SHARED - 1; i++)
		if (row->shared[i] > row->shared[best])
			best = i;
	if (row->shared[best] == 0)
		return STACK_ROOT;
	while (best-- > 0 && node >= STACK_FIRST)
		node = nodes[node].parent;
	return node;
}

static struct subtree *sum_up(const struct signal_pass *pass)
{
	const struct stack_tree *stacks = &pass->recording->model.stacks;
	struct subtree *trees = xcalloc(stacks->count + 1, sizeof(*trees));

	for (size_t i = 0; i < pass->census->count; i++) {
		const struct census_row *row = &pass->census->rows[i];
		struct subtree *tree = &trees[row->stack];

		if (epochs_is_cyclic(row)) {
			tree->calls += row->calls;
			tree->bytes += row->bytes;
			tree->branches++;
			trees[meeting_point(pass, row)].meets = true;
		} else {
			tree->escaped_calls += row->calls;
			tree->escaped_bytes += row->bytes;
		}
	}
	for (size_t i = stacks->count; i-- > STACK_FIRST;) {
		struct subtree *tree = &trees[i];
		struct subtree *parent = &trees[stacks->nodes[i].parent];

		tree->function = NONE;
		parent->calls += tree->calls;
		parent->bytes += tree->bytes;
		parent->escaped_calls += tree->escaped_calls;
		parent->escaped_bytes += tree->escaped_bytes;
		parent->branches += tree->calls > 0;
	}
	return trees;
}

/* Only where ways part: a call that leads to one other has the same blocks. */
static bool is_eligible(const struct signal_pass *pass,
			const struct subtree *tree)
{
	const double *t = pass->thresholds->values;

	return (tree->branches > 1 || tree->meets) && tree->calls >= t[THRESHOLD_MIN_CALLS] &&
	       tree->bytes >= t[THRESHOLD_ARENA_FREED] *
				      (tree->bytes + tree->escaped_bytes);
}

static int by_calls(const void *left, const void *right)
{
	const struct epoch_function *a = left, *b = right;

	if (a->calls != b->calls)
		return a->calls > b->calls ? -1 : 1;
	return a->node < b->node ? -1 : a->node > b->node;
}

static size_t function_limit(const struct epochs *epochs)
{
	size_t limit = STATES_MAX / (epochs->lane_count + 1);

	if (limit > FUNCTIONS_MOST)
		return FUNCTIONS_MOST;
	return limit < FUNCTIONS_LEAST ? FUNCTIONS_LEAST : limit;
}

static void add_functions(struct epochs *epochs, struct subtree *trees)
{
	const struct signal_pass *pass = epochs->pass;
	size_t nodes = pass->recording->model.stacks.count;

	for (uint32_t i = STACK_FIRST; i < nodes; i++) {
		if (!is_eligible(pass, &trees[i]))
			continue;
		GROW(epochs->functions, epochs->capacity, epochs->count);
		epochs->functions[epochs->count++] = (struct epoch_function){
			.node = i,
			.calls = trees[i].calls,
			.bytes = trees[i].bytes,
			.escaped_calls = trees[i].escaped_calls,
			.escaped_bytes = trees[i].escaped_bytes,
		};
	}
	if (epochs->count > 0)
		qsort(epochs->functions, epochs->count,
		      sizeof(*epochs->functions), by_calls);
	if (epochs->count > function_limit(epochs))
		epochs->count = function_limit(epochs);
	for (uint32_t i = 0; i < epochs->count; i++)
		trees[epochs->functions[i].node].function = i;
}

/* Those above a stack, the outermost last; beyond the limit they are left
 * out. */
static void list_functions(struct epochs *epochs, const struct subtree *trees,
			   uint32_t row)
{
	const struct stack_node *nodes =
		epochs->pass->recording->model.stacks.nodes;
	uint32_t list[OF_ROW_MAX + 1], count = 0;
	uint32_t node = epochs->pass->census->rows[row].stack;

	for (; node >= STACK_FIRST && count < OF_ROW_MAX;
	     node = nodes[node].parent)
		if (trees[node].function != NONE)
			list[count++] = trees[node].function;
	if (count == 0)
		return;
	list[count++] = NONE;
	epochs->of_row[row] = xcalloc(count, sizeof(uint32_t));
	memcpy(epochs->of_row[row], list, count * sizeof(uint32_t));
}

/*
 * Who frees a stack's blocks: under a call above it, or elsewhere. Between two
 * calls of a function nothing may be left of it, too, though its caller frees.
 */
static void add_frees(struct epochs *epochs, uint32_t index)
{
	const struct census *census = epochs->pass->census;
	const struct census_row *row = &census->rows[index];
	const uint32_t last = CENSUS_SHARED - 1; /* that many, or more */

	for (uint32_t *f = epochs->of_row[index]; f && *f != NONE; f++) {
		struct epoch_function *function = &epochs->functions[*f];
		uint32_t above = census->depth[row->stack] -
				 census->depth[function->node];

		function->free_stacks += row->shared_none;
		for (uint32_t i = 0; i < last; i++) {
			function->free_stacks += row->shared[i];
			function->free_under += i <= above ? row->shared[i] : 0;
		}
		if (above < last) /* else they may be either */
			function->free_stacks += row->shared[last];
	}
}

/* Too few are freed under the same call: no region, whatever else is seen. */
static void drop_unfit(struct epochs *epochs)
{
	double least = epochs->pass->thresholds->values[THRESHOLD_ARENA_SAME];

	for (size_t i = 0; i < epochs->count; i++) {
		struct epoch_function *f = &epochs->functions[i];

		f->dropped = proportion_low(f->free_under, f->free_stacks) <
			     least;
	}
}

void epochs_init(struct epochs *epochs, const struct signal_pass *pass)
{
	struct subtree *trees;

	*epochs = (struct epochs){
		.pass = pass,
		.row_count = pass->census->count,
		.lane_count = pass->recording->lane_count,
		.objects_least =
			pass->thresholds->values[THRESHOLD_ARENA_OBJECTS],
	};
	epochs->of_row = xcalloc(epochs->row_count + 1, sizeof(uint32_t *));
	if (pass->sampled)
		return;
	trees = sum_up(pass);
	add_functions(epochs, trees);
	for (uint32_t i = 0; i < epochs->row_count; i++) {
		if (epochs_is_cyclic(&pass->census->rows[i]))
			list_functions(epochs, trees, i);
		add_frees(epochs, i);
	}
	free(trees);
	drop_unfit(epochs);
	epochs->lane_room = epochs->lane_count * epochs->count;
	epochs->lanes = xcalloc(epochs->lane_room + 1, sizeof(*epochs->lanes));
}

void epochs_release(struct epochs *epochs)
{
	for (size_t i = 0; epochs->of_row && i < epochs->row_count; i++)
		free(epochs->of_row[i]);
	free(epochs->of_row);
	free(epochs->functions);
	free(epochs->lanes);
	*epochs = (struct epochs){ 0 };
}

static struct epoch_lane *lane_of(struct epochs *epochs, uint32_t function,
				  uint32_t lane)
{
	return &epochs->lanes[(size_t)function * epochs->lane_count + lane];
}

/* Takes a function out of a stack's list. */
static void leave_out(uint32_t *f)
{
	do
		f[0] = f[1];
	while (*f++ != NONE);
}

/* Adds what the lane holds to the function, or with -1 takes it back. */
static void count_epoch(struct epoch_function *function,
			const struct epoch_lane *lane, double sign)
{
	function->epochs += sign;
	function->objects += sign * lane->objects;
	function->total_bytes += sign * (double)lane->total_bytes;
	function->peak_bytes += sign * (double)lane->peak_bytes;
	/* goes on, so it will be no less */
	function->largest_bytes = fmax(function->largest_bytes,
				       (double)lane->peak_bytes);
}

/* While a realloc moves the last block of an epoch, that has not ended. */
static void begin_or_go_on(struct epoch_function *function,
			   struct epoch_lane *lane, const struct signal_step *s)
{
	if (lane->grows && lane->next == s->step->block->sequence &&
	    s->step->event->kind == EVENT_REALLOC_NEW) {
		count_epoch(function, lane, -1);
		lane->grows = false;
	} else {
		*lane = (struct epoch_lane){ 0 };
	}
}

static void add_block(struct epoch_lane *lane, uint64_t size)
{
	lane->live++;
	lane->objects++;
	lane->live_bytes += size;
	lane->total_bytes += size;
	if (lane->live_bytes > lane->peak_bytes)
		lane->peak_bytes = lane->live_bytes;
}

/* It made no epoch so far; or so many that they cannot have enough blocks, with
 * all the calls there are. Of those, one a thread may yet go on. */
static bool is_hopeless(const struct epochs *epochs,
			const struct epoch_function *function)
{
	double least = function->epochs - (double)epochs->lane_count;

	return function->epochs == 0 ?
		       function->seen > LOOK_AT * function->calls :
		       least * epochs->objects_least > function->calls;
}

static void allocated(void *context, const struct signal_step *s)
{
	struct epochs *epochs = context;
	uint32_t *f = epochs->of_row[s->row];

	while (f && *f != NONE) {
		struct epoch_function *function = &epochs->functions[*f];
		struct epoch_lane *lane = lane_of(epochs, *f, s->step->lane);

		if (function->dropped) {
			leave_out(f);
			continue;
		}
		function->seen++;
		function->dropped = is_hopeless(epochs, function);
		if (lane->live == 0)
			begin_or_go_on(function, lane, s);
		add_block(lane, s->step->block->size);
		f++;
	}
}

static void released(void *context, const struct signal_step *s)
{
	struct epochs *epochs = context;
	const struct live_block *block = s->step->block;

	for (const uint32_t *f = epochs->of_row[s->row]; f && *f != NONE; f++) {
		struct epoch_function *function = &epochs->functions[*f];
		struct epoch_lane *lane = lane_of(epochs, *f, block->lane);

		if (function->dropped)
			continue;
		if (s->youngest != YOUNGEST_UNKNOWN) {
			function->lifo_known++;
			function->lifo += s->youngest == YOUNGEST_YES;
		}
		lane->live_bytes -= block->size;
		if (lane->live == 0 || --lane->live > 0)
			continue;
		count_epoch(function, lane, 1);
		lane->grows = s->step->end == REPLAY_REALLOCATED &&
			      block->lane == s->step->lane;
		lane->next = epochs->pass->sequences[block->lane] + 1;
	}
}

/* Its epoch may have ended with the release that did not happen. */
static void restored(void *context, const struct signal_step *s)
{
	struct epochs *epochs = context;
	const struct live_block *block = s->step->block;

	for (const uint32_t *f = epochs->of_row[s->row]; f && *f != NONE; f++) {
		struct epoch_function *function = &epochs->functions[*f];
		struct epoch_lane *lane = lane_of(epochs, *f, block->lane);

		function->lifo_known -= s->youngest != YOUNGEST_UNKNOWN;
		function->lifo -= s->youngest == YOUNGEST_YES;
		if (lane->live == 0 && lane->objects > 0)
			count_epoch(function, lane, -1);
		lane->grows = false;
		lane->live++;
		lane->live_bytes += block->size;
	}
}

struct signal_part epochs_part(struct epochs *epochs)
{
	return (struct signal_part){ epochs, allocated, released, restored };
}

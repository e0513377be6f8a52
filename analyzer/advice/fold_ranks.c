/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/fold_ranks.h"

#include <stdlib.h>

#include "analyzer/memory.h"

static int by_caller(const void *left, const void *right)
{
	const struct ranked_row *a = left, *b = right;

	if (a->caller != b->caller)
		return a->caller < b->caller ? -1 : 1;
	return a->row < b->row ? -1 : a->row > b->row;
}

bool fold_rank_row(const struct fold *fold, struct ranked_row *ranked)
{
	struct fold_place place = fold->places[ranked->row], caller;
	const struct symbol *symbol = fold_places_symbol(&fold->state->ways, &place);

	if (!symbol)
		return false;
	caller = fold_places_caller(&fold->state->ways, place);
	ranked->function = fold_places_name(&fold->state->ways, &place);
	ranked->caller = 0;
	symbol = fold_places_symbol(&fold->state->ways, &caller);
	if (!symbol)
		return true;
	ranked->caller = fold_mix(symbol->address, caller.call + 1);
	ranked->caller_function = fold_places_name(&fold->state->ways,
						   &caller);
	return true;
}

static int by_function(const void *left, const void *right)
{
	const struct ranked_row *a = left, *b = right;

	if (a->function != b->function)
		return a->function < b->function ? -1 : 1;
	return by_caller(left, right);
}

void fold_rank_sort(struct ranked_row *rows, size_t count)
{
	qsort(rows, count, sizeof(*rows), by_function);
}

/* A row as it was ranked last, and where it stood then. */
struct fold_rank_kept {
	struct ranked_row ranked;
	struct fold_place place;
	bool there, in_stack;
};

void fold_ranks_init(struct fold_ranks *ranks, const struct fold *fold)
{
	size_t rows = fold->state->census->count + 1;

	*ranks = (struct fold_ranks){
		.rows = xcalloc(rows, sizeof(*ranks->rows)),
		.kept = xcalloc(rows, sizeof(*ranks->kept)),
	};
}

void fold_ranks_release(struct fold_ranks *ranks)
{
	free(ranks->rows);
	free(ranks->kept);
	free(ranks->changed);
	*ranks = (struct fold_ranks){ 0 };
}

static void note_change(struct fold_ranks *ranks,
			const struct fold_rank_kept *kept)
{
	size_t count = ranks->function_count;

	if (!kept->in_stack)
		return;
	while (count <= kept->ranked.function)
		count = count * 2 + 256;
	ranks->changed = xreallocarray(ranks->changed, count, sizeof(bool));
	for (; ranks->function_count < count; ranks->function_count++)
		ranks->changed[ranks->function_count] = false;
	ranks->changed[kept->ranked.function] = true;
}

static void rank_again(struct fold_ranks *ranks, const struct fold *fold,
		       uint32_t row)
{
	struct fold_rank_kept *kept = &ranks->kept[row];
	const struct fold_place *place = &fold->places[row];

	if (kept->there && kept->place.node == place->node &&
	    kept->place.call == place->call)
		return;
	note_change(ranks, kept);
	kept->ranked.row = row;
	kept->place = *place;
	kept->there = true;
	kept->in_stack = fold_rank_row(fold, &kept->ranked);
	note_change(ranks, kept);
}

/* Into their functions' places: these have numbers from 0 on, and most of them
 * few rows. */
static void sort_all(struct fold_ranks *ranks, size_t rows)
{
	size_t functions = ranks->function_count;
	size_t *ends = xcalloc(functions + 1, sizeof(*ends));

	for (size_t i = 0; i < rows; i++)
		if (ranks->kept[i].in_stack)
			ends[ranks->kept[i].ranked.function + 1]++;
	for (size_t i = 0; i < functions; i++)
		ends[i + 1] += ends[i];
	ranks->count = ends[functions];
	for (size_t i = 0; i < rows; i++)
		if (ranks->kept[i].in_stack)
			ranks->rows[ends[ranks->kept[i].ranked.function]++] =
				ranks->kept[i].ranked;
	for (size_t i = 0, first = 0; i < functions; first = ends[i++])
		if (ranks->changed[i] && ends[i] - first > 1)
			qsort(ranks->rows + first, ends[i] - first,
			      sizeof(*ranks->rows), by_caller);
	free(ends);
}

void fold_ranks_update(struct fold_ranks *ranks, const struct fold *fold)
{
	size_t rows = fold->state->census->count;

	for (size_t i = 0; i < ranks->function_count; i++)
		ranks->changed[i] = false;
	for (uint32_t i = 0; i < rows; i++)
		rank_again(ranks, fold, i);
	sort_all(ranks, rows);
}

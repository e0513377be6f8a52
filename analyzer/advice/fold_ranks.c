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

/* Into their functions' places: these have numbers from 0 on, and most of them
 * few rows. */
static void sort_all(struct ranked_row *rows, size_t count)
{
	struct ranked_row *from = xcalloc(count + 1, sizeof(*from));
	size_t *ends, functions = 1;

	for (size_t i = 0; i < count; i++) {
		from[i] = rows[i];
		if (rows[i].function >= functions)
			functions = (size_t)rows[i].function + 1;
	}
	ends = xcalloc(functions + 1, sizeof(*ends));
	for (size_t i = 0; i < count; i++)
		ends[from[i].function + 1]++;
	for (size_t i = 0; i < functions; i++)
		ends[i + 1] += ends[i];
	for (size_t i = 0; i < count; i++)
		rows[ends[from[i].function]++] = from[i];
	for (size_t i = 0, first = 0; i < functions; first = ends[i++])
		if (ends[i] - first > 1)
			qsort(rows + first, ends[i] - first, sizeof(*rows),
			      by_caller);
	free(ends);
	free(from);
}

size_t fold_rank_all(const struct fold *fold, struct ranked_row *ranked)
{
	size_t count = 0;

	for (uint32_t i = 0; i < fold->state->census->count; i++) {
		ranked[count].row = i;
		count += fold_rank_row(fold, &ranked[count]);
	}
	sort_all(ranked, count);
	return count;
}

/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/region_tree.h"

#include <stdlib.h>

#include "analyzer/memory.h"

uint32_t *region_map(const struct epochs *epochs, const bool *only)
{
	const struct stack_tree *stacks =
		&epochs->pass->recording->model.stacks;
	uint32_t *map = xcalloc(stacks->count + 1, sizeof(*map));

	for (uint32_t i = 0; i < epochs->count; i++)
		if (!only || only[i])
			map[epochs->functions[i].node] = i + 1;
	for (size_t i = STACK_FIRST; i < stacks->count; i++)
		if (map[i] == 0)
			map[i] = map[stacks->nodes[i].parent];
	return map;
}

struct placed {
	uint32_t node, index;
};

static int by_node(const void *left, const void *right)
{
	const struct placed *a = left, *b = right;

	return a->node < b->node ? -1 : a->node > b->node;
}

struct region_span *region_spans(const struct epochs *epochs)
{
	const struct stack_node *nodes =
		epochs->pass->recording->model.stacks.nodes;
	size_t count = epochs->count;
	struct region_span *spans = xcalloc(count + 1, sizeof(*spans));
	struct placed *sorted = xcalloc(count + 1, sizeof(*sorted));
	uint32_t *map = region_map(epochs, NULL), next = 0;

	for (uint32_t i = 0; i < count; i++) {
		sorted[i] = (struct placed){ epochs->functions[i].node, i };
		spans[i].end = 1; /* its size, at first */
	}
	qsort(sorted, count, sizeof(*sorted), by_node);
	for (size_t i = count; i-- > 0;) { /* callees first */
		uint32_t outer = map[nodes[sorted[i].node].parent];

		if (outer > 0)
			spans[outer - 1].end += spans[sorted[i].index].end;
	}
	for (size_t i = 0; i < count; i++) { /* callers first */
		struct region_span *span = &spans[sorted[i].index];
		uint32_t outer = map[nodes[sorted[i].node].parent];
		uint32_t *begin = outer > 0 ? &spans[outer - 1].next : &next;

		span->begin = *begin;
		*begin += span->end;
		span->next = span->begin + 1;
		span->end += span->begin;
	}
	free(sorted);
	free(map);
	return spans;
}

uint32_t region_of_site(const struct census *census, const uint32_t *map,
			const struct advice_site *site, double *calls)
{
	const struct census_row *rows = census->rows;
	uint32_t most = 0;
	double lead = 0;

	/* Boyer and Moore's vote, weighted */
	for (size_t k = 0; k < site->row_count; k++) {
		const struct census_row *row = &rows[site->rows[k]];

		if (lead <= 0)
			most = map[row->stack];
		lead += map[row->stack] == most ? row->calls : -row->calls;
		if (lead < 0) {
			most = map[row->stack];
			lead = -lead;
		}
	}
	*calls = 0;
	for (size_t k = 0; k < site->row_count; k++)
		if (map[rows[site->rows[k]].stack] == most)
			*calls += rows[site->rows[k]].calls;
	return most;
}

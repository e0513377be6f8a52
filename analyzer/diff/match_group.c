/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/match_group.h"
#include "analyzer/memory.h"

#include <math.h>
#include <stdlib.h>

/* Of the alignment's table; larger: no anchors. */
#define CELLS_MAX 65536
#define CELLS_MAX_ASKED 4096 /* where each pair has to be asked for */

/* How much speaks for two rows being one. */
#define SCORE_FIGURES 4
#define SCORE_LINES 2
#define SCORE_SIZE 1

static bool same_size(const struct match_member *a,
		      const struct match_member *b)
{
	double left = a->bytes * b->calls, right = b->bytes * a->calls;

	return a->calls > 0 && b->calls > 0 &&
	       fabs(left - right) <= 1e-9 * fabs(left);
}

static uint32_t score(const struct match_group *group,
		      const struct match_member *old,
		      const struct match_member *new)
{
	uint32_t sum = 0;

	if (group->may && !group->may(group->context, old->row, new->row))
		return 0;
	if (!group->sampled && old->calls == new->calls &&
	    old->bytes == new->bytes)
		sum += SCORE_FIGURES;
	if (old->lines == new->lines)
		sum += SCORE_LINES;
	if (same_size(old, new))
		sum += SCORE_SIZE;
	return sum;
}

static bool all_may(const struct match_group *group, size_t old, size_t new,
		    size_t count)
{
	for (size_t i = 0; group->may && i < count; i++)
		if (!group->may(group->context, group->old[old + i].row,
				group->new[new + i].row))
			return false;
	return true;
}

/* Rows between two anchors. */
static void take_gap(const struct match_group *group, size_t old,
		     size_t old_count, size_t new, size_t new_count)
{
	if (old_count == 0 || new_count == 0)
		return;
	if (old_count == new_count) {
		if (!all_may(group, old, new, old_count))
			return;
		for (size_t i = 0; i < old_count; i++)
			group->found(group->context, group,
				     &group->old[old + i], 1,
				     &group->new[new + i], 1);
	} else if (group->sum) {
		group->found(group->context, group, &group->old[old],
			     old_count, &group->new[new], new_count);
	}
}

/* The best sums of scores, of what is from [i] and [j] on. */
struct table {
	uint32_t *best;
	uint8_t *scores;
	size_t columns;
};

static uint32_t *cell(const struct table *t, size_t i, size_t j)
{
	return &t->best[i * (t->columns + 1) + j];
}

static void fill(const struct match_group *group, struct table *t)
{
	for (size_t i = group->old_count; i-- > 0;) {
		for (size_t j = group->new_count; j-- > 0;) {
			uint32_t own = score(group, &group->old[i],
					     &group->new[j]);
			uint32_t best = own + *cell(t, i + 1, j + 1);

			t->scores[i * t->columns + j] = (uint8_t)own;
			if (*cell(t, i + 1, j) > best)
				best = *cell(t, i + 1, j);
			if (*cell(t, i, j + 1) > best)
				best = *cell(t, i, j + 1);
			*cell(t, i, j) = best;
		}
	}
}

static void follow(const struct match_group *group, const struct table *t)
{
	size_t i = 0, j = 0, old = 0, new = 0;

	while (i < group->old_count && j < group->new_count) {
		uint32_t own = t->scores[i * t->columns + j];

		if (own > 0 &&
		    *cell(t, i, j) == own + *cell(t, i + 1, j + 1)) {
			take_gap(group, old, i - old, new, j - new);
			group->found(group->context, group, &group->old[i], 1,
				     &group->new[j], 1);
			old = ++i;
			new = ++j;
		} else if (*cell(t, i, j) == *cell(t, i + 1, j)) {
			i++;
		} else {
			j++;
		}
	}
	take_gap(group, old, group->old_count - old, new,
		 group->new_count - new);
}

void match_group_align(const struct match_group *group)
{
	size_t rows = group->old_count, columns = group->new_count;
	size_t most = group->may ? CELLS_MAX_ASKED : CELLS_MAX;
	struct table table = { .columns = columns };

	if (rows == 0 || columns == 0)
		return;
	if ((rows == 1 && columns == 1) || rows > most / columns) {
		take_gap(group, 0, rows, 0, columns);
		return;
	}
	table.best = xcalloc((rows + 1) * (columns + 1), sizeof(*table.best));
	table.scores = xcalloc(rows * columns, sizeof(*table.scores));
	fill(group, &table);
	follow(group, &table);
	free(table.best);
	free(table.scores);
}

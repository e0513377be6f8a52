/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/fold.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/advice/fold_ranks.h"
#include "analyzer/advice/fold_sites.h"
#include "analyzer/advice/fold_state.h"
#include "analyzer/memory.h"

#define ROUNDS_MAX 12
#define EXPLAINED 0.5	   /* of the variance, by the callers */
#define SIZES_MIX 0.5	   /* deviation in powers of two */
#define LIFETIMES_MIX 2.0  /* likewise */
#define OUTLIVES 0.95	   /* of the blocks are freed elsewhere */
#define CHAIN_MAX 8	   /* functions, each called by the next alone */
#define CALLER_SHARE 0.01  /* a caller with fewer calls tells nothing */

const struct symbol *fold_symbol(const struct fold *fold,
				 const struct fold_place *place)
{
	return fold_places_symbol(&fold->state->ways, place);
}

struct fold_place fold_caller(const struct fold *fold, struct fold_place place)
{
	return fold_places_caller(&fold->state->ways, place);
}

static struct fold_place past_known(const struct fold *fold,
				    struct fold_place place)
{
	return fold_places_past_wrappers(&fold->state->ways, place);
}

/* Between and within the callers of one function. */
struct spread_of_callers {
	struct census_moments sizes, lifetimes;
	double sizes_between, lifetimes_between; /* sums of squares */
	double calls, stacks, same; /* as in struct advice_site */
	size_t callers;
};

static void add_moments(struct census_moments *to,
			const struct census_moments *from)
{
	to->count += from->count;
	to->sum += from->sum;
	to->squares += from->squares;
}

/* What a group's mean adds to the sum of squares between groups, but for the
 * grand mean's part. */
static double between(const struct census_moments *m)
{
	return m->count > 0 ? m->sum * m->sum / m->count : 0;
}

/* The rows of one function, sorted by caller. */
static struct spread_of_callers measure(const struct fold *fold,
					const struct ranked_row *rows,
					size_t count)
{
	const struct census *census = fold->state->census;
	struct spread_of_callers s = { 0 };
	struct census_moments sizes = { 0 }, lifetimes = { 0 };
	double calls = 0;

	for (size_t i = 0; i < count; i++)
		s.calls += census->rows[rows[i].row].calls;
	for (size_t i = 0; i < count; i++) {
		const struct census_row *row = &census->rows[rows[i].row];

		add_moments(&sizes, &row->sizes);
		add_moments(&lifetimes, &row->lifetimes);
		calls += row->calls;
		fold_add_frees(fold, rows[i].row, &s.stacks, &s.same);
		if (i + 1 < count && rows[i + 1].caller == rows[i].caller)
			continue;
		if (calls >= CALLER_SHARE * s.calls && rows[i].caller) {
			s.callers++;
			add_moments(&s.sizes, &sizes);
			add_moments(&s.lifetimes, &lifetimes);
			s.sizes_between += between(&sizes);
			s.lifetimes_between += between(&lifetimes);
		}
		sizes = (struct census_moments){ 0 };
		lifetimes = (struct census_moments){ 0 };
		calls = 0;
	}
	return s;
}

static bool explains(const struct census_moments *all, double sum_between,
		     double least_deviation)
{
	double grand = between(all);
	double total = all->squares - grand;

	return census_deviation(all) >= least_deviation &&
	       sum_between - grand >= EXPLAINED * total;
}

static bool is_wrapper(const struct spread_of_callers *s)
{
	if (s->callers < 2)
		return false;
	if (s->stacks > 0 && s->same > (1 - OUTLIVES) * s->stacks)
		return false;
	return explains(&s->sizes, s->sizes_between, SIZES_MIX) ||
	       explains(&s->lifetimes, s->lifetimes_between, LIFETIMES_MIX);
}

/* Moves rows of one function to its callers, but for known wrappers that
 * nothing but wrappers call; false if there are no others. */
static bool fold_rows(struct fold *fold, const struct ranked_row *rows,
		      size_t count)
{
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		struct fold_place *place = &fold->places[rows[i].row];
		struct fold_place caller = past_known(fold,
						      fold_caller(fold, *place));

		if (!rows[i].caller || fold_places_is_wrapper(&fold->state->ways, &caller))
			continue;
		*place = caller;
		any = true;
	}
	return any;
}

static bool has_one_caller(const struct ranked_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!rows[i].caller ||
		    rows[i].caller_function != rows[0].caller_function)
			return false;
	return true;
}

/* All to their one caller; false at the stack's end. */
static bool climb(struct fold *fold, struct ranked_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct fold_place *place = &fold->places[rows[i].row];
		struct fold_place caller = fold_caller(fold, *place);

		if (caller.node < STACK_FIRST ||
		    fold_places_is_wrapper(&fold->state->ways, &caller))
			return false;
		*place = caller;
	}
	for (size_t i = 0; i < count; i++)
		fold_rank_row(fold, &rows[i]);
	fold_rank_sort(rows, count);
	return rows[0].function == rows[count - 1].function;
}

/*
 * A function with one caller cannot be told from it: it is a wrapper if what
 * calls the two is told apart. Rows in the order of callers; on failure they
 * are where they were.
 */
static bool fold_chain(struct fold *fold, struct ranked_row *rows, size_t count)
{
	struct fold_place *kept = xcalloc(count, sizeof(*kept));
	uint32_t *order = xcalloc(count, sizeof(*order));
	struct spread_of_callers s;
	bool folded = false;

	for (size_t i = 0; i < count; i++) {
		order[i] = rows[i].row;
		kept[i] = fold->places[order[i]];
	}
	for (int i = 0; i < CHAIN_MAX && has_one_caller(rows, count); i++)
		if (!climb(fold, rows, count))
			goto out;
	s = measure(fold, rows, count);
	folded = is_wrapper(&s) && fold_rows(fold, rows, count);
out:
	for (size_t i = 0; i < count && !folded; i++)
		fold->places[order[i]] = kept[i];
	free(kept);
	free(order);
	return folded;
}

/* Folds the wrappers of this round; false if there were none. */
static bool fold_round(struct fold *fold, struct fold_ranks *ranks)
{
	struct ranked_row *ranked = ranks->rows;
	bool any = false;

	fold_ranks_update(ranks, fold);
	for (size_t first = 0, end; first < ranks->count; first = end) {
		struct spread_of_callers s;

		for (end = first; end < ranks->count; end++)
			if (ranked[end].function != ranked[first].function)
				break;
		/* it was no wrapper, or has none but wrappers for callers */
		if (!ranks->changed[ranked[first].function])
			continue;
		if (has_one_caller(ranked + first, end - first)) {
			any |= fold_chain(fold, ranked + first, end - first);
			continue;
		}
		s = measure(fold, ranked + first, end - first);
		if (is_wrapper(&s))
			any |= fold_rows(fold, ranked + first, end - first);
	}
	return any;
}

void fold_run(struct fold *fold, const struct census *census,
	      struct symbolizer *symbols)
{
	struct fold_state *s = xcalloc(1, sizeof(*s));
	struct fold_ranks ranks;

	*fold = (struct fold){ .state = s };
	s->census = census;
	fold_places_init(&s->ways, &census->recording->model, symbols);
	fold->places = xcalloc(census->count + 1, sizeof(*fold->places));
	fold->site_of_row = xcalloc(census->count + 1, sizeof(uint32_t));
	memset(fold->site_of_row, 0xff, census->count * sizeof(uint32_t));
	for (size_t i = 0; i < census->count; i++)
		fold->places[i] = past_known(fold, (struct fold_place){
				.node = census->rows[i].stack });
	fold_ranks_init(&ranks, fold);
	for (int i = 0; i < ROUNDS_MAX && fold_round(fold, &ranks); i++)
		continue;
	fold_ranks_release(&ranks);
	fold_make_sites(fold);
}

void fold_release(struct fold *fold)
{
	for (size_t i = 0; i < fold->count; i++)
		free(fold->sites[i].several);
	free(fold->rows);
	free(fold->sites);
	free(fold->places);
	free(fold->site_of_row);
	if (fold->state)
		fold_places_release(&fold->state->ways);
	free(fold->state);
	*fold = (struct fold){ 0 };
}

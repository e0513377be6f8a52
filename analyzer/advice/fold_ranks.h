/* SPDX-License-Identifier: MIT */
/*
 * The rows of a census in the order of their functions, and of who calls these:
 * so all rows of a function stand together, and in it those of a caller.
 */
#ifndef ANALYZER_ADVICE_FOLD_RANKS_H
#define ANALYZER_ADVICE_FOLD_RANKS_H

#include "analyzer/advice/fold_state.h"

struct ranked_row {
	uint32_t function; /* name's number */
	uint32_t row;
	uint64_t caller; /* its address and call */
	uint32_t caller_function; /* where there is a caller */
};

/* Fills in what `ranked->row` is now; false past a stack's end. */
bool fold_rank_row(const struct fold *fold, struct ranked_row *ranked);
/* Some rows in order, by function first. */
void fold_rank_sort(struct ranked_row *rows, size_t count);

/* All rows, and which functions have others than when it was asked before. */
struct fold_ranks {
	struct ranked_row *rows; /* in order; without those past a stack's end */
	size_t count;
	bool *changed; /* by function */
	struct fold_rank_kept *kept; /* private, by row of the census */
	size_t function_count;
};

void fold_ranks_init(struct fold_ranks *ranks, const struct fold *fold);
void fold_ranks_release(struct fold_ranks *ranks);
/* After places have changed; and at first. */
void fold_ranks_update(struct fold_ranks *ranks, const struct fold *fold);

#endif

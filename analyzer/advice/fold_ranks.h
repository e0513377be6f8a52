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
/* All rows of the census, in order; returns how many have not come to their
 * stack's end. */
size_t fold_rank_all(const struct fold *fold, struct ranked_row *ranked);

#endif

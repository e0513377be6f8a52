/* SPDX-License-Identifier: MIT */
/*
 * From stacks to sites: who allocates is not malloc's caller but the caller of
 * the wrappers around it. A function is a wrapper if it is known as one, if it
 * is the language's library, or if its callers tell its blocks apart: where the
 * callers explain half or more of the variance of sizes or lifetimes (of their
 * logarithms), and the blocks outlive it, it hands on what others asked for.
 * A site is the innermost call that is left: its function and line, whatever
 * called it; without a line, its address. One thread.
 */
#ifndef ANALYZER_ADVICE_FOLD_H
#define ANALYZER_ADVICE_FOLD_H

#include "analyzer/advice/census.h"
#include "analyzer/advice/fold_places.h"

#define FOLD_NO_SITE UINT32_MAX

struct advice_site {
	char id[SITE_ID_BYTES]; /* the same in every run, whatever moved */
	uint32_t stack;		/* of its most frequent stack */
	struct fold_place place; /* in it: who allocates */
	const struct symbol *symbol;
	const struct symbol_call *call; /* one of symbol's */
	uint32_t *rows; /* of the census */
	size_t row_count, row_capacity;
	struct census_row sum; /* peaks are upper bounds */
	/* Frees whose stack was recorded; those of them under the very call of
	 * the site's function that allocated. */
	double free_stacks, free_same;
};

struct fold {
	struct advice_site *sites; /* most calls first */
	size_t count;
	uint32_t *site_of_row;
	struct fold_place *places; /* by row */
	struct fold_state *state;  /* private */
};

/* Both must outlive it. */
void fold_run(struct fold *fold, const struct census *census,
	      struct symbolizer *symbols);
void fold_release(struct fold *fold);

/* The id of any call. */
void fold_call_id(char id[SITE_ID_BYTES], const struct symbol *symbol,
		  const struct symbol_call *call);

/* The caller's place; node STACK_ROOT (or TRUNCATED) past the last. */
struct fold_place fold_caller(const struct fold *fold, struct fold_place place);
/* Its symbol; NULL past the end. */
const struct symbol *fold_symbol(const struct fold *fold,
				 const struct fold_place *place);

#endif

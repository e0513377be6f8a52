/* SPDX-License-Identifier: MIT */
/* Sites, and what the parts of a fold share (fold.h). */
#ifndef ANALYZER_ADVICE_FOLD_STATE_H
#define ANALYZER_ADVICE_FOLD_STATE_H

#include "analyzer/advice/census.h"
#include "analyzer/advice/fold_places.h"

#define FOLD_NO_SITE UINT32_MAX

struct advice_site {
	char id[SITE_ID_BYTES]; /* the same in every run, whatever moved */
	uint32_t stack;		/* of its most frequent stack */
	struct fold_place place; /* in it: who allocates */
	const struct symbol *symbol;
	const struct symbol_call *call; /* one of symbol's */
	uint32_t *rows; /* of the census; part of the fold's */
	size_t row_count;
	const struct census *census;
	struct census_row *several; /* of them together; NULL: there is one */
	/* Frees whose stack was recorded; those of them under the very call of
	 * the site's function that allocated. */
	double free_stacks, free_same;
};

/* What its rows counted, together; peaks are upper bounds. */
static inline const struct census_row *
advice_site_sum(const struct advice_site *site)
{
	return site->several ? site->several :
			       &site->census->rows[site->rows[0]];
}

struct fold {
	struct advice_site *sites; /* most calls first */
	size_t count;
	uint32_t *site_of_row;
	uint32_t *rows; /* site by site */
	struct fold_place *places; /* by row */
	struct fold_state *state;  /* private */
};

struct fold_state {
	const struct census *census;
	struct fold_places ways;
};

static inline uint64_t fold_mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 29;
}

#endif

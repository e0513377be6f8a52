/* SPDX-License-Identifier: MIT */
/* The last step of a fold: from the places of rows to sites (fold.h). */
#ifndef ANALYZER_ADVICE_FOLD_SITES_H
#define ANALYZER_ADVICE_FOLD_SITES_H

#include "analyzer/advice/fold_state.h"

/* A row's frees whose stack was recorded, and those of them under the call
 * that is its place. Adds to both. */
void fold_add_frees(const struct fold *fold, uint32_t row, double *stacks,
		    double *same);
/* The id of any call. */
void fold_call_id(char id[SITE_ID_BYTES], const struct symbol *symbol,
		  const struct symbol_call *call);
/* Sites, of the places as they are. */
void fold_make_sites(struct fold *fold);

#endif

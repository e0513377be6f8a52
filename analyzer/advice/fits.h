/* SPDX-License-Identifier: MIT */
/*
 * How requests fit the allocator's sizes, asked for each block of a recording:
 * size_classes.h with the answers of late kept. One thread.
 */
#ifndef ANALYZER_ADVICE_FITS_H
#define ANALYZER_ADVICE_FITS_H

#include "analyzer/advice/size_classes.h"

#define FITS_KEPT 1024 /* a power of two */
#define FIT_PARTS 20

struct fit {
	uint64_t request; /* + 1; 0: none */
	uint64_t usable;  /* never less than the request */
	/* The next smaller class; 0: none, not known, or not looked for, as the
	 * request wastes less than one part in FIT_PARTS. */
	uint64_t below;
};

struct fits {
	struct size_classes *classes; /* the caller's; constant from now on */
	struct fit kept[FITS_KEPT];
};

void fits_init(struct fits *fits, struct size_classes *classes);
/* What is returned stands until the next call. Where the allocator's size is
 * not known, the request fits. */
const struct fit *fits_of(struct fits *fits, uint64_t request);

/* Is a request larger than the next smaller class, by that share of it at
 * most? */
static inline bool fit_is_just_above(const struct fit *fit, double share)
{
	return fit->below > 0 && (double)(fit->request - 1) <=
					 (double)fit->below * (1 + share);
}

#endif

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
	/* Larger than that by a small share of it at most? */
	bool just_above;
};

struct fits {
	struct size_classes *classes; /* the caller's; constant from now on */
	double share;
	struct fit kept[FITS_KEPT];
};

/* `share`: so much of a class a request may be above it, to be just above. */
void fits_init(struct fits *fits, struct size_classes *classes, double share);

const struct fit *fits_find(struct fits *fits, struct fit *slot,
			    uint64_t request);

/* What is returned stands until the next call. Where the allocator's size is
 * not known, the request fits. */
static inline const struct fit *fits_of(struct fits *fits, uint64_t request)
{
	struct fit *fit = &fits->kept[(request ^ request >> 10 ^ request >> 20) &
				      (FITS_KEPT - 1)];

	return fit->request == request + 1 ? fit :
					     fits_find(fits, fit, request);
}

#endif

/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/fits.h"

#include <string.h>

void fits_init(struct fits *fits, struct size_classes *classes)
{
	fits->classes = classes;
	memset(fits->kept, 0, sizeof(fits->kept));
}

static size_t slot_of(uint64_t request)
{
	return (size_t)((request ^ request >> 10 ^ request >> 20) &
			(FITS_KEPT - 1));
}

const struct fit *fits_of(struct fits *fits, uint64_t request)
{
	struct fit *fit = &fits->kept[slot_of(request)];

	if (fit->request == request + 1)
		return fit;
	*fit = (struct fit){
		.request = request + 1,
		.usable = size_classes_usable(fits->classes, request),
	};
	if (fit->usable < request)
		fit->usable = request;
	if (fit->usable - request >= fit->usable / FIT_PARTS)
		fit->below = size_classes_below(fits->classes, request);
	return fit;
}

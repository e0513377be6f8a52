/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/fits.h"

#include <string.h>

void fits_init(struct fits *fits, struct size_classes *classes, double share)
{
	fits->classes = classes;
	fits->share = share;
	memset(fits->kept, 0, sizeof(fits->kept));
}

const struct fit *fits_find(struct fits *fits, struct fit *fit,
			    uint64_t request)
{
	*fit = (struct fit){
		.request = request + 1,
		.usable = size_classes_usable(fits->classes, request),
	};
	if (fit->usable < request)
		fit->usable = request;
	if (fit->usable - request >= fit->usable / FIT_PARTS)
		fit->below = size_classes_below(fits->classes, request);
	fit->just_above = fit->below > 0 &&
			  (double)request <= (double)fit->below *
						     (1 + fits->share);
	return fit;
}

/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/holm.h"

#include <math.h>
#include <stdlib.h>

#include "analyzer/memory.h"

static int compare(const void *a, const void *b)
{
	double x = **(double *const *)a, y = **(double *const *)b;

	return (x > y) - (x < y);
}

void holm_adjust(double *p, size_t count, size_t tests)
{
	double **order = xcalloc(count + 1, sizeof(*order));
	size_t made = 0;
	double most = 0;

	for (size_t i = 0; i < count; i++)
		if (!isnan(p[i]))
			order[made++] = &p[i];
	qsort(order, made, sizeof(*order), compare);
	if (tests < made)
		tests = made;
	for (size_t i = 0; i < made; i++) {
		most = fmax(most, (double)(tests - i) * *order[i]);
		*order[i] = fmin(most, 1);
	}
	free(order);
}

/* The number of tests that can come out, by the k of the header. */
static size_t divisor(double **least, size_t count, double level)
{
	size_t reach = count, k = 0;

	do {
		k++;
		while (reach > 0 && *least[reach - 1] > level / (double)k)
			reach--;
	} while (reach > k);
	return k;
}

size_t holm_leave_out(double *p, const double *least, size_t count,
		      double level)
{
	double *copy = xcalloc(count + 1, sizeof(*copy));
	double **order = xcalloc(count + 1, sizeof(*order));
	size_t made = 0, left = 0, k;

	for (size_t i = 0; i < count; i++) {
		if (isnan(p[i]) || isnan(least[i]))
			continue;
		copy[made] = least[i];
		order[made] = &copy[made];
		made++;
	}
	qsort(order, made, sizeof(*order), compare);
	k = divisor(order, made, level);
	for (size_t i = 0; i < count; i++) {
		if (!(least[i] <= level / (double)k))
			p[i] = NAN;
		left += !isnan(p[i]);
	}
	free(order);
	free(copy);
	return left;
}

/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/trend.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

static int by_number(const void *left, const void *right)
{
	const double *a = left, *b = right;

	return *a < *b ? -1 : *a > *b;
}

static size_t at_most(size_t count)
{
	return count < TREND_MAX ? count : TREND_MAX;
}

double trend_slope(const float *points, size_t count)
{
	double slopes[TREND_MAX * (TREND_MAX - 1) / 2];
	size_t pairs = 0;

	count = at_most(count);
	for (size_t i = 0; i < count; i++)
		for (size_t k = i + 1; k < count; k++)
			slopes[pairs++] = ((double)points[k] - points[i]) /
					  (double)(k - i);
	if (pairs == 0)
		return 0;
	qsort(slopes, pairs, sizeof(*slopes), by_number);
	return (slopes[(pairs - 1) / 2] + slopes[pairs / 2]) / 2;
}

/* 18 times the variance of the sum of signs, for n points that may be in any
 * order alike. */
static double variance_18(double n)
{
	return n * (n - 1) * (2 * n + 5);
}

double trend_rise_p(const float *points, size_t count)
{
	bool tied[TREND_MAX] = { false };
	double signs = 0, variance;

	count = at_most(count);
	variance = variance_18((double)count);
	for (size_t i = 0; i < count; i++) {
		double ties = 1;

		for (size_t k = i + 1; k < count; k++) {
			signs += (points[k] > points[i]) -
				 (points[k] < points[i]);
			if (points[k] == points[i] && !tied[i]) {
				tied[k] = true;
				ties++;
			}
		}
		if (!tied[i])
			variance -= variance_18(ties);
	}
	if (variance <= 0 || signs <= 0)
		return 1;
	return 0.5 * erfc((signs - 1) / sqrt(variance / 18) / M_SQRT2);
}

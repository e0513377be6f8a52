/* SPDX-License-Identifier: MIT */
/*
 * Does a series of figures, taken at even times, rise? Statistics that ask for
 * no distribution and don't mind a few that are far off. Quadratic in the number
 * of points, which is at most TREND_MAX.
 */
#ifndef ANALYZER_ADVICE_TREND_H
#define ANALYZER_ADVICE_TREND_H

#include <stddef.h>

#define TREND_MAX 64

/* Theil and Sen's slope, a step of the series: the median of the slopes between
 * all pairs of points (Sen, JASA 63:1379, 1968). 0 for fewer than two. */
double trend_slope(const float *points, size_t count);

/*
 * Mann and Kendall: the probability of as much of a rise, or more, if there is
 * none (Mann, Econometrica 13:245, 1945; the normal approximation with its
 * correction for continuity, and for ties as Kendall has it in Rank Correlation
 * Methods, 1975). 1 if the points do not rise.
 */
double trend_rise_p(const float *points, size_t count);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Figures of a Poisson sample. An allocation of `size` bytes is sampled with
 * p = 1 - exp(-max(size, 1) / T); it stands for w = 1/p allocations and size/p
 * bytes (Horvitz and Thompson, JASA 47:260, 1952), each weighed before
 * summing. Beside the value, sums estimate its variance and what is needed to
 * bend the interval: small blocks weigh much and are seen rarely. Doubles
 * only; no allocation, no state but the caller's.
 */
#ifndef ANALYZER_ESTIMATE_H
#define ANALYZER_ESTIMATE_H

#include <stdbool.h>
#include <stdint.h>

/* A figure with its 95% interval; exact ones have low == high == value. */
struct estimate {
	double value;
	double low;
	double high;
	uint64_t samples; /* events that it rests on */
	bool exact;
};

/* Fewer samples than this, and a sampled figure is marked as weak. */
#define ESTIMATE_SAMPLES_FEW 10

static inline bool estimate_is_weak(const struct estimate *e)
{
	return !e->exact && e->samples < ESTIMATE_SAMPLES_FEW;
}

/*
 * Sums over samples. Zero at first. With x the figure's value of one
 * allocation (1, or its size) and q = 1 - p:
 *   value     x / p
 *   variance  x^2 q / p^2
 *   third     x^3 q (1 - 2p) / p^3, third cumulant of the value
 *   joint     x^3 q^2 / p^3, covariance of value and variance
 *   fourth    x^4 q^3 / p^4, variance of the variance
 */
struct estimate_sum {
	uint64_t samples;
	uint64_t bytes;	 /* as sampled, unweighted */
	double count, count_variance;
	double count_third, count_joint, count_fourth;
	double weighted_bytes, bytes_variance;
	double bytes_third, bytes_joint, bytes_fourth;
};

/* What one sample adds to a sum. */
struct estimate_weight {
	uint64_t size;
	double count, count_variance;
	double count_third, count_joint, count_fourth;
	double bytes, bytes_variance;
	double bytes_third, bytes_joint, bytes_fourth;
};

/* interval_bytes: the T that drew the sample, at least 1. */
struct estimate_weight estimate_weigh(uint64_t size, double interval_bytes);
void estimate_add(struct estimate_sum *sum, const struct estimate_weight *w);
/* Takes back what was added; an empty sum is exactly zero. */
void estimate_subtract(struct estimate_sum *sum,
		       const struct estimate_weight *w);

/*
 * The value and its central 95% interval, never below what was observed.
 *
 * With s the standard error, A = third / s^3, B = joint / s^3 and z = +-1.96,
 * the limits are value + s v / (1 - a v)^2, v = z + A/6, a = (3B - A)/12: the
 * approximate bootstrap interval for weighted Poisson sums (Swift, Statistics
 * in Medicine 14:1875, 1995), whose a is A/6 because there A = B; the general
 * a makes it agree with the Cornish-Fisher expansion of (value - truth) / s
 * (Hall, The Bootstrap and Edgeworth Expansion, 1992, 2.6) to second order.
 * Two more corrections vanish when all weights are equal:
 * - s is itself uncertain beyond what the value tells of it, by R =
 *   fourth / s^4 - B^2: z is Student's with 2 / R degrees of freedom;
 * - allocations with large weights may all have been missed (Fay and Feuer,
 *   Statistics in Medicine 16:791, 1997): the upper limit gets three times
 *   the excess of a heavy weight (fourth / joint) over a typical one
 *   (joint / variance); 3 as in the rule of three, and by measurement.
 *
 * Measured coverage (tests/unit/test_coverage.c, 2,000 runs a row): between
 * 93.5% and 96.5% for bytes from about 10 samples on, and for counts once
 * the kind of allocation that makes up most of the count has about 30 samples.
 * No interval can cover what left no trace in the sample: if most allocations
 * are so small that none was drawn, bytes hold and counts are too low.
 */
struct estimate estimate_count(const struct estimate_sum *sum);
struct estimate estimate_bytes(const struct estimate_sum *sum);
struct estimate estimate_exact(uint64_t value);

#endif

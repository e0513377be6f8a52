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
 *   Statistics in Medicine 16:791, 1997): the upper limit gets six times the
 *   excess of a heavy weight (fourth / joint) over a typical one
 *   (joint / variance). The idea is theirs, the six is a fit on list 42 of
 *   tests/unit/test_coverage.c, and buys about one point of coverage over 3.
 *
 * Coverage on two other lists (SEED=1001, 1002), 2,000 runs each, in percent:
 *   sizes                  T/KiB  number   samples  bytes       counts
 *   90% 0-256 B, 10% log     512  1000000    32500  95.0, 95.8  94.5, 94.9
 *   up to 8 MiB              512   300000     9700  95.0, 95.7  94.0, 94.0
 *                             64   100000     5400  94.8, 95.0  94.5, 94.8
 *                            512   100000     3300  94.7, 95.3  93.2, 93.4
 *                             64    10000      520  95.7, 95.9  92.5, 92.7
 *                            512    10000      320  95.2, 95.9  87.9, 88.7
 *                            512     1000       32  96.1, 96.2  21.5, 24.0
 *   half to 1 KiB, half       64    10000     4900  95.3, 95.5  93.7, 94.0
 *   to 8 MiB                 512   100000    46800  95.2, 95.9  94.5, 94.8
 *                            512    10000     4650  94.9, 95.0  91.9, 92.2
 *   uniform to 8 MiB         512     3000     2800  95.5, 96.0  93.7, 96.2
 *                            512      300      280  95.1, 95.9  93.4, 95.0
 *                             64    10000     9900  96.3, 96.7  94.7, 95.1
 *                             64     1000      990  95.7, 97.0  90.6, 91.2
 *                            512       30       28  98.5, 98.7  71.2, 77.3
 *   16-256 B                  64    30000       62  94.7, 95.2  95.1, 95.8
 *                            512   100000       26  95.1, 95.7  94.3, 95.0
 *                            512    30000        8  96.0, 96.0  92.7, 93.2
 *   64 KiB                   512      100       12  95.8, 96.2  95.8, 96.2
 *   log-uniform to 8 MiB     512    10000     2100  94.9, 95.6  59.7, 60.8
 * So bytes hold nearly everywhere (too wide for a few dozen large blocks).
 * Counts need samples of the blocks that make up the count, 30 to 60 of them
 * for 93.5%. No interval covers what left no trace, and the number of samples
 * does not tell: where most blocks are tiny, counts are low beyond `high`.
 */
struct estimate estimate_count(const struct estimate_sum *sum);
struct estimate estimate_bytes(const struct estimate_sum *sum);
struct estimate estimate_exact(uint64_t value);

#endif

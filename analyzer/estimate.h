/* SPDX-License-Identifier: MIT */
/*
 * Figures of a Poisson sample. An allocation of `size` bytes is sampled with
 * p = 1 - exp(-max(size, 1) / T); it stands for 1/p allocations and size/p
 * bytes (Horvitz-Thompson), with the variances (1-p)/p^2 and size^2 (1-p)/p^2.
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

/* Sums over samples. Zero at first. */
struct estimate_sum {
	uint64_t samples;
	uint64_t bytes;	 /* as sampled, unweighted */
	double count, count_variance, count_third, count_joint;
	double weighted_bytes, bytes_variance, bytes_third, bytes_joint;
};

/* What one sample adds to a sum. */
struct estimate_weight {
	uint64_t size;
	double count, count_variance, count_third, count_joint;
	double bytes, bytes_variance, bytes_third, bytes_joint;
};

/* interval_bytes: the T that drew the sample, at least 1. */
struct estimate_weight estimate_weigh(uint64_t size, double interval_bytes);
void estimate_add(struct estimate_sum *sum, const struct estimate_weight *w);
/* Takes back what was added; an empty sum is exactly zero. */
void estimate_subtract(struct estimate_sum *sum,
		       const struct estimate_weight *w);

/* value +- 1.96 standard deviations, never below what was observed. */
struct estimate estimate_count(const struct estimate_sum *sum);
struct estimate estimate_bytes(const struct estimate_sum *sum);
struct estimate estimate_exact(uint64_t value);

#endif

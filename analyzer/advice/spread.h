/* SPDX-License-Identifier: MIT */
/*
 * How figures of one kind are spread: a fixed number of buckets, SPREAD_PARTS to
 * each doubling from 1 on, so that quantiles are known to some 20%. 0 has a
 * bucket of its own. Weights may be fractions. Zeroed at first.
 */
#ifndef ANALYZER_ADVICE_SPREAD_H
#define ANALYZER_ADVICE_SPREAD_H

#include <stdint.h>

#define SPREAD_PARTS 4
#define SPREAD_DOUBLINGS 40
#define SPREAD_BUCKETS (1 + SPREAD_PARTS * SPREAD_DOUBLINGS)

struct spread {
	uint32_t buckets[SPREAD_BUCKETS]; /* in eighths of a weight */
	double count, sum;
	uint64_t min, max; /* of the values */
};

static inline unsigned int spread_bucket(uint64_t value)
{
	unsigned int bits, bucket;

	if (value == 0)
		return 0;
	bits = 63u - (unsigned int)__builtin_clzll(value);
	bucket = 1 + bits * SPREAD_PARTS +
		 (unsigned int)((bits < 2 ? value << (2 - bits) :
					    value >> (bits - 2)) & 3);
	return bucket < SPREAD_BUCKETS ? bucket : SPREAD_BUCKETS - 1;
}

void spread_add(struct spread *spread, uint64_t value, double weight);

#define SPREAD_EIGHTHS 8u

/* spread_add() with a weight of 1 of a value below 2^63, for hot loops. */
static inline void spread_count(struct spread *spread, uint64_t value)
{
	uint32_t *bucket = &spread->buckets[spread_bucket(value)];

	if (*bucket > UINT32_MAX - 2 * SPREAD_EIGHTHS) {
		spread_add(spread, value, 1);
		return;
	}
	*bucket += SPREAD_EIGHTHS;
	if (spread->count == 0 || value < spread->min)
		spread->min = value;
	if (value > spread->max)
		spread->max = value;
	spread->count++;
	spread->sum += (double)(int64_t)value; /* takes less to convert */
}

/* It was not to be added; min and max stay. */
void spread_take_back(struct spread *spread, uint64_t value, double weight);
/* The value that a share of the weight (0 to 1) does not exceed: the end of its
 * bucket, within [min, max]. 0 if nothing was added. */
double spread_quantile(const struct spread *spread, double share);
/* The share of the weight at or below a value, by buckets: one that contains it
 * counts as a whole. */
double spread_share_up_to(const struct spread *spread, uint64_t value);
double spread_mean(const struct spread *spread);
/* The mean, with all values above a quantile taken for that. By buckets, so to
 * some 10%. */
double spread_mean_capped(const struct spread *spread, double share);

#endif

/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/spread.h"

#include <math.h>

/* The largest value of a bucket. */
static double bucket_end(unsigned int bucket)
{
	unsigned int bits, part;

	if (bucket == 0)
		return 0;
	bits = (bucket - 1) / SPREAD_PARTS;
	part = (bucket - 1) % SPREAD_PARTS;
	return ceil(ldexp(1 + (part + 1) / (double)SPREAD_PARTS, (int)bits)) -
	       1;
}

/* Only shares are asked for. */
static void halve(struct spread *spread)
{
	for (unsigned int i = 0; i < SPREAD_BUCKETS; i++)
		spread->buckets[i] /= 2;
}

void spread_add(struct spread *spread, uint64_t value, double weight)
{
	uint32_t *bucket = &spread->buckets[spread_bucket(value)];
	double sum = *bucket + SPREAD_EIGHTHS * weight + 0.5;

	while (sum >= UINT32_MAX) {
		halve(spread);
		sum /= 2;
	}
	*bucket = (uint32_t)sum;
	if (spread->count == 0 || value < spread->min)
		spread->min = value;
	if (value > spread->max)
		spread->max = value;
	spread->count += weight;
	spread->sum += weight * (double)value;
}

void spread_take_back(struct spread *spread, uint64_t value, double weight)
{
	uint32_t *bucket = &spread->buckets[spread_bucket(value)];
	double eighths = SPREAD_EIGHTHS * weight + 0.5;

	*bucket -= eighths < *bucket ? (uint32_t)eighths : *bucket;
	spread->count -= weight;
	spread->sum -= weight * (double)value;
}

static double total(const struct spread *spread)
{
	double sum = 0;

	for (unsigned int i = 0; i < SPREAD_BUCKETS; i++)
		sum += spread->buckets[i];
	return sum;
}

double spread_quantile(const struct spread *spread, double share)
{
	double sum = 0, wanted = share * total(spread), end = 0;

	for (unsigned int i = 0; i < SPREAD_BUCKETS; i++) {
		if (spread->buckets[i] == 0)
			continue;
		end = bucket_end(i);
		sum += spread->buckets[i];
		if (sum >= wanted)
			break;
	}
	return fmax(fmin(end, (double)spread->max), (double)spread->min);
}

double spread_share_up_to(const struct spread *spread, uint64_t value)
{
	unsigned int last = spread_bucket(value);
	double sum = 0, all = total(spread);

	for (unsigned int i = 0; i <= last; i++)
		sum += spread->buckets[i];
	return all > 0 ? sum / all : 0;
}

double spread_mean(const struct spread *spread)
{
	return spread->count > 0 ? spread->sum / spread->count : 0;
}

/* The middle of a bucket's values. */
static double bucket_middle(unsigned int bucket)
{
	double begin = bucket > 1 ? bucket_end(bucket - 1) + 1 : bucket;

	return (begin + bucket_end(bucket)) / 2;
}

double spread_mean_capped(const struct spread *spread, double share)
{
	double cap = spread_quantile(spread, share);
	double sum = 0, all = total(spread);

	for (unsigned int i = 0; i < SPREAD_BUCKETS; i++)
		if (spread->buckets[i] > 0)
			sum += spread->buckets[i] *
			       fmin(bucket_middle(i), cap);
	return all > 0 ? sum / all : 0;
}

/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/rank_test.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"

#define NORMAL_975 1.959963984540054 /* 97.5% point of the normal law */
#define TAIL ((1 - RANK_TEST_LEVEL) / 2)
#define RUNS_NEEDED_MAX 1000

struct ranked {
	double value;
	size_t rank; /* twice the midrank, from 2 */
	bool now;
};

/* Of all runs together. */
struct ranking {
	struct ranked *list;
	size_t old_count, now_count;
	double ties; /* the sum of t^3 - t over groups of t equal values */
};

static size_t total(const struct ranking *r)
{
	return r->old_count + r->now_count;
}

static int compare_values(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static int compare_ranked(const void *a, const void *b)
{
	return compare_values(&((const struct ranked *)a)->value,
			      &((const struct ranked *)b)->value);
}

static void set_ranks(struct ranking *r)
{
	size_t next;

	for (size_t i = 0; i < total(r); i = next) {
		double t;

		next = i + 1;
		while (next < total(r) &&
		       r->list[next].value == r->list[i].value)
			next++;
		for (size_t j = i; j < next; j++)
			r->list[j].rank = i + next + 1;
		t = (double)(next - i);
		r->ties += t * t * t - t;
	}
}

static struct ranking rank(const struct runs *old, const struct runs *now)
{
	struct ranking r = { .old_count = old->count, .now_count = now->count };

	r.list = xcalloc(total(&r) + 1, sizeof(*r.list));
	for (size_t i = 0; i < old->count; i++)
		r.list[i].value = old->values[i];
	for (size_t i = 0; i < now->count; i++)
		r.list[old->count + i] =
			(struct ranked){ now->values[i], 0, true };
	qsort(r.list, total(&r), sizeof(*r.list), compare_ranked);
	set_ranks(&r);
	return r;
}

/*
 * In how many ways `size` of `count` ascending ranks have each sum: an array up
 * to the largest one, *sums long; fresh. Rank by rank, over the sums that so
 * many of those so far can have. Counts are whole: C(40, 20) is below 2^53.
 */
static double *count_sums(const size_t *ranks, size_t count, size_t size,
			  size_t *sums)
{
	size_t first[RANK_TEST_EXACT_RUNS + 1] = { 0 }; /* the sum of so many */
	size_t width;
	double *ways, *last;

	for (size_t i = 0; i < count; i++)
		first[i + 1] = first[i] + ranks[i];
	width = first[count] - first[count - size] + 1;
	ways = xcalloc((size + 1) * width, sizeof(*ways));
	last = xcalloc(width, sizeof(*last));
	ways[0] = 1;
	for (size_t i = 0; i < count; i++)
		for (size_t k = i < size ? i + 1 : size; k > 0; k--) {
			const double *from = ways + (k - 1) * width;
			double *to = ways + k * width + ranks[i];
			size_t most = first[i] - first[i + 1 - k];

			for (size_t s = first[k - 1]; s <= most; s++)
				to[s] += from[s];
		}
	memcpy(last, ways + size * width, width * sizeof(*last));
	free(ways);
	*sums = width;
	return last;
}

static size_t distance(size_t a, size_t b)
{
	return a < b ? b - a : a - b;
}

/*
 * The rank sum of the smaller side decides: the other is what is left. Unless an
 * even number is tied, all doubled ranks are even, and are halved.
 */
static double exact_p(const struct ranking *r)
{
	bool is_now = r->now_count < r->old_count;
	size_t size = is_now ? r->now_count : r->old_count;
	size_t ranks[RANK_TEST_EXACT_RUNS], sums, sum = 0, halves = 2;
	double *ways, far = 0, all = 0;

	for (size_t i = 0; i < total(r); i++)
		if (r->list[i].rank % 2)
			halves = 1;
	for (size_t i = 0; i < total(r); i++) {
		ranks[i] = r->list[i].rank / halves;
		if (r->list[i].now == is_now)
			sum += ranks[i];
	}
	ways = count_sums(ranks, total(r), size, &sums);
	for (size_t s = 0; s < sums; s++) {
		size_t mean = size * (total(r) + 1); /* doubled */

		all += ways[s];
		if (distance(halves * s, mean) >= distance(halves * sum, mean))
			far += ways[s];
	}
	free(ways);
	return far / all;
}

/* The standard deviation of U. */
static double deviation(double m, double n, double ties)
{
	return sqrt(m * n / 12 *
		    (m + n + 1 - ties / ((m + n) * (m + n - 1))));
}

static double normal_p(double u, double m, double n, double ties)
{
	double away = fabs(u - m * n / 2) - 0.5;

	if (away <= 0)
		return 1;
	return erfc(away / deviation(m, n, ties) / M_SQRT2);
}

struct rank_test rank_test(const struct runs *old, const struct runs *now)
{
	struct rank_test test = { NAN, NAN, true };
	double m = (double)old->count, n = (double)now->count, sum = 0;
	struct ranking r;

	if (old->count == 0 || now->count == 0)
		return test;
	r = rank(old, now);
	for (size_t i = 0; i < total(&r); i++)
		if (r.list[i].now)
			sum += (double)r.list[i].rank / 2;
	test.u = sum - n * (n + 1) / 2;
	test.exact = total(&r) <= RANK_TEST_EXACT_RUNS;
	if (r.list[0].value == r.list[total(&r) - 1].value)
		test.p = 1;
	else if (test.exact)
		test.p = exact_p(&r);
	else
		test.p = normal_p(test.u, m, n, r.ties);
	free(r.list);
	return test;
}

double rank_test_least_p(size_t old_count, size_t now_count)
{
	size_t all = old_count + now_count;
	double ways = 1;

	if (old_count == 0 || now_count == 0)
		return NAN;
	if (all > RANK_TEST_EXACT_RUNS)
		return normal_p(0, (double)old_count, (double)now_count, 0);
	for (size_t i = 1; i <= old_count; i++)
		ways = ways * (double)(now_count + i) / (double)i;
	return fmin(1, 2 / ways);
}

size_t rank_test_runs_needed(double level, size_t tests)
{
	size_t runs = 1;

	while (runs < RUNS_NEEDED_MAX &&
	       rank_test_least_p(runs, runs) * (double)tests > level)
		runs++;
	return runs;
}

static double *sorted(const struct runs *runs)
{
	double *copy = xcalloc(runs->count + 1, sizeof(*copy));

	memcpy(copy, runs->values, runs->count * sizeof(*copy));
	qsort(copy, runs->count, sizeof(*copy), compare_values);
	return copy;
}

/* Doubles as whole numbers in the same order, and back. */
static int64_t to_order(double x)
{
	int64_t bits;

	memcpy(&bits, &x, sizeof(bits));
	return bits < 0 ? INT64_MIN - bits : bits;
}

static double from_order(int64_t order)
{
	int64_t bits = order < 0 ? INT64_MIN - order : order;
	double x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

/* All differences now - old of two sorted sides; never written out. */
struct differences {
	const double *old, *now;
	size_t old_count, now_count;
};

/* How many are at most x: as old grows, so does what now may be. */
static size_t at_most(const struct differences *d, double x)
{
	size_t count = 0, below = 0;

	for (size_t i = 0; i < d->old_count; i++) {
		while (below < d->now_count && d->now[below] - d->old[i] <= x)
			below++;
		count += below;
	}
	return count;
}

/* The k-th smallest, k from 1: halves the range of doubles till one is left. */
static double difference(const struct differences *d, size_t k)
{
	int64_t low = to_order(d->now[0] - d->old[d->old_count - 1]);
	int64_t high = to_order(d->now[d->now_count - 1] - d->old[0]);

	while (low < high) {
		int64_t middle = (low & high) + ((low ^ high) >> 1);

		if (at_most(d, from_order(middle)) >= k)
			high = middle;
		else
			low = middle + 1;
	}
	return from_order(low);
}

/* Where an interval of order statistics begins, from 1 (0: nowhere), and the
 * chance that the truth lies outside it on one side. */
struct cut {
	size_t order;
	double tail;
};

static struct cut cut_exactly(size_t m, size_t n)
{
	size_t ranks[RANK_TEST_EXACT_RUNS], sums, least = m * (m + 1) / 2;
	struct cut cut = { 0 };
	double *ways, all = 0, sum = 0;

	for (size_t i = 0; i < m + n; i++)
		ranks[i] = i + 1;
	ways = count_sums(ranks, m + n, m, &sums);
	for (size_t s = 0; s < sums; s++)
		all += ways[s];
	/* sum / all: the chance of U <= order - 1 */
	for (size_t s = least; s < sums; s++) {
		sum += ways[s];
		if (sum / all > TAIL)
			break;
		cut = (struct cut){ cut.order + 1, sum / all };
	}
	free(ways);
	return cut;
}

static struct cut cut_pairs(size_t m, size_t n)
{
	double mean = (double)m * (double)n / 2, error, order;

	if (m + n <= RANK_TEST_EXACT_RUNS)
		return cut_exactly(m, n);
	error = deviation((double)m, (double)n, 0);
	order = floor(mean + 0.5 - NORMAL_975 * error);
	if (order < 1)
		return (struct cut){ 0 };
	return (struct cut){ (size_t)order,
			     erfc((mean + 0.5 - order) / error / M_SQRT2) / 2 };
}

struct rank_interval rank_test_shift(const struct runs *old,
				     const struct runs *now)
{
	struct rank_interval shift = { NAN, -INFINITY, INFINITY, 1 };
	size_t pairs = old->count * now->count;
	struct differences d = { .old_count = old->count,
				 .now_count = now->count };
	double *a, *b;
	struct cut cut;

	if (pairs == 0)
		return shift;
	d.old = a = sorted(old);
	d.now = b = sorted(now);
	shift.value = (difference(&d, (pairs + 1) / 2) +
		       difference(&d, pairs / 2 + 1)) / 2;
	cut = cut_pairs(old->count, now->count);
	if (cut.order > 0) {
		shift.low = difference(&d, cut.order);
		shift.high = difference(&d, pairs + 1 - cut.order);
		shift.level = 1 - 2 * cut.tail;
	}
	free(a);
	free(b);
	return shift;
}

/* Of n runs, order - 1 or fewer are below the median: tosses of a coin. */
static struct cut cut_runs(size_t n)
{
	struct cut cut = { 0 };
	double sum = 0;

	for (size_t k = 0; k < n; k++) {
		sum += exp(lgamma((double)n + 1) - lgamma((double)k + 1) -
			   lgamma((double)(n - k) + 1) - (double)n * M_LN2);
		if (sum > TAIL)
			break;
		cut = (struct cut){ k + 1, sum };
	}
	return cut;
}

struct rank_interval rank_test_median(const struct runs *runs)
{
	struct rank_interval median = { NAN, -INFINITY, INFINITY, 1 };
	struct cut cut = cut_runs(runs->count);
	size_t n = runs->count;
	double *values;

	if (n == 0)
		return median;
	values = sorted(runs);
	median.value = (values[(n - 1) / 2] + values[n / 2]) / 2;
	if (cut.order > 0) {
		median.low = values[cut.order - 1];
		median.high = values[n - cut.order];
		median.level = 1 - 2 * cut.tail;
	}
	free(values);
	return median;
}

double rank_test_relative(double shift, double median)
{
	if (shift == 0)
		return 0;
	return shift / fabs(median);
}

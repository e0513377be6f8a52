/* SPDX-License-Identifier: MIT */
/*
 * The sampler against closed forms: the integer logarithm against the C
 * library's long double one, gaps against the exponential law (Kolmogorov and
 * Smirnov), sampling probabilities for sizes around T, extremes of size and T,
 * and unbiased weights while T doubles in the middle of gaps.
 */
#include "preload/sampler.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TIB (UINT64_C(1) << 40)
#define DRAWS 200000

static struct sampler_plan plan;
static struct sampler sampler;

static void start(uint64_t interval_bytes, uint64_t seed)
{
	memset(&sampler, 0, sizeof(sampler));
	sampler_plan_init(&plan, interval_bytes, seed);
}

static double probability(uint64_t size, double interval)
{
	return -expm1(-(double)(size ? size : 1) / interval);
}

/* |gap - exact| within 2^-30 relative, or the rounding down. */
static void check_gap(uint64_t word, uint64_t interval)
{
	long double miss = (long double)~word / 0x1p64L;
	long double exact = -log1pl(-miss) * (long double)interval;
	long double gap = (long double)sampler_gap(word, interval);

	if (word == 0)
		exact = 64 * logl(2) * (long double)interval;
	assert_true(gap <= exact * (1 + 0x1p-30L));
	assert_true(gap + 1 >= exact * (1 - 0x1p-30L));
}

static void test_gap_is_the_logarithm(void **state)
{
	struct random_state r = { 1 };

	(void)state;
	for (unsigned int shift = 0; shift < 64; shift++) {
		for (int i = 0; i < 1000; i++) {
			uint64_t word = random_next(&r) >> shift;

			check_gap(word, TIB << SAMPLER_SHIFT_MAX);
			check_gap(~word, TIB << SAMPLER_SHIFT_MAX);
			check_gap(word, 524288);
		}
		check_gap(UINT64_C(1) << shift, TIB);
		check_gap(~(UINT64_C(1) << shift), TIB);
	}
	check_gap(0, TIB << SAMPLER_SHIFT_MAX);
	assert_true(sampler_gap(UINT64_MAX, TIB) == 0);
	assert_true(sampler_gap(0, TIB << SAMPLER_SHIFT_MAX) <
		    UINT64_C(1) << 62);
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void test_gaps_are_exponential(void **state)
{
	static uint64_t gaps[DRAWS];
	struct random_state r = { 2 };
	double worst = 0;

	(void)state;
	for (int i = 0; i < DRAWS; i++)
		gaps[i] = sampler_gap(random_next(&r), TIB);
	qsort(gaps, DRAWS, sizeof(*gaps), compare);
	for (int i = 0; i < DRAWS; i++) {
		double law = probability(gaps[i], (double)TIB);

		worst = fmax(worst, fabs(law - (double)i / DRAWS));
		worst = fmax(worst, fabs(law - (i + 1.0) / DRAWS));
	}
	/* 99.9% point of the Kolmogorov distribution. */
	assert_true(worst < 1.95 / sqrt(DRAWS));
}

static void check_rate(uint64_t size, uint64_t interval)
{
	double p = probability(size, (double)interval);
	double error = sqrt(p * (1 - p) / DRAWS) + DBL_EPSILON;
	int sampled = 0;

	start(interval, size ^ interval);
	for (int i = 0; i < DRAWS; i++)
		sampled += sampler_decide(&sampler, &plan, size) >= 0;
	assert_true(fabs((double)sampled / DRAWS - p) <= 4 * error);
}

static void test_probability_is_exact(void **state)
{
	(void)state;
	check_rate(0, 1);
	check_rate(1, 1);
	check_rate(2, 1);
	check_rate(0, 100);
	check_rate(100, 100);
	check_rate(4096, 65536);
	check_rate(65536, 65536);
	check_rate(200000, 65536);
	check_rate(524288, 524288);
	check_rate(TIB / 2, TIB);
	check_rate(40 * TIB, TIB);
}

static void test_extreme_sizes(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 1000; i++) {
		start(TIB, i);
		plan.shift = i % 2 ? SAMPLER_SHIFT_MAX : 0;
		assert_true(sampler_decide(&sampler, &plan, SIZE_MAX) >= 0);
		assert_true(sampler_decide(&sampler, &plan,
					   UINT64_C(1) << 63) >= 0);
		assert_true(sampler.credit < UINT64_C(1) << 62);
		assert_true(sampler_decide(&sampler, &plan, 0) <= 16);
	}
}

static void test_interval_is_clamped(void **state)
{
	(void)state;
	sampler_plan_init(&plan, 0, 0);
	assert_true(plan.interval_bytes == SAMPLER_INTERVAL_MIN);
	sampler_plan_init(&plan, UINT64_MAX, 0);
	assert_true(plan.interval_bytes == SAMPLER_INTERVAL_MAX);
}

/* The first decision of a thread counts like any other. */
static void test_new_threads_are_no_bias(void **state)
{
	double p = probability(1000, 65536);
	int sampled = 0;

	(void)state;
	sampler_plan_init(&plan, 65536, 7);
	for (int i = 0; i < DRAWS; i++) {
		struct sampler fresh = { 0 };

		sampled += sampler_decide(&fresh, &plan, 1000) >= 0;
	}
	assert_true(fabs((double)sampled / DRAWS - p) <=
		    4 * sqrt(p * (1 - p) / DRAWS));
	assert_true(plan.streams == DRAWS);
}

static void test_idle_until_the_next_allocation(void **state)
{
	(void)state;
	start(65536, 8);
	while (sampler_decide(&sampler, &plan, 64) < 0)
		;
	assert_true(sampler_idle(&sampler));
	while (sampler.gap == 0)
		sampler_decide(&sampler, &plan, 64);
	assert_int_equal(sampler_decide(&sampler, &plan, 0), -1);
	assert_false(sampler_idle(&sampler));
}

static void test_adapt_thresholds(void **state)
{
	(void)state;
	sampler_plan_init(&plan, 65536, 10);
	assert_false(sampler_plan_adapt(&plan, 8191, 16384));
	assert_true(sampler_plan_adapt(&plan, 8192, 16384));
	assert_int_equal(plan.shift, 1);
	assert_false(sampler_plan_adapt(&plan, 9215, 16384));
	assert_true(sampler_plan_adapt(&plan, 9216, 16384));
	plan.shift = SAMPLER_SHIFT_MAX;
	assert_false(sampler_plan_adapt(&plan, UINT32_MAX, 16384));
}

/* The sum of weights 1/p of 2000 allocations, T doubling as samples come. */
static double doubling_run(uint64_t seed)
{
	double sum = 0;
	uint32_t live = 0;

	start(16384, seed);
	for (int i = 0; i < 2000; i++) {
		uint64_t size = i % 7 * 331;
		int shift = sampler_decide(&sampler, &plan, size);

		if (shift < 0)
			continue;
		/* Those of size 0 would drown the rest. */
		if (size > 0)
			sum += 1 / probability(size, ldexp(16384, shift));
		live++;
		sampler_plan_adapt(&plan, live * 200, 16384);
	}
	return sum;
}

static void test_weights_survive_doubling(void **state)
{
	enum { RUNS = 20000 };
	double sum = 0, squares = 0;
	double mean, error;
	int nonzero = 2000 - (2000 + 6) / 7;

	(void)state;
	for (int run = 0; run < RUNS; run++) {
		double total = doubling_run((uint64_t)run);

		sum += total;
		squares += total * total;
	}
	assert_true(plan.shift >= 3);
	mean = sum / RUNS;
	error = sqrt((squares / RUNS - mean * mean) / RUNS);
	assert_true(error < 0.01 * nonzero);
	assert_true(fabs(mean - nonzero) < 3.3 * error);
}

/* A signal handler allocates while its thread has taken bytes that it did not
 * have, and not yet given them back. */
static void test_interrupted_when_short(void **state)
{
	static const uint64_t sizes[] = { 1, 16, 40, 4096, TIB,
					  UINT64_C(1) << 62, UINT64_C(1) << 63,
					  UINT64_MAX };

	(void)state;
	memset(&sampler, 0, sizeof(sampler)); /* as in exact mode: no credit */
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		sampler.credit -= 16;
		assert_false(sampler_skips(&sampler, sizes[i]));
		assert_true(sampler.credit == (uint64_t)-16);
		sampler.credit += 16;
		assert_false(sampler_skips(&sampler, sizes[i]));
		assert_true(sampler.credit == 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gap_is_the_logarithm),
		cmocka_unit_test(test_gaps_are_exponential),
		cmocka_unit_test(test_probability_is_exact),
		cmocka_unit_test(test_extreme_sizes),
		cmocka_unit_test(test_interrupted_when_short),
		cmocka_unit_test(test_interval_is_clamped),
		cmocka_unit_test(test_new_threads_are_no_bias),
		cmocka_unit_test(test_idle_until_the_next_allocation),
		cmocka_unit_test(test_adapt_thresholds),
		cmocka_unit_test(test_weights_survive_doubling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/*
 * Estimates apart from their coverage: weights against closed forms, exact
 * figures, what taking blocks back leaves, and intervals that stay finite and
 * in order for any sums.
 */
#include "analyzer/estimate.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static bool is_near(double a, double b)
{
	return fabs(a - b) <= 1e-9 * fmax(fabs(a), fabs(b));
}

static bool is_sane(const struct estimate *e)
{
	return isfinite(e->low) && isfinite(e->high) && e->low >= 0 &&
	       e->low <= e->value && e->value <= e->high;
}

static void test_weights(void **state)
{
	struct estimate_weight w = estimate_weigh(1000, 1000);
	double p = 1 - exp(-1);

	(void)state;
	assert_true(is_near(w.count, 1 / p));
	assert_true(is_near(w.bytes, 1000 / p));
	assert_true(is_near(w.count_variance, (1 - p) / (p * p)));
	assert_true(is_near(w.bytes_variance, 1e6 * (1 - p) / (p * p)));
	assert_true(is_near(w.bytes_fourth,
			    1e12 * pow(1 - p, 3) / pow(p, 4)));
	assert_true(is_near(w.bytes_spread, 1e12 * (1 - p) / pow(p, 4)));
	w = estimate_weigh(0, 524288);
	assert_true(fabs(w.count - 524288) < 1);
	assert_true(w.bytes == 0);
	w = estimate_weigh(UINT64_C(1) << 62, 1);
	assert_true(w.count == 1 && w.count_variance == 0);
}

static void test_exact(void **state)
{
	struct estimate e = estimate_exact(12345);
	struct estimate_sum none = { 0 };

	(void)state;
	assert_true(e.value == 12345 && e.low == 12345 && e.high == 12345);
	assert_false(estimate_is_weak(&e));
	e = estimate_count(&none);
	assert_true(e.value == 0 && e.low == 0 && isinf(e.high));
	assert_true(estimate_is_weak(&e));
	e = estimate_bytes(&none, 1000);
	assert_true(e.value == 0 && e.low == 0);
	assert_true(is_near(exp(-e.high / 1000), 0.05));
}

/* Samples that are certain do not make up for two that are not, but for a
 * figure that they settle. */
static void test_effective(void **state)
{
	struct estimate_weight light = estimate_weigh(64, 524288);
	struct estimate_weight sure = estimate_weigh(8 << 20, 524288);
	struct estimate_sum sum = { 0 };
	struct estimate e;

	(void)state;
	for (int i = 0; i < 40; i++)
		estimate_add(&sum, &sure);
	e = estimate_count(&sum);
	assert_true(e.effective < 1e-3);
	assert_false(estimate_is_weak(&e));
	for (int i = 0; i < 2; i++)
		estimate_add(&sum, &light);
	e = estimate_count(&sum);
	assert_true(fabs(e.effective - 2) < 0.01);
	assert_true(estimate_is_weak(&e));
	e = estimate_bytes(&sum, 524288);
	assert_false(estimate_is_weak(&e));
	for (int i = 0; i < 8; i++)
		estimate_add(&sum, &light);
	e = estimate_count(&sum);
	assert_false(e.effective < 9.99);
	for (int i = 0; i < 40; i++)
		estimate_subtract(&sum, &sure);
	e = estimate_count(&sum);
	assert_true(fabs(e.effective - 10) < 0.01);
}

/* A Poisson count: the interval of 20 equal, light samples is near the exact
 * one, 12.2 .. 30.9 times the weight. */
static void test_equal_weights(void **state)
{
	struct estimate_weight w = estimate_weigh(100, 1e6);
	struct estimate_sum sum = { 0 };
	struct estimate e;

	(void)state;
	for (int i = 0; i < 20; i++)
		estimate_add(&sum, &w);
	e = estimate_count(&sum);
	assert_true(is_near(e.value, 20 * w.count));
	assert_true(fabs(e.low / w.count - 12.5) < 0.4);
	assert_true(fabs(e.high / w.count - 30.5) < 0.6);
	assert_true(is_near(estimate_bytes(&sum, 1e6).high, 100 * e.high));
	assert_true(fabs(e.effective - 20) < 0.01);
}

static void test_taken_back(void **state)
{
	static const uint64_t sizes[] = { 0, 1, 50, 4096, 524288, 8 << 20 };
	enum { SIZES = sizeof(sizes) / sizeof(*sizes) };
	static const struct estimate_sum empty;
	struct estimate_sum sum = { 0 };
	struct estimate e;

	(void)state;
	for (int i = 0; i < 100 * SIZES; i++) {
		struct estimate_weight w =
			estimate_weigh(sizes[i % SIZES], 524288);

		estimate_add(&sum, &w);
	}
	/* The heavy ones first: what they leave behind is rounding. */
	for (int i = 0; i < 100 * SIZES; i++) {
		struct estimate_weight w =
			estimate_weigh(sizes[i / 100], 524288);

		e = estimate_count(&sum);
		assert_true(is_sane(&e));
		e = estimate_bytes(&sum, 524288);
		assert_true(is_sane(&e));
		estimate_subtract(&sum, &w);
	}
	assert_memory_equal(&sum, &empty, sizeof(sum));
}

/* One and two samples of every weight, from the heaviest to certainty. */
static void test_always_sane(void **state)
{
	(void)state;
	for (double x = 1; x < 1e9; x *= 1.3) {
		struct estimate_weight one = estimate_weigh((uint64_t)x, 65536);
		struct estimate_weight two = estimate_weigh(1, 65536);
		struct estimate_sum sum = { 0 };
		struct estimate e;

		estimate_add(&sum, &one);
		e = estimate_bytes(&sum, 65536);
		assert_true(is_sane(&e) && e.low >= (double)sum.bytes);
		assert_true(e.high <= 12 * e.value);
		estimate_add(&sum, &two);
		e = estimate_count(&sum);
		assert_true(is_sane(&e) && e.low >= 2);
		assert_true(estimate_is_weak(&e));
	}
}

struct sample {
	struct estimate_sum sum;
	struct estimate_values values;
};

static void take_sample(struct sample *s, uint64_t size, double interval,
			double y)
{
	struct estimate_weight w = estimate_weigh(size, interval);

	estimate_add(&s->sum, &w);
	estimate_values_add(&s->values, &w, y);
}

static void give_back(struct sample *s, uint64_t size, double interval,
		      double y)
{
	struct estimate_weight w = estimate_weigh(size, interval);

	estimate_subtract(&s->sum, &w);
	estimate_values_subtract(&s->values, &w, y, &s->sum);
}

/* Blocks of one size: the plain mean, its standard error times sqrt(q). */
static void test_mean_of_equals(void **state)
{
	struct sample s = { 0 };
	double p = 1 - exp(-0.5), squares = 0, error, half;
	struct estimate e;

	(void)state;
	for (int y = 1; y <= 400; y++) {
		take_sample(&s, 500, 1000, y);
		squares += (y - 200.5) * (y - 200.5);
	}
	e = estimate_mean(&s.values, &s.sum);
	error = sqrt((1 - p) * squares / 399 / 400);
	half = e.high - e.value;
	assert_true(is_near(e.value, 200.5));
	assert_true(is_near(e.value - e.low, half));
	/* Student's 97.5% point with 399 degrees of freedom */
	assert_true(fabs(half / error - 1.96593) < 2e-4);
	assert_int_equal(e.samples, 400);
	assert_true(fabs(e.effective - 400) < 1e-6);
}

static void test_mean_weighs(void **state)
{
	struct sample s = { 0 };
	double small = 1 / (1 - exp(-0.01)), large = 1 / (1 - exp(-10));
	struct estimate e;

	(void)state;
	e = estimate_mean(&s.values, &s.sum);
	assert_true(isnan(e.value));
	take_sample(&s, 10, 1000, 7);
	e = estimate_mean(&s.values, &s.sum);
	assert_true(is_near(e.value, 7) && e.low == 0 && isinf(e.high));
	assert_true(estimate_is_weak(&e));
	take_sample(&s, 10000, 1000, 700);
	e = estimate_mean(&s.values, &s.sum);
	assert_true(is_near(e.value, (7 * small + 700 * large) /
					     (small + large)));
	assert_true(is_sane(&e));
	give_back(&s, 10, 1000, 7);
	e = estimate_mean(&s.values, &s.sum);
	assert_true(fabs(e.value - 700) < 1e-6);
	give_back(&s, 10000, 1000, 700);
	assert_true(s.values.value == 0 && s.values.square == 0);
	/* so large that it is seen for certain */
	take_sample(&s, 1000000, 1000, 3);
	take_sample(&s, 1000000, 1000, 5);
	e = estimate_mean(&s.values, &s.sum);
	assert_true(e.value == 4 && e.low == 4 && e.high == 4);
}

static double uniform(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return ((double)(*state >> 11) + 0.5) * 0x1p-53;
}

/* 16,000 blocks of 16 to 4,096 bytes; `slope`: large ones live longer. In
 * percent of the runs. */
static double covered(double slope, int runs)
{
	uint64_t state = 88172645463325252u;
	int hits = 0;

	for (int run = 0; run < runs; run++) {
		struct sample s = { 0 };
		double truth = 0;
		struct estimate e;

		for (int i = 0; i < 16000; i++) {
			double size = 16 * exp2(8 * uniform(&state));
			double y = -log(uniform(&state)) * pow(size, slope);
			uint64_t bytes = (uint64_t)size;

			truth += y / 16000;
			if (uniform(&state) < -expm1(-(double)bytes / 16384))
				take_sample(&s, bytes, 16384, y);
		}
		e = estimate_mean(&s.values, &s.sum);
		hits += e.low <= truth && truth <= e.high;
	}
	return 100.0 * hits / runs;
}

static void test_mean_covers(void **state)
{
	(void)state;
	for (double slope = -0.5; slope <= 0.5; slope += 0.5) {
		double percent = covered(slope, 300);

		print_message("slope %.1f: %.1f%%\n", slope, percent);
		assert_true(percent > (slope < 0 ? 78 : 92) && percent < 98);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mean_of_equals),
		cmocka_unit_test(test_mean_weighs),
		cmocka_unit_test(test_mean_covers),
		cmocka_unit_test(test_weights),
		cmocka_unit_test(test_exact),
		cmocka_unit_test(test_effective),
		cmocka_unit_test(test_equal_weights),
		cmocka_unit_test(test_taken_back),
		cmocka_unit_test(test_always_sane),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Slopes and chances that are known in closed form, or by counting all orders. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "analyzer/advice/trend.h"

static void fill(float *points, size_t count, double slope, double start)
{
	for (size_t i = 0; i < count; i++)
		points[i] = (float)(start + slope * (double)i);
}

static void test_slope_of_a_line(void **state)
{
	float points[TREND_MAX];

	(void)state;
	fill(points, 32, 2.5, 7);
	assert_float_equal(trend_slope(points, 32), 2.5, 1e-6);
	fill(points, 32, -3, 1000);
	assert_float_equal(trend_slope(points, 32), -3, 1e-6);
	fill(points, 1, 3, 0);
	assert_float_equal(trend_slope(points, 1), 0, 0);
	assert_float_equal(trend_slope(points, 0), 0, 0);
}

/* Of 32 points 9 may be anywhere: the breakdown point is 1 - sqrt(1/2). */
static void test_slope_despite_outliers(void **state)
{
	float points[32];

	(void)state;
	fill(points, 32, 1, 0);
	for (int i = 0; i < 9; i++)
		points[3 * i] = 1e6f;
	assert_true(trend_slope(points, 32) > 0.2);
	assert_true(trend_slope(points, 32) < 5);
}

/* The median of an even number of slopes is between the middle ones: of 0, 1, 1
 * and 4 they are 1, 1/2, 4/3, 0, 3/2, 3. */
static void test_median_of_even(void **state)
{
	const float points[] = { 0, 1, 1, 4 };

	(void)state;
	assert_float_equal(trend_slope(points, 4), (1 + 4.0 / 3) / 2, 1e-9);
}

/* All rise: S = n(n-1)/2, and its variance n(n-1)(2n+5)/18. */
static void test_rise(void **state)
{
	float points[TREND_MAX];

	(void)state;
	for (size_t n = 4; n <= TREND_MAX; n += 7) {
		double m = (double)n, s = m * (m - 1) / 2;
		double z = (s - 1) / sqrt(m * (m - 1) * (2 * m + 5) / 18);

		fill(points, n, 1, 5);
		assert_float_equal(trend_rise_p(points, n),
				   0.5 * erfc(z / sqrt(2)), 1e-12);
		fill(points, n, -1, 5);
		assert_float_equal(trend_rise_p(points, n), 1, 0);
		fill(points, n, 0, 5);
		assert_float_equal(trend_rise_p(points, n), 1, 0);
	}
}

/* A worked example with ties: 1 2 2 3 3 3 4 5 has S = 24 (28 pairs less the 4
 * that are tied), and 18 times the variance is 8*7*21 - 2*1*9 - 3*2*11. */
static void test_ties(void **state)
{
	const float points[] = { 1, 2, 2, 3, 3, 3, 4, 5 };
	double variance = (1176 - 18 - 66) / 18.0;

	(void)state;
	assert_float_equal(trend_rise_p(points, 8),
			   0.5 * erfc(23 / sqrt(variance) / sqrt(2)), 1e-12);
}

struct orders {
	float points[7];
	double s[5040], p[5040];
	size_t count;
};

static double sign_sum(const float *points, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t k = i + 1; k < n; k++)
			sum += (points[k] > points[i]) - (points[k] < points[i]);
	return sum;
}

static void permute(struct orders *o, size_t from)
{
	if (from == 7) {
		o->s[o->count] = sign_sum(o->points, 7);
		o->p[o->count++] = trend_rise_p(o->points, 7);
		return;
	}
	for (size_t i = from; i < 7; i++) {
		float kept = o->points[from];

		o->points[from] = o->points[i];
		o->points[i] = kept;
		permute(o, from + 1);
		o->points[i] = o->points[from];
		o->points[from] = kept;
	}
}

/* The exact chance, from all orders of seven points, is near the formula's. */
static void test_all_orders(void **state)
{
	static struct orders o;

	(void)state;
	fill(o.points, 7, 1, 0);
	permute(&o, 0);
	assert_int_equal(o.count, 5040);
	for (size_t i = 0; i < o.count; i += 97) {
		double as_much = 0;

		if (o.s[i] <= 0)
			continue;
		for (size_t k = 0; k < o.count; k++)
			as_much += o.s[k] >= o.s[i];
		assert_float_equal(o.p[i], as_much / 5040, 0.01);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slope_of_a_line),
		cmocka_unit_test(test_slope_despite_outliers),
		cmocka_unit_test(test_median_of_even),
		cmocka_unit_test(test_rise),
		cmocka_unit_test(test_ties),
		cmocka_unit_test(test_all_orders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Quantiles by buckets, against the sorted values. */
#include "analyzer/advice/spread.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "tests/unit/dump_builder.h"

#define VALUES 5000

static int by_value(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return a < b ? -1 : a > b;
}

static void test_buckets(void **state)
{
	unsigned int last = 0;

	(void)state;
	for (uint64_t v = 0; v < 100000; v++) {
		assert_true(spread_bucket(v) == last ||
			    spread_bucket(v) > last);
		last = spread_bucket(v);
	}
	assert_true(spread_bucket(UINT64_MAX) < SPREAD_BUCKETS);
}

/* Never below the true one, and above it by less than a bucket: a quarter. */
static void test_quantiles(void **state)
{
	static const double shares[] = { 0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1 };
	static uint64_t values[VALUES];
	uint64_t seed = 7;

	(void)state;
	for (int round = 0; round < 40; round++) {
		struct spread spread = { 0 };
		double sum = 0;

		for (int i = 0; i < VALUES; i++) {
			values[i] = builder_random(&seed) >> (round + 24);
			spread_add(&spread, values[i], 1);
			sum += (double)values[i];
		}
		qsort(values, VALUES, sizeof(*values), by_value);
		for (size_t i = 0; i < sizeof(shares) / sizeof(*shares); i++) {
			size_t rank = (size_t)(shares[i] * VALUES + 0.999999);
			double truth = (double)values[rank - 1];
			double got = spread_quantile(&spread, shares[i]);

			assert_true(got >= truth);
			assert_true(got <= truth * 1.25 + 1);
			assert_true(got <= (double)values[VALUES - 1]);
		}
		assert_float_equal(spread_mean(&spread), sum / VALUES,
				   1e-9 * sum);
		assert_true(spread.min == values[0] &&
			    spread.max == values[VALUES - 1]);
	}
}

static void test_weights(void **state)
{
	struct spread spread = { 0 };

	(void)state;
	assert_float_equal(spread_quantile(&spread, 0.5), 0, 0);
	assert_float_equal(spread_mean(&spread), 0, 0);
	spread_add(&spread, 10, 9);
	spread_add(&spread, 1000, 1);
	assert_float_equal(spread_quantile(&spread, 0.9), 11, 1);
	assert_float_equal(spread_quantile(&spread, 0.95), 1000, 0);
	assert_float_equal(spread_mean(&spread), 109, 1e-9);
	assert_float_equal(spread_share_up_to(&spread, 20), 0.9, 1e-9);
	assert_float_equal(spread_share_up_to(&spread, 1000), 1, 1e-9);
	assert_float_equal(spread_share_up_to(&spread, 1), 0, 1e-9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_buckets),
		cmocka_unit_test(test_quantiles),
		cmocka_unit_test(test_weights),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

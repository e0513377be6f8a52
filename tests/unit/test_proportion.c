/* SPDX-License-Identifier: MIT */
/* The lower end of a proportion's interval. */
#include "analyzer/advice/proportion.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

/* As published: Newcombe, Statistics in Medicine 17:857 (1998), table I. */
static void test_published(void **state)
{
	(void)state;
	assert_float_equal(proportion_low(81, 263), 0.2553, 5e-5);
	assert_float_equal(proportion_low(15, 148), 0.0624, 5e-5);
	assert_float_equal(proportion_low(0, 20), 0, 1e-12);
	assert_float_equal(proportion_low(1, 29), 0.0061, 5e-5);
}

/* The bound is where the normal test of the true share just rejects:
 * share - p = z * sqrt(p * (1 - p) / n). */
static void test_definition(void **state)
{
	const double z = 1.959963984540054;

	(void)state;
	for (int n = 1; n < 300; n += 7)
		for (int k = 1; k <= n; k++) {
			double p = proportion_low(k, n);

			assert_true(fabs((double)k / n - p - z *
					 sqrt(p * (1 - p) / n)) < 1e-12);
		}
	assert_float_equal(proportion_low(0, 0), 0, 0);
	assert_float_equal(proportion_low(1, NAN), 0, 0);
	assert_true(proportion_low(12, 10) <= 1); /* rounding of weights */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published),
		cmocka_unit_test(test_definition),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Gates, and the lower end of a proportion's interval. */
#include "analyzer/advice/judge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

/* As published: Newcombe, Statistics in Medicine 17:857 (1998), table I. */
static void test_published(void **state)
{
	(void)state;
	assert_float_equal(judge_wilson_low(81, 263), 0.2553, 5e-5);
	assert_float_equal(judge_wilson_low(15, 148), 0.0624, 5e-5);
	assert_float_equal(judge_wilson_low(0, 20), 0, 1e-12);
	assert_float_equal(judge_wilson_low(1, 29), 0.0061, 5e-5);
}

/* The bound is where the normal test of the true share just rejects:
 * share - p = z * sqrt(p * (1 - p) / n). */
static void test_definition(void **state)
{
	const double z = 1.959963984540054;

	(void)state;
	for (int n = 1; n < 300; n += 7)
		for (int k = 1; k <= n; k++) {
			double p = judge_wilson_low(k, n);

			assert_true(fabs((double)k / n - p - z *
					 sqrt(p * (1 - p) / n)) < 1e-12);
		}
	assert_float_equal(judge_wilson_low(0, 0), 0, 0);
	assert_float_equal(judge_wilson_low(1, NAN), 0, 0);
	assert_true(judge_wilson_low(12, 10) <= 1); /* rounding of weights */
}

static void test_gates(void **state)
{
	struct thresholds t;
	struct judgement j = { .thresholds = &t };

	(void)state;
	thresholds_init(&t);
	j.verdict.kind = VERDICT_NONE;
	assert_true(judge_at_least(&j, "a", 20, THRESHOLD_POOL_TURNOVER));
	assert_true(judge_at_most(&j, "b", 2, THRESHOLD_SLAB_TURNOVER));
	assert_true(judge_that(&j, true, "c"));
	assert_int_equal(j.verdict.kind, VERDICT_NONE);
	assert_false(judge_at_least(&j, "d", 19.9, THRESHOLD_POOL_TURNOVER));
	assert_int_equal(j.verdict.kind, VERDICT_LOW);
	assert_int_equal(j.verdict.threshold, THRESHOLD_POOL_TURNOVER);
	assert_float_equal(j.verdict.limit, 20, 0);
	assert_false(judge_at_most(&j, "e", 2.1, THRESHOLD_SLAB_TURNOVER));
	assert_int_equal(j.verdict.kind, VERDICT_HIGH);
	assert_string_equal(j.verdict.gate, "e");
	assert_float_equal(j.verdict.value, 2.1, 0);
	assert_false(judge_that(&j, false, "f"));
	assert_int_equal(j.verdict.kind, VERDICT_VETO);
	assert_false(judge_at_least(&j, "g", NAN, THRESHOLD_POOL_TURNOVER));
	assert_false(judge_share(&j, "h", 96, 100, THRESHOLD_POOL_FREED));
	assert_true(judge_share(&j, "i", 9600, 10000, THRESHOLD_POOL_FREED));
	judge_fire(&j);
	assert_int_equal(j.verdict.kind, VERDICT_FIRED);
}

static void test_table(void **state)
{
	const struct detector *d;
	size_t i = 0;

	(void)state;
	for (; (d = detector_at(i)) != NULL; i++) {
		assert_int_equal(detector_named(d->id), i);
		assert_int_equal(detector_index(d), i);
		assert_true(d->judge || d->search);
		assert_true(d->verify && strlen(d->verify) > 20);
	}
	assert_true(i < 32); /* a bit each */
	assert_int_equal(detector_named(""), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published),
		cmocka_unit_test(test_definition),
		cmocka_unit_test(test_gates),
		cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

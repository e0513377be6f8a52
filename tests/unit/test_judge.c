/* SPDX-License-Identifier: MIT */
/* Gates. */
#include "analyzer/advice/judge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

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
		cmocka_unit_test(test_gates),
		cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

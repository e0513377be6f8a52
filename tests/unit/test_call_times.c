/* SPDX-License-Identifier: MIT */
/* What calls took, and what that makes of a pool's hits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "analyzer/advice/cost.h"

static void test_few(void **state)
{
	struct call_times times = { 0 };

	(void)state;
	assert_true(isnan(call_times_mean(&times)));
	assert_true(isnan(call_times_p10(&times)));
	for (uint64_t i = 100; i > 0; i--)
		call_times_add(&times, i);
	assert_true(call_times_mean(&times) == 50.5);
	assert_true(call_times_p10(&times) == 10);
	call_times_release(&times);
}

/* Far more than are kept: the mean is exact, the tenth near, whatever changes
 * with time. */
static void test_many(void **state)
{
	struct call_times times = { 0 };

	(void)state;
	for (uint64_t i = 0; i < 1000000; i++)
		call_times_add(&times, i);
	assert_true(call_times_mean(&times) == 499999.5);
	assert_true(times.kept_count < CALL_TIMES_KEPT);
	assert_true(times.kept_count >= CALL_TIMES_KEPT / 2 - 1);
	assert_true(fabs(call_times_p10(&times) - 100000) < 100);
	call_times_release(&times);
}

/* 1,024 units a tick of 512 ns: two units a nanosecond. */
static const struct model model = { .meta.tick_shift = 10, .ns_per_tick = 512 };
static const struct cost_machine machine = { 2, 9, 5 };

static void test_pair(void **state)
{
	struct call_times mallocs = { 0 }, frees = { 0 };
	struct cost_pair pair;

	(void)state;
	for (uint64_t i = 0; i < 10; i++) {
		call_times_add(&mallocs, 50 + 20 * i); /* 25, 35 ... 115 ns */
		call_times_add(&frees, i < 9 ? 8 : 108); /* 4, and 54 */
	}
	pair = cost_pair(&mallocs, &frees, &model, &machine);
	assert_true(!pair.frees_guessed && pair.measured == 20);
	assert_true(pair.low == 20); /* free: less than nothing is nothing */
	assert_true(pair.mean == 65 + 4);
	call_times_release(&frees);
	pair = cost_pair(&mallocs, &frees, &model, &machine);
	assert_true(pair.frees_guessed);
	assert_true(pair.low == 40 && pair.mean == 85);
	call_times_release(&mallocs);
	pair = cost_pair(&mallocs, &frees, &model, &machine);
	assert_true(isnan(pair.low) && isnan(pair.mean));
}

static void test_saved(void **state)
{
	(void)state;
	assert_true(cost_saved(10, 5, 2) == 30);
	assert_true(cost_saved(10, 2, 5) == 0);
	assert_true(isnan(cost_saved(10, NAN, 5)));
}

/* A list of one's own costs something, and less than a locked one. */
static void test_calibrate(void **state)
{
	struct cost_machine here;

	(void)state;
	cost_calibrate(&here);
	assert_true(here.pool_ns > 0 && here.pool_ns < 1000);
	assert_true(here.locked_ns > here.pool_ns);
	assert_true(here.empty_ns >= 0 && here.empty_ns < 2000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_few),	  cmocka_unit_test(test_many),
		cmocka_unit_test(test_pair),	  cmocka_unit_test(test_saved),
		cmocka_unit_test(test_calibrate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

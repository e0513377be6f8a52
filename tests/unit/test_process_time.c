/* SPDX-License-Identifier: MIT */
/* The program's CPU time, and when it is not to be relied on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "analyzer/advice/process_time.h"

/* A hook takes 20 ns. */
static struct process_time of(uint64_t cpu_ms, uint64_t events)
{
	struct model model = {
		.ns_per_tick = 1,
		.usage_last = { .user_ns = cpu_ms * 600000,
				.system_ns = cpu_ms * 400000 },
	};

	model.stats[STAT_EVENTS] = events;
	model.stats[STAT_HOOK_SAMPLES] = 10;
	model.stats[STAT_HOOK_CLOCK_UNITS] = 200;
	return process_time_of(&model);
}

static void test_told(void **state)
{
	struct process_time time = of(100, 1000000);

	(void)state;
	assert_true(time.told && time.ns == 80e6);
	time = of(0, 0); /* it is not in the dump */
	assert_true(!time.told && time.ns == 0);
	time = of(5, 100); /* the recorder's start is in it */
	assert_true(!time.told && time.ns > 4.9e6);
}

/* Where little more is left than what the recorder's part may be wrong by. */
static void test_not_told(void **state)
{
	struct process_time time = of(100, 3300000);

	(void)state;
	assert_true(time.told && time.ns == 34e6);
	time = of(100, 3400000);
	assert_true(!time.told && time.ns > 33e6 && time.ns < 34e6);
	time = of(100, 100000000); /* more than there was */
	assert_true(!time.told && time.ns > 33e6 && time.ns < 34e6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_told),
		cmocka_unit_test(test_not_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

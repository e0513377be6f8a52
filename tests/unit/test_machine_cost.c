/* SPDX-License-Identifier: MIT */
/* What pools cost here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "analyzer/advice/machine_cost.h"

/* A list of one's own costs something, and less than a locked one. */
static void test_measure(void **state)
{
	struct machine_cost here;

	(void)state;
	machine_cost_measure(&here);
	assert_true(here.pool_ns > 0 && here.pool_ns < 1000);
	assert_true(here.locked_ns > here.pool_ns);
	assert_true(here.empty_ns >= 0 && here.empty_ns < 2000);
}

static void test_recorded(void **state)
{
	struct model model = { .meta = { .tick_shift = 10, .empty_pair = 24 },
			       .ns_per_tick = 512 };
	struct machine_cost here = { 2, 9, 5 };

	(void)state;
	machine_cost_use_recorded(&here, &model);
	assert_true(here.empty_ns == 12);
	model.meta.empty_pair = 0; /* it does not say */
	machine_cost_use_recorded(&here, &model);
	assert_true(here.empty_ns == 12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_measure),
		cmocka_unit_test(test_recorded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

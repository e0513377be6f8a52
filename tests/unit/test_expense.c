/* SPDX-License-Identifier: MIT */
/* What real calls are taken to cost, by those that were timed. */
#include "analyzer/advice/expense.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define UNITS 100    /* of an ordinary call; a unit is a nanosecond here */
#define LONG 1000000 /* of one that was interrupted */

static const struct expense machine = { .ns_per_unit = 1, .empty_ns = 10 };

static struct span_ns cost(unsigned int calls, unsigned int slow, uint64_t units,
			   unsigned int interrupted)
{
	static struct signal_calls c;

	c = (struct signal_calls){ .long_calls = interrupted,
				   .long_units = (double)interrupted * LONG };
	for (unsigned int i = 0; i < calls; i++)
		spread_add(&c.units, i < slow ? units : UNITS, 1);
	return expense_call(&machine, &c);
}

static void assert_near(double value, double wanted)
{
	assert_true(value > 0.75 * wanted && value < 1.25 * wanted);
}

static void test_even(void **state)
{
	struct span_ns span = cost(1000, 0, 0, 0);

	(void)state;
	assert_near(span.low, UNITS - machine.empty_ns);
	assert_near(span.high, UNITS - machine.empty_ns);
	span = cost(0, 0, 0, 0);
	assert_true(span.low == 0 && span.high == 0);
}

/* One in a hundred that were timed is more than 1%, and still chance. */
static void test_few_interrupted(void **state)
{
	(void)state;
	assert_near(cost(80, 0, 0, 1).high, UNITS - machine.empty_ns);
	assert_near(cost(80, 3, 20000, 0).high, UNITS - machine.empty_ns);
	assert_near(cost(100000, 0, 0, 1000).high, UNITS - machine.empty_ns);
}

/* Calls that are slow by themselves count in full. */
static void test_slow(void **state)
{
	(void)state;
	assert_near(cost(80, 0, 0, 20).high, 0.2 * LONG);
	assert_near(cost(100000, 0, 0, 3000).high, 3000.0 * LONG / 103000);
	assert_near(cost(80, 80, 20000, 0).high, 20000);
	assert_near(cost(1000, 500, 20000, 0).high, 10000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_even),
		cmocka_unit_test(test_few_interrupted),
		cmocka_unit_test(test_slow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

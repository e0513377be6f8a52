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
	static struct call_times c;

	c = (struct call_times){ 0 };
	for (unsigned int i = 0; i < calls; i++)
		call_times_add(&c, i < slow ? (double)units : UNITS, 1, LONG);
	for (unsigned int i = 0; i < interrupted; i++)
		call_times_add(&c, LONG + 1, 1, LONG);
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

/* Two of twenty may be chance, and so may be that none was fast. */
static void test_few(void **state)
{
	struct call_times times = { 0 };
	struct span_ns span;

	(void)state;
	assert_near(cost(20, 2, 40000, 0).high, UNITS - machine.empty_ns);
	assert_near(cost(20, 2, 40000, 1).high, UNITS - machine.empty_ns);
	for (int i = 0; i < 20; i++)
		call_times_add(&times, 400, 1, LONG);
	assert_true(expense_call(&machine, &times).low == 0);
	for (int i = 0; i < 10; i++)
		call_times_add(&times, i == 7 ? 30 : 400, 1, LONG);
	span = expense_call(&machine, &times);
	assert_near(span.low, 30 - machine.empty_ns);
	for (int i = 0; i < 400; i++)
		call_times_add(&times, i == 7 ? 30 : 400, 1, LONG);
	span = expense_call(&machine, &times);
	assert_near(span.low, 400 - machine.empty_ns);
}

/* Copying is no interruption. */
static void test_growth(void **state)
{
	static struct site_calls calls;
	struct span_ns span;

	(void)state;
	for (int i = 0; i < 1000; i++)
		call_times_add(&calls.reallocs, i % 100 ? UNITS : 30000,
			       i % 100 ? 1 : 200, LONG);
	span = expense_realloc(&machine, &calls);
	assert_near(span.low, 0.99 * UNITS + 0.01 * 30000);
	assert_near(span.high, 0.99 * UNITS + 0.01 * 30000);
}

static void test_pair(void **state)
{
	static struct site_calls calls = { .made = 10 };
	struct expense e = machine;
	struct span_ns pair;

	(void)state;
	for (int i = 0; i < 100; i++)
		call_times_add(&calls.allocations, i < 50 ? 60 : 110, 1, LONG);
	pair = expense_pair(&e, &calls); /* no free was timed */
	assert_near(pair.low, 50 + 50);
	assert_near(pair.high, 75 + 50);
	for (int i = 0; i < 100; i++)
		call_times_add(&calls.releases, 12, 1, LONG);
	assert_near(expense_pair(&e, &calls).low, 50 + 2);
	e.least_ns = 6; /* glibc: what is measured overlaps with measuring */
	assert_near(expense_pair(&e, &calls).low, 50 + 6);
	assert_near(expense_saved(10, (struct span_ns){ 1, 8 }, 3).high, 50);
	assert_true(expense_saved(10, (struct span_ns){ 1, 8 }, 3).low == 0);
	calls.calloc_bytes = 300; /* who keeps a block has to clear it, too */
	e.clearing = 2;
	assert_near(expense_pair(&e, &calls).low, 50 - 15 + 6);
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
		cmocka_unit_test(test_few),
		cmocka_unit_test(test_growth),
		cmocka_unit_test(test_pair),
		cmocka_unit_test(test_slow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

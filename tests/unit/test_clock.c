/* SPDX-License-Identifier: MIT */
/* A moment by two clocks is one moment, whatever comes between reading them. */
#include "preload/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>

#define HANDLER_NS 300000
#define APART_NS 50000 /* far less than a handler takes */
#define WANTED 200

static volatile sig_atomic_t interrupts;

static void waste_time(int unused)
{
	uint64_t end = clock_ns(CLOCK_MONOTONIC) + HANDLER_NS;

	(void)unused;
	interrupts++;
	while (clock_ns(CLOCK_MONOTONIC) < end)
		continue;
}

static void interrupt_often(suseconds_t us)
{
	struct itimerval often = { { 0, us }, { 0, us } };

	signal(SIGALRM, waste_time);
	assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);
}

static void test_moments(void **state)
{
	struct clock_moment first = clock_now(CLOCK_UNIT_TSC), last = first;
	struct clock_moment *kept = calloc(WANTED, sizeof(*kept));
	double rate;

	(void)state;
	assert_non_null(kept);
	interrupt_often(1000);
	for (int n = 0; n < WANTED; last = clock_now(CLOCK_UNIT_TSC))
		if (interrupts > n) /* perhaps within this call */
			kept[n++] = last;
	interrupt_often(0);
	rate = (double)(last.ns - first.ns) /
	       (double)(last.units - first.units);
	for (int n = 0; n < WANTED; n++) {
		double ns = (double)(kept[n].units - first.units) * rate;

		assert_true(fabs(ns - (double)(kept[n].ns - first.ns)) <
			    APART_NS);
	}
	free(kept);
}

static void test_one_clock(void **state)
{
	struct clock_moment now = clock_now(CLOCK_UNIT_MONOTONIC_NS);

	(void)state;
	assert_true(now.units == now.ns);
	assert_true(now.ns <= clock_ns(CLOCK_MONOTONIC));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_moments),
		cmocka_unit_test(test_one_clock),
	};

	clock_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}

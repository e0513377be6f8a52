/* SPDX-License-Identifier: MIT */
/*
 * Holm's correction by its definition: reject in order while p(k) <= level /
 * (m - k + 1). And what is left out of it.
 */
#include "analyzer/diff/holm.h"
#include "preload/random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define MOST 40

static double uniform(struct random_state *r)
{
	return (double)(random_next(r) >> 11) * 0x1p-53;
}

/* p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.05), "holm") of R: 0.05 0.08 0.09 0.09
 * 0.09 */
static void test_known(void **state)
{
	double p[] = { 0.04, 0.01, NAN, 0.05, 0.02, 0.03 };
	double want[] = { 0.09, 0.05, NAN, 0.09, 0.08, 0.09 };
	double more[] = { 0.001, 0.3 };

	(void)state;
	holm_adjust(p, 6, 0);
	for (int i = 0; i < 6; i++)
		assert_true(i == 2 ? isnan(p[i]) :
				     fabs(p[i] - want[i]) < 1e-12);
	holm_adjust(more, 2, 10);
	assert_true(fabs(more[0] - 0.01) < 1e-12 && more[1] == 1);
	holm_adjust(NULL, 0, 0);
}

/* The definition, one p at a time: no sorting. */
static bool rejected(const double *p, size_t count, size_t tests, size_t which)
{
	bool gone[MOST] = { false };

	for (size_t step = 0; step < count; step++) {
		size_t least = count;

		for (size_t i = 0; i < count; i++)
			if (!gone[i] && !isnan(p[i]) &&
			    (least == count || p[i] < p[least]))
				least = i;
		if (least == count ||
		    p[least] * (double)(tests - step) > SIGNIFICANCE_LEVEL)
			return false;
		if (least == which)
			return true;
		gone[least] = true;
	}
	return false;
}

static void test_definition(void **state)
{
	struct random_state r;

	(void)state;
	random_seed(&r, 1, 1);
	for (int round = 0; round < 3000; round++) {
		double p[MOST], adjusted[MOST];
		size_t count = 1 + random_next(&r) % MOST, made = 0;

		for (size_t i = 0; i < count; i++) {
			p[i] = uniform(&r) < 0.1 ? NAN :
						   pow(uniform(&r), 5);
			made += !isnan(p[i]);
		}
		memcpy(adjusted, p, sizeof(p));
		holm_adjust(adjusted, count, made);
		for (size_t i = 0; i < count; i++)
			assert_int_equal(adjusted[i] <= SIGNIFICANCE_LEVEL,
					 rejected(p, count, made, i));
	}
}

/* Tarone's own rule, k tried one by one. */
static void test_leave_out(void **state)
{
	double p[] = { 0.001, 0.9, 0.5, 0.5, 0.5 };
	double least[] = { 1e-9, 1e-3, 0.02, 0.03, 0.5 };
	double none[] = { 0.3, 0.2 }, high[] = { 0.3, 0.2 };
	struct random_state r;

	(void)state;
	/* 4 reach 0.05, 3 reach 0.05 / 2, 2 reach 0.05 / 3: k is 3 */
	assert_int_equal(holm_leave_out(p, least, 5, 0.05), 2);
	assert_true(p[0] == 0.001 && p[1] == 0.9 && isnan(p[2]) && isnan(p[4]));
	assert_int_equal(holm_leave_out(none, high, 2, 0.05), 0);
	assert_true(isnan(none[0]) && isnan(none[1]));
	random_seed(&r, 2, 1);
	for (int round = 0; round < 3000; round++) {
		double q[MOST], reach[MOST];
		size_t count = 1 + random_next(&r) % MOST, k = 0, within;

		for (size_t i = 0; i < count; i++) {
			q[i] = 1;
			reach[i] = pow(uniform(&r), 6);
		}
		do {
			k++;
			within = 0;
			for (size_t i = 0; i < count; i++)
				within += reach[i] <= 0.05 / (double)k;
		} while (within > k);
		assert_int_equal(holm_leave_out(q, reach, count, 0.05), within);
		for (size_t i = 0; i < count; i++)
			assert_int_equal(isnan(q[i]),
					 reach[i] > 0.05 / (double)k);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_definition),
		cmocka_unit_test(test_leave_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/*
 * The random numbers: reference values, uniformity of the gaps by a chi-square
 * test with fixed seeds, and the promise of the first gap, that each event of
 * a short thread is chosen as often as any other.
 */
#include "preload/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define MEAN 16
#define GAPS (2 * MEAN - 1)
#define DRAWS 310000

static void test_splitmix_reference(void **state)
{
	/* The published generator's first outputs for seed 1234567. */
	static const uint64_t expected[] = {
		6457827717110365317u, 3203168211198807973u,
		9817491932198370423u, 4593380528125082431u,
		16408922859458223821u,
	};
	struct random_state r = { 1234567 };

	(void)state;
	for (size_t i = 0; i < sizeof(expected) / sizeof(*expected); i++)
		assert_true(random_next(&r) == expected[i]);
}

static void test_streams_differ(void **state)
{
	struct random_state a, b, c;

	(void)state;
	random_seed(&a, 1, 0);
	random_seed(&b, 1, 1);
	random_seed(&c, 2, 0);
	assert_true(a.word != b.word && a.word != c.word && b.word != c.word);
	random_seed(&b, 1, 0);
	assert_true(random_next(&a) == random_next(&b));
}

static void test_below_stays_below(void **state)
{
	struct random_state r = { 3 };

	(void)state;
	for (int i = 0; i < 100000; i++) {
		assert_true(random_below(&r, 1) == 0);
		assert_true(random_below(&r, 7) < 7);
		assert_true(random_below(&r, UINT64_MAX) < UINT64_MAX);
		assert_true(random_gap_uniform(&r, 1) == 1);
		assert_true(random_gap_first(&r, 1) == 1);
	}
}

static void test_gap_is_uniform(void **state)
{
	struct random_state r = { 4 };
	double chi2 = 0;
	unsigned int seen[GAPS + 2] = { 0 };

	(void)state;
	for (int i = 0; i < DRAWS; i++) {
		uint64_t gap = random_gap_uniform(&r, MEAN);

		assert_in_range(gap, 1, GAPS);
		seen[gap]++;
	}
	for (int gap = 1; gap <= GAPS; gap++) {
		double off = seen[gap] - (double)DRAWS / GAPS;

		chi2 += off * off / ((double)DRAWS / GAPS);
	}
	/* 99.9% point with 30 degrees of freedom. */
	assert_true(chi2 < 59.7);
}

static void choose(struct random_state *r, unsigned int *chosen,
		   unsigned int events)
{
	uint64_t next = random_gap_first(r, MEAN);

	while (next <= events) {
		chosen[next]++;
		next += random_gap_uniform(r, MEAN);
	}
}

static void test_short_threads_are_no_bias(void **state)
{
	enum { EVENTS = 40, THREADS = 400000 };
	struct random_state r = { 5 };
	unsigned int chosen[EVENTS + 1] = { 0 };
	double mean = (double)THREADS / MEAN;

	(void)state;
	for (int i = 0; i < THREADS; i++)
		choose(&r, chosen, EVENTS);
	for (int event = 1; event <= EVENTS; event++) {
		double off = chosen[event] - mean;

		/* 4 standard errors: 40 checks. */
		assert_true(off * off < 16 * mean);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_splitmix_reference),
		cmocka_unit_test(test_streams_differ),
		cmocka_unit_test(test_below_stays_below),
		cmocka_unit_test(test_gap_is_uniform),
		cmocka_unit_test(test_short_threads_are_no_bias),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/*
 * The rank test against all divisions counted one by one, published tables and
 * what R and SciPy document; shifts and medians against all pairs, and how
 * often their intervals cover.
 */
#include "analyzer/diff/rank_test.h"
#include "preload/random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MOST 60
#define RUNS(...) \
	{ (const double[]){ __VA_ARGS__ }, \
	  sizeof((const double[]){ __VA_ARGS__ }) / sizeof(double) }

static bool is_near(double a, double b, double error)
{
	return fabs(a - b) <= error;
}

static double uniform(struct random_state *r)
{
	return ((double)(random_next(r) >> 11) + 0.5) * 0x1p-53;
}

static double normal(struct random_state *r)
{
	return sqrt(-2 * log(uniform(r))) * cos(2 * M_PI * uniform(r));
}

/* The doubled U of the runs whose bits are set, from pairs. */
static int doubled_u(const double *all, int count, unsigned int now)
{
	int u = 0;

	for (int i = 0; i < count; i++)
		for (int j = 0; j < count; j++)
			if ((now >> i & 1) && !(now >> j & 1))
				u += (all[i] > all[j]) + (all[i] >= all[j]);
	return u;
}

static double brute_p(const double *all, int m, int n)
{
	unsigned int last = ((1u << n) - 1) << m;
	int mean = m * n, away = abs(doubled_u(all, m + n, last) - mean);
	double far = 0, ways = 0;

	for (unsigned int now = 0; now < 1u << (m + n); now++) {
		if (__builtin_popcount(now) != n)
			continue;
		ways++;
		far += abs(doubled_u(all, m + n, now) - mean) >= away;
	}
	return far / ways;
}

static void test_all_divisions(void **state)
{
	struct random_state r;

	(void)state;
	random_seed(&r, 1, 1);
	for (int round = 0; round < 400; round++) {
		int m = 1 + (int)(random_next(&r) % 5);
		int n = 1 + (int)(random_next(&r) % 5);
		uint64_t kinds = 1 + random_next(&r) % 12;
		double all[10];
		struct runs old = { all, (size_t)m };
		struct runs now = { all + m, (size_t)n };
		struct rank_test test;

		for (int i = 0; i < m + n; i++)
			all[i] = (double)(random_next(&r) % kinds) - 3;
		test = rank_test(&old, &now);
		assert_true(test.exact);
		assert_true(is_near(test.p, brute_p(all, m, n), 1e-12));
		assert_true(2 * test.u ==
			    doubled_u(all, m + n, ((1u << n) - 1) << m));
	}
}

/* wilcox.test() of R, its example from Hollander and Wolfe (1973), 69f: W = 35,
 * p = 0.1272 for "greater"; the book has the estimate 0.305 and the interval
 * -0.15 to 0.76. scipy.stats.mannwhitneyu(): U = 17, p = 0.1111. */
static void test_documented(void **state)
{
	struct runs x = RUNS(0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64,
			     0.73, 1.46);
	struct runs y = RUNS(1.15, 0.88, 0.90, 0.74, 1.21);
	struct runs males = RUNS(19, 22, 16, 29, 24);
	struct runs females = RUNS(20, 11, 17, 12);
	struct rank_test test = rank_test(&y, &x);
	struct rank_interval shift = rank_test_shift(&y, &x);

	(void)state;
	assert_true(test.u == 35 && is_near(test.p / 2, 0.1272, 5e-5));
	assert_true(is_near(shift.value, 0.305, 1e-9));
	assert_true(is_near(shift.low, -0.15, 1e-9));
	assert_true(is_near(shift.high, 0.76, 1e-9));
	assert_true(shift.level > 0.95 && shift.level < 0.97);
	test = rank_test(&females, &males);
	assert_true(test.u == 17 && is_near(test.p, 1.0 / 9, 1e-12));
}

/* now[] against 0 .. m - 1 such that U is `u`. */
static struct rank_test with_u(size_t m, size_t n, size_t u)
{
	double old[MOST], now[MOST];

	for (size_t i = 0; i < m; i++)
		old[i] = (double)i;
	for (size_t i = 0; i < n; i++) {
		size_t above = u < m ? u : m;

		now[i] = (double)above - 0.5 + (double)i / 1000;
		u -= above;
	}
	return rank_test(&(struct runs){ old, m }, &(struct runs){ now, n });
}

/* Critical values of U, two-sided 0.05 (Milton, JASA 59:925, 1964). */
static void test_table(void **state)
{
	static const struct {
		size_t m, n, u;
	} table[] = {
		{ 4, 4, 0 },   { 5, 4, 1 },    { 5, 5, 2 },    { 6, 6, 5 },
		{ 8, 7, 10 },  { 8, 8, 13 },   { 10, 10, 23 }, { 10, 5, 8 },
		{ 12, 9, 26 }, { 15, 15, 64 }, { 20, 10, 55 }, { 20, 20, 127 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		size_t m = table[i].m, n = table[i].n, u = table[i].u;
		struct rank_test test = with_u(m, n, u);

		assert_true(test.u == (double)u);
		assert_true(test.p <= 0.05);
		assert_true(with_u(m, n, u + 1).p > 0.05);
		assert_true(with_u(n, m, m * n - u).p == test.p);
	}
}

/* By the variance of a sum drawn from midranks, which are counted. */
static double normal_law(const double *all, int m, int n)
{
	double squares = 0, mean = (m + n + 1) / 2.0, sum = 0, away;

	for (int i = 0; i < m + n; i++) {
		double rank = 0.5;

		for (int j = 0; j < m + n; j++)
			rank += (all[j] < all[i]) + 0.5 * (all[j] == all[i]);
		squares += (rank - mean) * (rank - mean);
		sum += i < m ? 0 : rank - mean;
	}
	away = fmax(fabs(sum) - 0.5, 0);
	return erfc(away / sqrt(squares * m * n / (m + n) / (m + n - 1)) /
		    M_SQRT2);
}

static void test_normal_law(void **state)
{
	struct random_state r;
	double all[MOST];

	(void)state;
	random_seed(&r, 6, 1);
	for (int round = 0; round < 300; round++) {
		int m = 20 + (int)(random_next(&r) % 10), n = 25;
		int kinds = 2 + (int)(random_next(&r) % 30);

		for (int i = 0; i < m + n; i++)
			all[i] = floor(uniform(&r) * kinds) + (i < m) * 0.4;
		assert_true(is_near(rank_test(&(struct runs){ all, (size_t)m },
					      &(struct runs){ all + m, 25 }).p,
				    normal_law(all, m, n), 1e-12));
		for (int i = 0; i < m; i++)
			all[i] -= 0.4;
		assert_true(is_near(rank_test(&(struct runs){ all, (size_t)m },
					      &(struct runs){ all + m, 25 }).p,
				    normal_law(all, m, n), 1e-9));
	}
}

static void test_many_runs(void **state)
{
	struct random_state r;
	double all[2 * MOST];

	(void)state;
	/* the two ways meet: 20 and 20 exactly, 21 and 20 by the normal law */
	for (size_t u = 60; u <= 200; u += 10) {
		struct rank_test few = with_u(20, 20, u);
		struct rank_test many = with_u(21, 20, u + 10);

		assert_true(few.exact && !many.exact);
		assert_true(is_near(many.p, few.p, 0.03 + 0.1 * few.p));
	}
	/* ties: the level holds, and is used */
	random_seed(&r, 3, 1);
	for (int kinds = 2; kinds <= 8; kinds += 3) {
		int hits = 0;

		for (int round = 0; round < 4000; round++) {
			for (int i = 0; i < 60; i++)
				all[i] = floor(uniform(&r) * kinds);
			hits += rank_test(&(struct runs){ all, 30 },
					  &(struct runs){ all + 30, 30 })
					.p <= 0.05;
		}
		assert_true(hits > 120 && hits < 245);
	}
}

static void test_too_few(void **state)
{
	struct runs none = { NULL, 0 }, one = RUNS(1), equal = RUNS(5, 5, 5);

	(void)state;
	assert_true(is_near(rank_test_least_p(3, 3), 0.1, 1e-12));
	assert_true(is_near(rank_test_least_p(4, 4), 2.0 / 70, 1e-12));
	assert_true(is_near(rank_test_least_p(5, 3), 2.0 / 56, 1e-12));
	assert_true(rank_test_least_p(1, 1) == 1);
	assert_true(isnan(rank_test_least_p(0, 4)));
	assert_true(rank_test_least_p(30, 30) < 1e-9);
	for (size_t n = 1; n <= 20; n++)
		assert_true(is_near(rank_test_least_p(n, n),
				    with_u(n, n, 0).p, 1e-12));
	assert_int_equal(rank_test_runs_needed(0.05, 1), 4);
	assert_int_equal(rank_test_runs_needed(0.05, 2), 5);
	assert_int_equal(rank_test_runs_needed(0.05, 100), 8);
	assert_true(isnan(rank_test(&none, &one).p));
	assert_true(isnan(rank_test_shift(&none, &one).value));
	assert_true(isnan(rank_test_median(&none).value));
	assert_true(rank_test(&equal, &equal).p == 1);
	assert_true(isinf(rank_test_shift(&equal, &equal).low));
	assert_true(rank_test_shift(&equal, &equal).level == 1);
	assert_true(isinf(rank_test_median(&equal).high));
	assert_true(rank_test_relative(0, 0) == 0);
	assert_true(isinf(rank_test_relative(3, 0)));
	assert_true(is_near(rank_test_relative(-3, 60), -0.05, 1e-12));
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* All differences in order; the interval's ends are the C-th from either end,
 * with C from the runs that the test does not reject. */
static void test_shift(void **state)
{
	struct random_state r;

	(void)state;
	random_seed(&r, 4, 1);
	for (int round = 0; round < 300; round++) {
		size_t m = 4 + random_next(&r) % 20;
		size_t n = 4 + random_next(&r) % 20, pairs = m * n, c = 0;
		double old[MOST], now[MOST], all[MOST * MOST];
		struct rank_interval shift;

		for (size_t i = 0; i < m; i++)
			old[i] = 1e6 * normal(&r);
		for (size_t i = 0; i < n; i++)
			now[i] = round % 2 ? 1e6 * normal(&r) :
					     floor(5 * uniform(&r));
		for (size_t i = 0; i < pairs; i++)
			all[i] = now[i % n] - old[i / n];
		qsort(all, pairs, sizeof(*all), compare);
		shift = rank_test_shift(&(struct runs){ old, m },
					&(struct runs){ now, n });
		assert_true(shift.value == (all[(pairs - 1) / 2] +
					    all[pairs / 2]) / 2);
		if (m + n > RANK_TEST_EXACT_RUNS)
			continue;
		while (with_u(m, n, c).p <= 0.05)
			c++;
		assert_true(c > 0 && shift.low == all[c - 1]);
		assert_true(shift.high == all[pairs - c]);
		assert_true(is_near(shift.level, 1 - with_u(m, n, c - 1).p,
				    1e-12));
	}
}

/* Values of either sign, zeros, and the largest that differ by little. */
static void test_shift_range(void **state)
{
	struct runs a = RUNS(-1e300, -0.0, 0.0, 5e-324);
	struct runs b = RUNS(0x1p53, 0x1p53 + 2, 0x1p53 + 4, 0x1p53 + 4);
	struct rank_interval shift = rank_test_shift(&a, &a);

	(void)state;
	assert_true(shift.value == 0);
	assert_true(shift.low == -1e300 && shift.high == 1e300);
	shift = rank_test_shift(&b, &b);
	assert_true(shift.value == 0 && shift.low == -4 && shift.high == 4);
}

/* Order statistics of the sign test, as tabled: 6 runs the extremes (96.9%), 10
 * the second (97.9%), 20 the sixth (95.9%), 30 the tenth (95.7%). */
static void test_median(void **state)
{
	static const struct {
		size_t n;
		double low, level;
	} table[] = { { 6, 1, 0.96875 },     { 8, 1, 0.9921875 },
		      { 10, 2, 0.978515625 }, { 20, 6, 0.958610535 },
		      { 30, 10, 0.957226 } };
	struct runs five = RUNS(1, 2, 3, 4, 5);

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		size_t n = table[i].n;
		double some[MOST];
		struct rank_interval median;

		for (size_t j = 0; j < n; j++)
			some[j] = (double)(j * 7 % n) + 1;
		median = rank_test_median(&(struct runs){ some, n });
		assert_true(median.value == (double)(n + 1) / 2);
		assert_true(median.low == table[i].low);
		assert_true(median.high == (double)n + 1 - table[i].low);
		assert_true(is_near(median.level, table[i].level, 1e-6));
	}
	assert_true(isinf(rank_test_median(&five).low));
}

/* A shift of 3 between sides of one shape, at least as often as is said, and
 * nowhere much more often. */
static void test_cover(void **state)
{
	static const size_t sizes[][2] = { { 4, 4 }, { 5, 5 }, { 10, 10 },
					   { 6, 15 }, { 30, 30 } };
	struct random_state r;

	(void)state;
	random_seed(&r, 5, 1);
	for (size_t i = 0; i < 5; i++)
		for (int shape = 0; shape < 2; shape++) {
			double a[MOST], b[MOST], level = 0, median_level = 0;
			int rounds = 2500, hits = 0, medians = 0, p = 0;

			for (int round = 0; round < rounds; round++) {
				struct runs old = { a, sizes[i][0] };
				struct runs now = { b, sizes[i][1] };
				struct rank_interval x;

				for (size_t j = 0; j < old.count; j++)
					a[j] = shape ? normal(&r) :
						       -log(uniform(&r));
				for (size_t j = 0; j < now.count; j++)
					b[j] = 3 + (shape ? normal(&r) :
							    -log(uniform(&r)));
				x = rank_test_shift(&old, &now);
				hits += x.low <= 3 && 3 <= x.high;
				level = x.level;
				x = rank_test_median(&old);
				median_level = x.level;
				medians += x.low <= (shape ? 0 : M_LN2) &&
					   (shape ? 0 : M_LN2) <= x.high;
				for (size_t j = 0; j < now.count; j++)
					b[j] -= 3;
				p += rank_test(&old, &now).p <= 0.05;
			}
			print_message("%zu and %zu: %.1f%% of %.1f%%, medians "
				      "%.1f%% of %.1f%%, p <= 5%%: %.1f%%\n",
				      sizes[i][0], sizes[i][1],
				      100.0 * hits / rounds, 100 * level,
				      100.0 * medians / rounds,
				      100 * median_level, 100.0 * p / rounds);
			assert_true(level >= 0.9495);
			assert_true(is_near(1.0 * hits / rounds, level, 0.018));
			assert_true(is_near(1.0 * medians / rounds,
					    median_level, 0.018));
			assert_true(is_near(1.0 * p / rounds, 1 - level,
					    0.018));
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_divisions),
		cmocka_unit_test(test_documented),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_many_runs),
		cmocka_unit_test(test_normal_law),
		cmocka_unit_test(test_too_few),
		cmocka_unit_test(test_shift),
		cmocka_unit_test(test_shift_range),
		cmocka_unit_test(test_median),
		cmocka_unit_test(test_cover),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

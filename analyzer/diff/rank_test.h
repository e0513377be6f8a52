/* SPDX-License-Identifier: MIT */
/*
 * Do several runs of the one kind differ from several of the other? Ranks
 * only: nothing is assumed of how a figure varies from run to run. The test of
 * Mann and Whitney (Annals of Mathematical Statistics 18:50, 1947), the
 * shift of Hodges and Lehmann (34:598, 1963) with its interval, and medians
 * with theirs. Pure functions; values are finite. Intervals are of order
 * statistics, closed, and cover with at least the level that they say; with too
 * few runs nothing bounds them.
 */
#ifndef ANALYZER_DIFF_RANK_TEST_H
#define ANALYZER_DIFF_RANK_TEST_H

#include <stdbool.h>
#include <stddef.h>

/* The level that intervals are meant to have. */
#define RANK_TEST_LEVEL 0.95

/* Up to so many runs in all p is exact, with ties as without. */
#define RANK_TEST_EXACT_RUNS 40

/* One figure of each run of a side, in any order, not changed. */
struct runs {
	const double *values;
	size_t count;
};

struct rank_test {
	double u;   /* pairs in which `now` is larger; a tie is half a one */
	double p;   /* two-sided; NAN if a side has no run */
	bool exact; /* or by the normal law */
};

/*
 * p is the part of all ways to divide the runs in two sides of these sizes
 * whose rank sum is as far from its mean, or farther: counted, over midranks
 * where values are equal, up to RANK_TEST_EXACT_RUNS, above by the normal law
 * with the corrections for ties and continuity (Lehmann, Nonparametrics, 1975,
 * 1.2 to 1.4). p is 1 if all values are equal.
 */
struct rank_test rank_test(const struct runs *old, const struct runs *now);

/*
 * The smallest p that so many runs can reach, without ties: 2 / C(n1 + n2, n1),
 * 0.1 for three a side and 0.0286 for four. NAN if a side has none.
 */
double rank_test_least_p(size_t old_count, size_t now_count);

/*
 * How many runs a side it takes for the least p to be significant at `level`
 * when it is one of `tests` in Holm's correction.
 */
size_t rank_test_runs_needed(double level, size_t tests);

/* An estimate, its interval, and the level that the interval really has. */
struct rank_interval {
	double value;
	double low, high; /* -INFINITY, INFINITY: too few runs for a bound */
	double level;	  /* 1 if there is no bound */
};

/*
 * By how much `now` is above `old`: the median of all differences between one
 * of each, and the interval in which the test does not reject. NAN if a side
 * has no run. Takes (n1 + n2) steps a bit, no matter how many pairs.
 */
struct rank_interval rank_test_shift(const struct runs *old,
				     const struct runs *now);

/*
 * The median of a side; the interval is that of the sign test (of 6 runs at
 * least, as in benchstat).
 */
struct rank_interval rank_test_median(const struct runs *runs);

/* A shift relative to a median: 0.05 is 5% more; from 0 it is infinite, or 0
 * if there is no shift. */
double rank_test_relative(double shift, double median);

#endif

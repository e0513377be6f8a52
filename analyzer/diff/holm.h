/* SPDX-License-Identifier: MIT */
/*
 * Many tests at once: of a hundred sites that did not change, five would be
 * below 0.05 by chance. Holm's step-down correction (Scandinavian Journal of
 * Statistics 6:65, 1979) keeps the chance that any of them is called a change
 * at what was asked for, however the tests depend on each other. Before it,
 * tests that cannot come out either way are left out (Tarone, Biometrics
 * 46:515, 1990), so that a thousand sites of one sample each do not hide one
 * that matters. Pure functions; a p of NAN is a test that was not made.
 */
#ifndef ANALYZER_DIFF_HOLM_H
#define ANALYZER_DIFF_HOLM_H

#include <stddef.h>

/* The level that all of heapwise diff judges at. */
#define SIGNIFICANCE_LEVEL 0.05

/*
 * Corrects p[0..count) in place: the k-th smallest becomes the largest of (m -
 * j + 1) p(j) over j <= k, at most 1; then p <= level means significant at that
 * level over all. `tests` is m; fewer than the p that are not NAN count as
 * these. NANs stay.
 */
void holm_adjust(double *p, size_t count, size_t tests);

/*
 * Makes NAN of each p whose test could not have been significant at `level`
 * whatever had come out, and returns how many are left. `least` holds the
 * smallest p that each test can reach given what does not depend on the
 * change: the numbers of runs (rank_test_least_p()), the samples of both sides
 * together (significance_least_p()). With k the smallest number for which at
 * most k tests reach level / k, those stay. NAN in either: not tested.
 */
size_t holm_leave_out(double *p, const double *least, size_t count,
		      double level);

#endif

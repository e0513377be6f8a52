/* SPDX-License-Identifier: MIT */
/*
 * From the rows of all runs to those of a comparison: the runs of one side
 * share rows with the same calls, then the two sides are matched.
 */
#ifndef ANALYZER_DIFF_COMPARISON_ROWS_H
#define ANALYZER_DIFF_COMPARISON_ROWS_H

#include "analyzer/diff/comparison.h"

/* Fills rows and parts; figures and verdicts are not looked at. */
void comparison_rows_make(struct comparison *comparison);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Changes in few columns: "+1.20K", "-12.5%", "±340", "~" for what may be
 * chance or is too small to matter, "=" for what is as before.
 */
#ifndef ANALYZER_OUTPUT_DIFF_CELLS_H
#define ANALYZER_OUTPUT_DIFF_CELLS_H

#include "analyzer/diff/comparison.h"
#include "analyzer/output/cells.h"

/* Each returns `out`. */
char *diff_cell_delta(char out[CELL_BYTES], double delta, bool bytes);
/* "from 0" where there is nothing to relate it to. */
char *diff_cell_relative(char out[CELL_BYTES], double relative);
/* How far off the delta may be; empty where it is exact. */
char *diff_cell_margin(char out[CELL_BYTES],
		       const struct comparison_change *change, bool bytes);

/* For totals: "+12,345", "+1.25 MiB"; fresh. */
char *diff_text_delta(const struct comparison_change *change, bool bytes);

#endif

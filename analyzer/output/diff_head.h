/* SPDX-License-Identifier: MIT */
/*
 * The head of a comparison for people: which two sides, what makes them hard to
 * compare, and the totals before and after.
 */
#ifndef ANALYZER_OUTPUT_DIFF_HEAD_H
#define ANALYZER_OUTPUT_DIFF_HEAD_H

#include "analyzer/output/diff.h"

void diff_head_print(const struct output_run *run,
		     const struct diff_view *view);

/* "calls", "leaked", or what they are of a moment: "live". */
const char *diff_metric_title(const struct comparison *comparison,
			      enum comparison_metric metric);

#endif

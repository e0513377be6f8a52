/* SPDX-License-Identifier: MIT */
/*
 * A row of a comparison for people: by how much each metric changed, or of a
 * single one what it was and is; what the row is known by, and where.
 */
#ifndef ANALYZER_OUTPUT_DIFF_ROW_H
#define ANALYZER_OUTPUT_DIFF_ROW_H

#include "analyzer/output/diff.h"

/* "site", "sites", "function", ... */
const char *diff_row_noun(const struct comparison *comparison, size_t count);

/* The titles of the columns that rows have. */
void diff_row_print_columns(const struct output_run *run,
			    const struct comparison *comparison);
void diff_row_print(const struct output_run *run, const struct diff_view *view,
		    const struct comparison_row *row);

#endif

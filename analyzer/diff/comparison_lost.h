/* SPDX-License-Identifier: MIT */
/*
 * Rows that might be another row, if only they had their names: see
 * lost_names.h.
 */
#ifndef ANALYZER_DIFF_COMPARISON_LOST_H
#define ANALYZER_DIFF_COMPARISON_LOST_H

#include "analyzer/diff/comparison.h"

/* Does a call of the row lack its name because its file is not there? */
bool comparison_lost_name(const struct comparison *comparison,
			  const struct comparison_row *row);
/* How many such rows are NEW, or GONE. */
size_t comparison_lost_rows(const struct comparison *comparison,
			    enum match_kind kind);
/* Fresh: "words was built again since, libfoo.so is not there any more"; NULL
 * if nothing is missing on that side. */
char *comparison_lost_text(const struct comparison *comparison,
			   enum comparison_side side);

#endif

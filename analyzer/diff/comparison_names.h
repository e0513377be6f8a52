/* SPDX-License-Identifier: MIT */
/* Which stacks of a comparison's runs get names: comparison_name() and what
 * comparison_rows.c needs before there are rows. */
#ifndef ANALYZER_DIFF_COMPARISON_NAMES_H
#define ANALYZER_DIFF_COMPARISON_NAMES_H

#include "analyzer/diff/comparison.h"

/* Grows; release `parts`. */
struct comparison_choice {
	struct comparison_part *parts;
	size_t count, capacity;
};

void comparison_choose(struct comparison_choice *choice,
		       const struct comparison_part *part);
/* Names those that are not; later runs first, whose files are likelier to be
 * there still. */
void comparison_name_parts(struct comparison *comparison,
			   const struct comparison_choice *choice);

/* The rows that did not change; in comparison_make.c, as for the others. */
void comparison_sort_rest(struct comparison *comparison);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * A stack for people: the few frames that tell where it is, one a line, with
 * file and line. Left out are the allocator's own frames at the leaf, what the
 * language's library calls inside itself, what calls main(), and what is too
 * far out; runs of one function become one line.
 */
#ifndef ANALYZER_OUTPUT_FRAME_LINES_H
#define ANALYZER_OUTPUT_FRAME_LINES_H

#include "analyzer/output/screen.h"

/* At most as many as the budget allows, and one; no budget (NULL): all. */
void frame_lines_print(const struct output_run *run,
		       const struct report *report, const struct site *row,
		       struct frame_budget *budget);

/* One such line: a function and where it is, as they are in the program's
 * files (they are escaped here). `full`: nothing is shortened; what does not
 * fit is folded. */
void frame_line_print(const struct output_run *run, bool full,
		      const char *function, const char *where);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Names of calls in folded stacks, "root;...;leaf N". Frames are separated by
 * ';' and the value by the last space, so names keep clear of both: as on a
 * terminal what cannot be printed becomes \n or \xHH, a ';' becomes ':'.
 */
#ifndef ANALYZER_OUTPUT_FOLDED_TEXT_H
#define ANALYZER_OUTPUT_FOLDED_TEXT_H

#include <stdio.h>

/* What stands in place of callers that were not recorded. */
#define FOLDED_TRUNCATED "[truncated]"

/* One call's name, without a separator. */
void folded_put_frame(FILE *file, const char *name);

#endif

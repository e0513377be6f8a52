/* SPDX-License-Identifier: MIT */
/*
 * The calls of a row of a comparison for people, as frame_lines.h shows those
 * of a report; of a row that is no site its name.
 */
#ifndef ANALYZER_OUTPUT_DIFF_FRAMES_H
#define ANALYZER_OUTPUT_DIFF_FRAMES_H

#include "analyzer/output/diff.h"

void diff_frames_print(const struct output_run *run,
		       const struct diff_view *view,
		       const struct comparison_row *row);

#endif

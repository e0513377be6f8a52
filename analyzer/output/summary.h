/* SPDX-License-Identifier: MIT */
/*
 * The head of a report for people: which program, how it was recorded, its
 * totals, what part of the recording is looked at, and a warning if events are
 * missing. And its foot.
 */
#ifndef ANALYZER_OUTPUT_SUMMARY_H
#define ANALYZER_OUTPUT_SUMMARY_H

#include "analyzer/output/output.h"

void summary_print(const struct output_run *run, const struct report *report);

/* Parts of it: the program, its recording and the part of it that is shown; the
 * warnings. */
void summary_print_head(const struct output_run *run,
			const struct report *report);
void summary_print_warnings(const struct output_run *run,
			    const struct report *report);

/* In place of rows, if there are none. */
void summary_print_nothing(const struct output_run *run,
			   const struct report *report);

/* Below the rows: what figures and columns mean. */
void summary_print_notes(const struct output_run *run,
			 const struct report *report);

#endif

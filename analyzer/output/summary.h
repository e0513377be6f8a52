/* SPDX-License-Identifier: MIT */
/*
 * The head of a report for people: which program, how it was recorded, its
 * totals, and a warning if events are missing.
 */
#ifndef ANALYZER_OUTPUT_SUMMARY_H
#define ANALYZER_OUTPUT_SUMMARY_H

#include "analyzer/output/output.h"

void summary_print(const struct output_run *run, const struct report *report);

/* Parts of it: the program and its recording; the warnings. */
void summary_print_head(const struct output_run *run,
			const struct report *report);
void summary_print_warnings(const struct output_run *run,
			 const struct report *report);

#endif

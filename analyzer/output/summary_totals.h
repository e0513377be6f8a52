/* SPDX-License-Identifier: MIT */
/* The figures of a whole recording for people, two a line. */
#ifndef ANALYZER_OUTPUT_SUMMARY_TOTALS_H
#define ANALYZER_OUTPUT_SUMMARY_TOTALS_H

#include "analyzer/output/output.h"

/* Ends with an empty line. */
void summary_totals_print(const struct output_run *run,
			  const struct report *report);

/* One of them. */
struct estimate summary_total(const struct report *report,
			      enum profile_figure figure);

/* "1,234 ±2%", "1.2 MiB ±2%"; count and bytes differ in the unit. Fresh. */
char *summary_figure_text(const struct estimate *e, bool bytes);

#endif

/* SPDX-License-Identifier: MIT */
/* The scales of charts: round numbers that people can read, and their labels. */
#ifndef ANALYZER_OUTPUT_AXIS_H
#define ANALYZER_OUTPUT_AXIS_H

#include <stdbool.h>

#define AXIS_LABEL_BYTES 32

enum axis_unit {
	AXIS_COUNT, /* K is 1000 */
	AXIS_BYTES, /* K is 1024 */
	AXIS_TIME,  /* ns, up to days */
};

/* The end of an axis from 0: the next round number whose half is round too.
 * Counts and bytes. */
double axis_top(double value, enum axis_unit unit);

/* The distance of the marks on an axis of time: at most `marks` of them. */
double axis_step_ns(double length_ns, int marks);

/* "40M", "1.25K", "250ms", "1m30s"; without letters outside ASCII if asked.
 * Returns `out`. */
char *axis_label(char out[AXIS_LABEL_BYTES], double value, enum axis_unit unit,
		 bool ascii);

#endif

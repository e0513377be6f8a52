/* SPDX-License-Identifier: MIT */
/*
 * Histograms for people: a line for each range of sizes or lifetimes, with the
 * blocks and bytes in it and a bar for each. Shares of the whole stand beside
 * the figures; of a sample it is their intervals.
 */
#ifndef ANALYZER_OUTPUT_BARS_H
#define ANALYZER_OUTPUT_BARS_H

#include "analyzer/output/cells.h"
#include "analyzer/output/screen.h"

/* cell_interval(), in the characters that the run may use. */
char *bars_interval(char out[CELL_BYTES], const struct output_run *run,
		    const struct estimate *e, char *(*cell)(char *, double));

void bars_print_sizes(const struct output_run *run,
		      const struct report *report);
void bars_print_lifetimes(const struct output_run *run,
			  const struct report *report);

#endif

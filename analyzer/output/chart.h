/* SPDX-License-Identifier: MIT */
/*
 * The charts of a report for people, one below another: histograms, and the
 * time line, which shows the live bytes, what the process had in memory, and
 * how fast it allocated.
 */
#ifndef ANALYZER_OUTPUT_CHART_H
#define ANALYZER_OUTPUT_CHART_H

#include "analyzer/output/screen.h"

void chart_print_all(const struct output_run *run, const struct report *report);

#endif

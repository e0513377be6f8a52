/* SPDX-License-Identifier: MIT */
/*
 * The charts of report --json: the keys "size_histogram",
 * "lifetime_histogram" and "timeline", those that were asked for.
 */
#ifndef ANALYZER_OUTPUT_CHART_JSON_H
#define ANALYZER_OUTPUT_CHART_JSON_H

#include "analyzer/output/output.h"

/* Key by key, each followed by a comma and a newline. */
void chart_json_print(struct output_run *run, const struct report *report);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * What report --json says of the recording and of the report as a whole.
 */
#ifndef ANALYZER_OUTPUT_JSON_META_H
#define ANALYZER_OUTPUT_JSON_META_H

#include "analyzer/output/output.h"

/* Keys with their values, a comma after each. */
void json_meta_print(struct output_run *run, const struct report *report);

#endif

/* SPDX-License-Identifier: MIT */
/* What a report's JSON says of a row, or of all of them: members of an object. */
#ifndef ANALYZER_OUTPUT_JSON_FIGURES_H
#define ANALYZER_OUTPUT_JSON_FIGURES_H

#include "analyzer/output/json_members.h"
#include "analyzer/output/output.h"

/* `live`: also what was live at the moment that was asked for. Of a sample, last
 * the keys of those that are not to be relied on. */
void json_figures_put(struct json_members *members, const struct report *report,
		      const struct site *row, bool live);

#endif

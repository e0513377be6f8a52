/* SPDX-License-Identifier: MIT */
/* What advise says of one side only, in each of diff's forms. */
#ifndef ANALYZER_OUTPUT_DIFF_ADVICE_H
#define ANALYZER_OUTPUT_DIFF_ADVICE_H

#include <jansson.h>

#include "analyzer/output/diff.h"

/* Nothing unless --advice asked for it. */
void diff_advice_print(const struct output_run *run,
		       const struct diff_view *view);
void diff_advice_markdown(const struct output_run *run,
			  const struct diff_view *view);
/* {"compared", "new", "gone"}; null unless asked for. */
json_t *diff_advice_object(const struct diff_view *view);

#endif

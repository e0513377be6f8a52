/* SPDX-License-Identifier: MIT */
/*
 * Findings for people and for programs.
 */
#ifndef ANALYZER_OUTPUT_ADVICE_H
#define ANALYZER_OUTPUT_ADVICE_H

#include "analyzer/advice/advice.h"
#include "analyzer/output/output.h"

struct advice_view {
	const struct advice *advice;
	size_t limit; /* findings shown; SIZE_MAX: all */
	bool all;     /* those not worth it, too */
};

void advice_text_print(const struct output_run *run,
		       const struct advice_view *view);

/* One object; its keys are documented in heapwise(1) and stay. */
void advice_json_print(const struct output_run *run,
		       const struct advice_view *view);

/* The calls of a finding's stack from the one that allocates on, wrappers left
 * out; `list` is overwritten. Returns how many calls were left out. */
size_t advice_frames(struct frame_list *list, const struct advice *advice,
		     const struct finding *finding);

/* The evidence for each finding at a site, and what was rejected there. */
void advice_explain_print(const struct output_run *run,
			  const struct advice *advice,
			  const struct signals *signals);

#endif

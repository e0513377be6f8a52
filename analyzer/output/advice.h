/* SPDX-License-Identifier: MIT */
/*
 * Findings for people and for programs.
 */
#ifndef ANALYZER_OUTPUT_ADVICE_H
#define ANALYZER_OUTPUT_ADVICE_H

#include "analyzer/advice/advice.h"
#include "analyzer/output/frame_json.h"
#include "analyzer/output/json_value.h"
#include "analyzer/output/screen.h"

#define ADVICE_LINES 12 /* of a finding, in the list */
#define ADVICE_LABEL 8	/* columns of its labels */

struct advice_view {
	const struct advice *advice;
	size_t limit; /* findings shown; SIZE_MAX: all */
	bool all;     /* those not worth it, too */
};

/* What --explain is about: the id of a site, of a finding, or of both. */
struct advice_subject {
	const struct advice *advice;
	const char *id;
	const struct signals *signals; /* of the site; NULL: not a candidate */
};

void advice_text_print(const struct output_run *run,
		       const struct advice_view *view);

/* One object; its keys are documented in heapwise(1) and stay. */
void advice_json_print(const struct output_run *run,
		       const struct advice_view *view);

/* One row a site. */
void advice_csv_print(const struct output_run *run,
		      const struct advice *advice);

/* The findings of an id, the evidence, and what was rejected; or as an object.
 */
void advice_explain_print(const struct output_run *run,
			  const struct advice_subject *subject);
void advice_explain_json(const struct output_run *run,
			 const struct advice_subject *subject);

/* What follows are their parts. */

/* A finding: at most so many lines, texts cut if need be; 0: all of it. */
void advice_finding_print(const struct output_run *run,
			  const struct advice *advice,
			  const struct finding *finding, size_t lines);
/* "    label   text" with so many columns for the label, the text folded beside
 * it; it is escaped here. */
void advice_line_print(const struct output_run *run, size_t columns,
		       const char *label, const char *text);
/* A call with its place. */
void advice_frame_print(const struct output_run *run,
			const struct advice *advice, const struct frame *frame);

/* The calls of a finding's stack from the one that allocates on, wrappers left
 * out; `list` is overwritten. Returns how many calls were left out. */
size_t advice_frames(struct frame_list *list, const struct advice *advice,
		     const struct finding *finding);

/* The figures of a site, line by line. */
void advice_evidence_print(const struct output_run *run,
			   const struct advice *advice,
			   const struct signals *signals);

/* Why a remedy is or is not advised at a site; the caller frees it. */
char *advice_verdict_text(const struct advice *advice,
			  const struct signals *signals,
			  const struct detector *detector);

/* The finding of a region that a site is in; NULL if there is none. */
const struct finding *advice_region(const struct advice *advice,
				    const struct signals *signals);

/* A place and its object; what it lacks is the frames of a finding. */
struct advice_placed {
	const struct finding *at;
	json_t *object; /* taken */
};
void advice_placed_json(const struct output_run *run,
			const struct advice *advice,
			struct frame_json *cache, struct advice_placed placed);

/* Objects of a finding and of a site's signals. */
void advice_finding_json(const struct output_run *run,
			 const struct advice *advice,
			 const struct finding *finding,
			 struct frame_json *cache);
json_t *advice_site_object(const struct advice *advice,
			   const struct signals *signals);
void advice_site_json(const struct output_run *run, const struct advice *advice,
		      const struct signals *signals, struct frame_json *cache);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The ways to show a comparison: a table of writers, one file each. A writer
 * prints to the run's stream, nothing else. To add one: a file with a `struct
 * diff_output`, a line in diff_outputs.c.
 */
#ifndef ANALYZER_OUTPUT_DIFF_H
#define ANALYZER_OUTPUT_DIFF_H

#include "analyzer/diff/advice_change.h"
#include "analyzer/diff/comparison.h"
#include "analyzer/output/output.h"

/* What is shown, beside the comparison itself. */
struct diff_view {
	const struct comparison *comparison;
	/* Conditions that hold, a line each, "calls>+5%: 12 -> 15 (+25%)". */
	char **failed;
	size_t failed_count;
	/* Conditions that nobody can tell of, with the reason. */
	char **unjudged;
	size_t unjudged_count;
	const struct advice_changes *advice; /* NULL: not asked for */
	bool all; /* rows that did not change, too */
	bool all_frames, full_names;
	size_t frames; /* shown of a row; 0: as many as tell, SIZE_MAX: all */
};

struct diff_output {
	const char *name; /* "text", "json", ... */
	size_t default_limit;
	bool binary; /* not for a terminal */
	bool one_metric; /* looks at the first metric of the options */
	/* run->limit rows at most. */
	void (*print)(const struct output_run *run,
		      const struct diff_view *view);
};

extern const struct diff_output diff_output_text;
extern const struct diff_output diff_output_json;
extern const struct diff_output diff_output_markdown;
extern const struct diff_output diff_output_folded;
extern const struct diff_output diff_output_pprof;

/* In the order of --help; NULL after the last. */
const struct diff_output *diff_output_at(size_t index);
const struct diff_output *diff_output_named(const char *name);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Functions with what each of their lines allocates, source beside it: what
 * `heapwise list` shows, for people and as JSON.
 */
#ifndef ANALYZER_OUTPUT_LISTING_H
#define ANALYZER_OUTPUT_LISTING_H

#include "analyzer/annotate.h"
#include "analyzer/output/output.h"
#include "analyzer/source.h"

#define LISTING_CONTEXT 3 /* lines before and after those with figures */

struct listed_function {
	const struct annotated_function *function;
	struct source source;
	char *path; /* of the source; NULL: the file's name is not known */
	bool newer; /* changed since the program was built */
};

struct listing {
	const struct report *report;
	const struct annotation *annotation;
	struct listed_function *functions; /* those that are shown */
	size_t count;
	const char *word;   /* what was asked for */
	const char *metric; /* of --metric */
	enum profile_blocks blocks;
};

/* Why there is no text: "No such file or directory". Of a source with an
 * error. */
const char *listing_error(const struct source *source);

void listing_print(const struct output_run *run, const struct listing *l);

/* One object; its keys are documented in heapwise(1) and stay. */
void listing_json_print(const struct output_run *run, const struct listing *l);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The words of `heapwise diff`: its options, and which dumps are on which side.
 *
 *	diff_options_init(&options);
 *	status = diff_options_parse(&options, argc, argv);
 *	...
 *	diff_options_release(&options); says what could not be named
 */
#ifndef ANALYZER_CMD_DIFF_OPTIONS_H
#define ANALYZER_CMD_DIFF_OPTIONS_H

#include "analyzer/cmd/diff_gate.h"
#include "analyzer/cmd/symbol_options.h"
#include "analyzer/output/diff.h"

struct diff_options {
	struct report_options options;
	struct symbol_options symbols;
	struct comparison_options comparison;
	struct diff_gate gate;
	const struct diff_output *output;
	size_t limit;
	bool limited;
	bool force; /* compare what is not the same program */
	bool advice; /* what advise finds, too */
	char **paths[COMPARISON_SIDES];
	size_t path_counts[COMPARISON_SIDES];
};

void diff_options_init(struct diff_options *options);
void diff_options_release(struct diff_options *options);

/* 0, or CMD_EXIT_ERROR after saying what is wrong. */
int diff_options_parse(struct diff_options *options, int argc, char **argv);

#endif

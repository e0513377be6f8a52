/* SPDX-License-Identifier: MIT */
/*
 * The ways to show reports: a table of writers, one file each. A writer prints
 * to the stream it is given, nothing else, and changes no report. To add one:
 * a file with a `struct output`, a line in output.c.
 */
#ifndef ANALYZER_OUTPUT_OUTPUT_H
#define ANALYZER_OUTPUT_OUTPUT_H

#include <stdio.h>

#include "analyzer/frame.h"
#include "analyzer/report.h"

/* Sums over several recordings; peaks are not among them, since they need not
 * have been at the same time. */
struct output_totals {
	double allocations, frees, bytes_allocated;
	double leaked_bytes, leaked_blocks, temporary;
};

/* One use of a writer: begin, report for each, end. */
struct output_run {
	FILE *file;
	bool ascii;	/* nothing else can be shown: no box drawing */
	bool colour;	/* escape sequences are welcome */
	int columns;	/* width for people */
	size_t limit;	/* rows of a report; SIZE_MAX: all */
	size_t reports; /* that will come */
	size_t written; /* that have come */
	enum profile_figure metric; /* for outputs that show one */
	bool metric_named; /* by the user */
	bool raw;	   /* addresses in place of names */
	bool lifetimes;	   /* what became of blocks in place of how many */
	struct output_totals totals;
	struct frame_budget frames; /* still to be written */
};

struct output {
	const char *name;
	const char *readers; /* programs that read it; NULL: not for export */
	size_t default_limit;
	bool one_metric; /* looks at run->metric */
	bool has_raw;	 /* looks at run->raw */
	bool has_lifetimes; /* looks at run->lifetimes, report's have them */
	bool binary;	 /* not for a terminal */
	bool needs_ages; /* report_options.ages */
	unsigned int frame_cost; /* 0: 1; see frame_budget_add() */
	void (*begin)(struct output_run *run);
	void (*report)(struct output_run *run, const struct report *report);
	void (*end)(struct output_run *run);
};

/* The figures of a row for programs, under their stable names. */
/* Of report --json: another one where keys that were there have changed. */
#define OUTPUT_JSON_VERSION 1

#define OUTPUT_FIGURES 10
extern const struct output_figure {
	const char *key;
	enum profile_figure figure;
} output_figures[OUTPUT_FIGURES];

extern const struct output output_table;
extern const struct output output_tree;
extern const struct output output_json;

extern const struct output output_pprof;
extern const struct output output_csv;
extern const struct output output_folded;
extern const struct output output_speedscope;
extern const struct output output_dhat;

/* Writes one report of a run, as many frames as its recording accounts for. */
void output_report(const struct output *output, struct output_run *run,
		   const struct report *report);

/* What `heapwise export` writes, in the order of --help; NULL after the last. */
const struct output *output_export(size_t index);
/* One of those by its name; NULL if there is none. */
const struct output *output_export_named(const char *name);

#endif

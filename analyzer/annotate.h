/* SPDX-License-Identifier: MIT */
/*
 * What each line of some functions allocates: directly, by a call on that line
 * to the allocator (wrappers such as operator new count as the allocator), and
 * cumulatively, by all that is called from it. A line counts a stack once,
 * however often it is on it; inlined calls have their own lines. Copies of one
 * function (template instances, overloads, what a compiler cloned) in one file
 * are one function.
 */
#ifndef ANALYZER_ANNOTATE_H
#define ANALYZER_ANNOTATE_H

#include "analyzer/closest.h"
#include "analyzer/function_match.h"
#include "analyzer/report.h"
#include "analyzer/source.h"

struct annotated_line {
	uint32_t function; /* private: index */
	int line;
	uint32_t last_row; /* private */
	struct tally direct, cumulative;
};

struct annotated_function {
	const char *name; /* of its first copy, demangled */
	char *plain;	  /* see function_plain_name() */
	size_t copies;	  /* with different names */
	const char *file; /* NULL: not known, and then no lines */
	const struct model_module *module; /* of its first copy */
	struct annotated_line *lines; /* sorted; 0 is a line not known */
	size_t line_count;
	uint32_t last_row; /* private */
	struct tally direct, cumulative;
};

struct annotation {
	struct annotated_function *functions; /* most bytes or blocks first */
	size_t function_count, function_capacity;
	size_t matched; /* functions, those without such blocks too */
	struct annotated_line *lines; /* of all functions */
	size_t line_count, line_capacity;
	struct closest closest; /* if no function matched */
};

/* Of a report by site. Functions and lines without such blocks are left out.
 * Strings are those of the report's symbolizer. */
void annotation_init(struct annotation *annotation, const struct report *report,
		     const struct function_match *match,
		     enum profile_blocks blocks);
void annotation_release(struct annotation *annotation);

/* Sorts the functions: by what they have cumulatively, blocks or bytes. */
void annotation_sort(struct annotation *annotation, double interval_bytes,
		     bool by_bytes);

/* The lines of a function and `context` more before and after each. Fresh;
 * *count of them, sorted and apart. */
struct source_range *annotated_ranges(const struct annotated_function *function,
				      int context, size_t *count);

#endif

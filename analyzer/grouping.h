/* SPDX-License-Identifier: MIT */
/*
 * Which stacks belong together when a report is by function, file, line or
 * module: those with the same innermost call that tells. Inlined calls count.
 * Left out, unless all frames are asked for, are
 * - the allocator's own (operator new, std::allocator);
 * - what the C++ or Rust library does inside itself: a function is the one of
 *   the library that the program called (std::vector<int>::push_back); a line
 *   and a file are where the program called it.
 * A call without a name is a group of its own address; without a line it is
 * one of its function. Groups are made when a stack is first asked for. One
 * thread.
 */
#ifndef ANALYZER_GROUPING_H
#define ANALYZER_GROUPING_H

#include "analyzer/symbolize.h"

enum grouping_by {
	GROUPING_BY_FUNCTION,
	GROUPING_BY_FILE,
	GROUPING_BY_LINE,
	GROUPING_BY_MODULE,
};

/* Strings belong to the model and the symbolizer. */
struct group {
	const char *function; /* NULL: not known, or not one */
	const char *file;     /* by file and line; NULL: not known */
	int line;	      /* by line */
	const char *inside;   /* by line: the function it is in, of several the
				 first that was seen; NULL: not known */
	int start_line;	      /* of that, in the same file; 0: not known */
	const char *module;   /* path, not by file and line; NULL: in none */
	const char *place;    /* module+0xoffset; NULL if others are known */
};

struct grouping_options {
	enum grouping_by by;
	bool all_frames; /* the innermost call, whatever it is */
};

struct grouping {
	struct group *groups;
	size_t count, capacity;
	struct grouping_state *state; /* private */
};

/* The model and the symbolizer must outlive it. */
void grouping_init(struct grouping *grouping, const struct model *model,
		   struct symbolizer *symbols,
		   const struct grouping_options *options);
void grouping_release(struct grouping *grouping);

/* The group of a canonical stack: an index into groups, which may move. For
 * struct profile_view: the context is the grouping. */
uint32_t grouping_of(void *grouping, uint32_t stack);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The calls of a row of a comparison, for those writers that show them as
 * names: leaf first, without the allocator's own at the leaf, each with the
 * place where its function is not known. Not for people as it is: names are the
 * recorded programs' bytes.
 */
#ifndef ANALYZER_OUTPUT_DIFF_STACK_H
#define ANALYZER_OUTPUT_DIFF_STACK_H

#include "analyzer/diff/comparison.h"

/* Recorded stacks have 512 calls, and inlined ones. */
#define DIFF_STACK_MAX 1024

struct diff_stack {
	const struct pool_frame *frames[DIFF_STACK_MAX];
	size_t leaf; /* the first that is shown */
	size_t count;
	bool cut; /* callers are missing */
};

/* Not by site it has one call, or none: then the row's name tells. */
void diff_stack_read(struct diff_stack *stack,
		     const struct comparison *comparison,
		     const struct comparison_row *row);

/* A call's function, or its module and offset: fresh. */
char *diff_stack_name(const struct frame_pool *pool,
		      const struct pool_frame *frame);

#endif

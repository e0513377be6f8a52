/* SPDX-License-Identifier: MIT */
/*
 * Which stacks a user wants to see: those with a call that matches a pattern of
 * `focus`, if there is one, and without any that matches one of `ignore`. What
 * is matched is a call's function (module+0xoffset where it has no name), file
 * and module; inlined calls and the allocator's own are calls too. Each address
 * and each node of the tree is decided once, when first asked for. One thread.
 */
#ifndef ANALYZER_STACK_FILTER_H
#define ANALYZER_STACK_FILTER_H

#include "analyzer/patterns.h"
#include "analyzer/symbolize.h"

struct stack_filter;

/* All four must outlive it. */
struct stack_filter *stack_filter_new(const struct model *model,
				      struct symbolizer *symbols,
				      const struct patterns *focus,
				      const struct patterns *ignore);
void stack_filter_free(struct stack_filter *filter);

/* Is this stack, a canonical id, to be shown? For struct profile_view: the
 * context is the filter. */
bool stack_filter_shows(void *filter, uint32_t stack);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Which stacks belong together when a report is by function or by module: those
 * whose innermost frame outside the allocator itself is in the same function,
 * or in the same module. A function without a name is a group of its own
 * address.
 */
#ifndef ANALYZER_GROUPING_H
#define ANALYZER_GROUPING_H

#include "analyzer/symbolize.h"

struct group {
	const char *function; /* NULL: by module, or not known */
	const char *module;   /* path; NULL: in none */
	const char *place;    /* module+0xoffset; NULL if function is known */
};

struct grouping {
	struct group *groups;
	size_t count, capacity;
	uint32_t *of_stack; /* by canonical stack id: index into groups */
};

/* Strings belong to the model and the symbolizer. */
void grouping_init(struct grouping *grouping, const struct model *model,
		   struct symbolizer *symbols, bool by_module);
void grouping_release(struct grouping *grouping);

#endif

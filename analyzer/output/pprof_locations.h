/* SPDX-License-Identifier: MIT */
/*
 * The locations of a profile.proto, each address of a module once, and the
 * functions of their lines. Numbers begin at 1, in the order in which stacks
 * first have them. Memory grows with distinct addresses, and 4 bytes a stack
 * node.
 */
#ifndef ANALYZER_OUTPUT_PPROF_LOCATIONS_H
#define ANALYZER_OUTPUT_PPROF_LOCATIONS_H

#include "analyzer/output/pprof_mappings.h"

struct pprof_location;
struct pprof_function;

struct pprof_locations {
	const struct stack_tree *stacks;
	struct symbolizer *symbols; /* NULL: addresses only */
	struct pprof_mappings mappings;
	struct pprof_location *by_address, **list;
	size_t count, capacity;
	struct pprof_function *functions; /* in their order */
	uint32_t *of_node; /* by stack node: a number; 0: not met */
};

/* Both outlive it. Without symbols, locations have no lines. */
void pprof_locations_init(struct pprof_locations *locations,
			  const struct model *model,
			  struct symbolizer *symbols);
void pprof_locations_release(struct pprof_locations *locations);

/* The number of a canonical stack node's location. */
uint32_t pprof_locations_of(struct pprof_locations *locations, uint32_t node);

/* Mappings, locations and functions. */
void pprof_locations_write(struct pprof_locations *locations,
			   struct pprof_stream *stream);

#endif

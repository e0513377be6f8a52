/* SPDX-License-Identifier: MIT */
/*
 * The mappings of a profile.proto: the executable segments of the recorded
 * modules, where they were. The first is the main program's. Numbers begin at
 * 1, in the order of the file; 0 is no mapping.
 */
#ifndef ANALYZER_OUTPUT_PPROF_MAPPINGS_H
#define ANALYZER_OUTPUT_PPROF_MAPPINGS_H

#include "analyzer/output/pprof_stream.h"
#include "analyzer/symbolize.h"

struct pprof_mapping {
	const struct model_module *module; /* NULL: the program, never met */
	uint64_t start, limit, offset;
	/* Of its locations: how many there are, and how many of them have
	 * functions, files and lines for each call. */
	uint64_t locations, functions, files, lines;
};

struct pprof_mappings {
	const struct model *model;
	struct pprof_mapping *list;
	size_t count, capacity;
	size_t *first; /* in the list, of each of model->modules */
};

void pprof_mappings_init(struct pprof_mappings *mappings,
			 const struct model *model);
void pprof_mappings_release(struct pprof_mappings *mappings);

/* The number of the mapping that an address of a module (an id) is in. */
uint64_t pprof_mappings_find(const struct pprof_mappings *mappings,
			     uint32_t module, uint64_t address);

/* Counts a location of a mapping (a number) with what is known of it. */
void pprof_mappings_count(struct pprof_mappings *mappings, uint64_t mapping,
			  const struct symbol *symbol);

/*
 * Once all locations were counted, or none, which leaves it to the reader to
 * find their names. A reader looks up nothing in a mapping that claims to have
 * functions, so only one whose locations all have them does.
 */
void pprof_mappings_write(const struct pprof_mappings *mappings,
			  struct pprof_stream *stream);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The mappings, locations and functions of a profile.proto made of several
 * recordings: an address is an offset in its module, which stands at 0 in a
 * mapping of its own, one for each build of it. A call is a location, each
 * once. Numbers begin at 1.
 */
#ifndef ANALYZER_OUTPUT_PPROF_MODULES_H
#define ANALYZER_OUTPUT_PPROF_MODULES_H

#include "analyzer/diff/frame_pool.h"
#include "analyzer/output/pprof_stream.h"

struct pprof_build;
struct pprof_called;

struct pprof_modules {
	const struct frame_pool *pool;
	struct pprof_build *builds;    /* in the order of their numbers */
	struct pprof_called *functions; /* likewise */
	uint32_t *numbers; /* by the pool's frame: a location; 0: none yet */
	uint32_t *frames;  /* by location, less one: the pool's frame */
	size_t count, capacity;
};

/* The pool outlives it, and gets no more frames. */
void pprof_modules_init(struct pprof_modules *modules,
			const struct frame_pool *pool);
void pprof_modules_release(struct pprof_modules *modules);

/* The number of a call's location; the frame is one of the pool's. */
uint32_t pprof_modules_location(struct pprof_modules *modules,
				const struct pool_frame *frame);

/* All that were asked for, with their mappings and functions. */
void pprof_modules_write(struct pprof_modules *modules,
			 struct pprof_stream *stream);

#endif

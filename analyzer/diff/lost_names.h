/* SPDX-License-Identifier: MIT */
/*
 * Modules that a recording has no names of because their files are gone, or
 * were built again in the same place: what is missing there could be had where
 * these files still are. Numbers of a pool's texts, as in struct pool_frame.
 */
#ifndef ANALYZER_DIFF_LOST_NAMES_H
#define ANALYZER_DIFF_LOST_NAMES_H

#include "analyzer/diff/frame_pool.h"
#include "analyzer/symbolize.h"

struct lost_module {
	uint32_t module, build;
	bool gone; /* else another build is in its place */
};

/* Zeroed at first. */
struct lost_names {
	struct lost_module *modules; /* sorted */
	size_t count, capacity;
	struct lost_module most; /* that with the most addresses, if any */
};

/* What the symbolizer was asked for in vain until now; again after another. */
void lost_names_take(struct lost_names *lost, struct frame_pool *pool,
		     const struct symbolizer *symbols);
void lost_names_release(struct lost_names *lost);

/* Is the call without a name because of that? */
bool lost_names_has(const struct lost_names *lost,
		    const struct pool_frame *frame);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Names for the stacks of a snapshot that need them: a comparison knows most by
 * their code alone, and shows few. A stack that has its names keeps them, from
 * whichever snapshot it was named first. Debug information is read as for a
 * report, and given back after each snapshot. One thread.
 */
#ifndef ANALYZER_DIFF_NAMING_H
#define ANALYZER_DIFF_NAMING_H

#include "analyzer/diff/snapshot.h"

struct naming_options {
	const struct debug_search *search; /* NULL: the usual places */
	/* Told of each snapshot what could not be named; may be NULL. */
	void (*told)(void *context, const char *path,
		     const struct symbolizer *symbols);
	void *context;
};

struct naming {
	struct naming_options options;
	struct snapshot_pools pools;
	uint32_t *stacks; /* by stack of codes: of frames; UINT32_MAX: not yet */
};

/* After the last snapshot was made: code_pool_set_traits() as well. */
void naming_init(struct naming *naming, const struct naming_options *options,
		 const struct snapshot_pools *pools);
void naming_release(struct naming *naming);

/* Stacks of the snapshot; what could not be named is noted there. */
void naming_run(struct naming *naming, struct snapshot *snapshot,
		const uint32_t *codes, size_t count);

/* The stack of frames; empty if it was not named yet. */
uint32_t naming_stack(const struct naming *naming, uint32_t code);

#endif

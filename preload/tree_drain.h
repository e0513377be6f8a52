/* SPDX-License-Identifier: MIT */
/*
 * Modules and stack nodes, from the ring into the dump, each once. A node that
 * is not complete yet is written as a hole and sent when it is; the ring's
 * drained_nodes never passes the first hole, so that the next drainer sends
 * everything from there again.
 */
#ifndef PRELOAD_TREE_DRAIN_H
#define PRELOAD_TREE_DRAIN_H

#include <stdbool.h>

#include "preload/ring_view.h"
#include "preload/writer.h"

#define TREE_DRAIN_HOLES 256 /* more: the rest is given up */

struct tree_drain {
	uint64_t sent_nodes; /* ids below are in the dump, or holes */
	unsigned int hole_count;
	uint32_t holes[TREE_DRAIN_HOLES];
	uint64_t sent_modules; /* ids up to this one are in the dump */
	uint64_t seen_modules; /* ids up to this one lie before the cursor */
	unsigned int chunk;    /* the cursor: where the next record is */
	uint32_t place;
	bool broken_modules; /* a record made no sense: no more modules */
};

void tree_drain_init(struct tree_drain *t, const struct ring_view *view);
/*
 * Writes all modules and nodes that the ring has now. 0; -EAGAIN if some
 * are not visible through the view; -errno of writing.
 */
int tree_drain_all(struct tree_drain *t, const struct ring_view *view,
		   struct writer *w);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * What rows that are no sites are known by in another run: the name of a
 * function, a file, a line, a module, a thread or a size, as frame_key.h has
 * it; a line by the function that it is in, counted from where that starts, so
 * that what is written above does not matter. A row without a name is known by
 * its place if the module is the same build, else by the module alone.
 */
#ifndef ANALYZER_DIFF_ROW_KEY_H
#define ANALYZER_DIFF_ROW_KEY_H

#include "analyzer/diff/frame_key.h"
#include "analyzer/diff/snapshot.h"

/* A text of keys->texts; by site 0. *wide: one for rows that have no equal,
 * with less in it (a file without its directory); 0: none. */
uint32_t row_key(struct frame_keys *keys, const struct frame_pool *pool,
		 const struct snapshot *snapshot, size_t row, uint32_t *wide);

#endif

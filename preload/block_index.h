/* SPDX-License-Identifier: MIT */
/*
 * The payload of END: why the recording ended, and where every block of the
 * dump is, found by walking over the headers in the file.
 */
#ifndef PRELOAD_BLOCK_INDEX_H
#define PRELOAD_BLOCK_INDEX_H

#include "preload/writer.h"

/*
 * Puts END's payload into a new cursor of w: with an index if it fits and the
 * dump is whole, else without one. The dump must be open.
 */
void block_index_put(struct writer *w, enum end_reason reason);
/* Is END the last block of the dump, which must be open? */
bool block_index_has_end(struct writer *w);

#endif

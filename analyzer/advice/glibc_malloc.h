/* SPDX-License-Identifier: MIT */
/*
 * What a call of glibc's malloc that goes past its thread's cache does to the
 * heap and to that cache, given the block that it returned. The steps are those
 * of _int_malloc(): a fastbin, a small bin, the unsorted chunks, the best larger
 * one, the top; what was merged late, and these again.
 */
#ifndef ANALYZER_ADVICE_GLIBC_MALLOC_H
#define ANALYZER_ADVICE_GLIBC_MALLOC_H

#include "analyzer/advice/glibc_heap.h"

/* The block is taken, and others may be brought into block->bin. */
void glibc_malloc(struct glibc_heap *heap, const struct glibc_block *block);
/* The same, of a block that became a mapping of its own, since nothing free in
 * the thread's arena was large enough: but that was looked for first. */
void glibc_malloc_mapped(struct glibc_heap *heap,
			 const struct glibc_block *block);
/*
 * realloc() left a block where it is, with `bytes` now, of which block->bin is
 * the thread's bin; block->bytes are those that it had. Returns how many bytes
 * of a chunk are left over; they begin there, and are to be freed.
 */
uint64_t glibc_malloc_resize(struct glibc_heap *heap,
			     const struct glibc_block *block, uint64_t bytes);

#endif

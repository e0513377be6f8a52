/* SPDX-License-Identifier: MIT */
/*
 * The free memory of a program that ran on glibc's malloc, arena by arena, as
 * it must have been, given the addresses that malloc returned: fastbins, the
 * unsorted chunks, small bins, what is larger, and the top. So it can say what a
 * call that its thread's cache did not serve brought into that cache: glibc
 * moves chunks of the same size along with the one that was asked for.
 *
 * What is decided by addresses is taken from them (which chunk was split, where
 * an arena is); what cannot be seen in them (what else was moved, merged and
 * sorted) is done as glibc does it. An address that contradicts the model
 * corrects it. Addresses are those of blocks, 16 bytes into their chunks. One
 * thread; any input is safe.
 */
#ifndef ANALYZER_ADVICE_GLIBC_HEAP_H
#define ANALYZER_ADVICE_GLIBC_HEAP_H

#include "analyzer/advice/chunk_cache.h"
#include "analyzer/advice/chunk_store.h"
#include "analyzer/advice/glibc_settings.h"

struct glibc_arena {
	uint64_t top;	  /* 0: not seen yet */
	uint64_t top_end; /* about: where its memory ends */
	uint64_t remainder; /* of the last small chunk that was split off */
	uint64_t fast_count;
};

struct glibc_heap {
	struct glibc_settings settings;
	uint64_t mmap_threshold, trim_threshold; /* now */
	struct chunk_store store;
	struct glibc_arena *arenas; /* [0] is the main one */
	size_t arena_count, arena_capacity;
	struct address_map heaps; /* of 64 MiB each, to arena + 1 */
	struct address_map odd; /* blocks to what their chunks have too much */
	struct address_map shrunk; /* mapped blocks that realloc made small */
	uint64_t unexplained; /* chunks that came from nowhere */
};

/* A chunk that is, or was, a block's. */
struct glibc_block {
	uint64_t address;
	uint64_t bytes; /* of the chunk */
	/* The calling thread's bin of this size, or NULL: there is none. */
	struct chunk_bin *bin;
	/* What the thread's last arena was, and will be: in and out. */
	uint32_t *arena;
};

void glibc_heap_init(struct glibc_heap *heap,
		     const struct glibc_settings *settings);
void glibc_heap_release(struct glibc_heap *heap);

/* free() of a chunk that is in no cache; block->bin is not used. */
void glibc_heap_give(struct glibc_heap *heap, const struct glibc_block *block);

/* Is this block a mapping of its own? */
bool glibc_heap_is_mapped(const struct glibc_heap *heap, uint64_t address,
			  uint64_t bytes);
/* One such was freed: the thresholds adapt. */
void glibc_heap_unmap(struct glibc_heap *heap, uint64_t bytes);

/* What follows is for glibc_malloc.h. */

/* Chunks below have small bins, one a size. */
#define GLIBC_SMALL_END 1024
#define GLIBC_PAGE UINT64_C(4096)
#define GLIBC_HEAP_SHIFT 26 /* HEAP_MAX_SIZE, of an arena but the main one */

static inline uint64_t glibc_page_up(uint64_t bytes)
{
	return (bytes + GLIBC_PAGE - 1) & ~(GLIBC_PAGE - 1);
}

/* The list of the bin for a chunk. */
static inline uint32_t glibc_heap_bin(uint64_t bytes)
{
	return bytes < GLIBC_SMALL_END ? CHUNK_SMALL + (uint32_t)(bytes >> 4) :
					 CHUNK_LARGE;
}

/*
 * The arena that a block belongs to. A thread that has one besides the main one
 * gets further heaps for it; else a heap that was not seen is a new arena's.
 */
uint32_t glibc_heap_arena(struct glibc_heap *heap,
			  const struct glibc_block *block);
/* Takes a free chunk out of its list. */
void glibc_heap_remove(struct glibc_heap *heap, uint32_t index);
/* All chunks of the fastbins are merged with their neighbours. */
void glibc_heap_consolidate(struct glibc_heap *heap, uint32_t arena);
/* The front of a chunk that is in no list any more becomes the block. */
void glibc_heap_split(struct glibc_heap *heap, struct chunk chunk,
		      const struct glibc_block *block);

#endif

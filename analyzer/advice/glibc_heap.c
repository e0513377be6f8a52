/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/glibc_heap.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"

#define CONSOLIDATION (64u << 10) /* FASTBIN_CONSOLIDATION_THRESHOLD */
#define MMAP_THRESHOLD_MAX (UINT64_C(32) << 20)
#define HEAP_SHIFT 26		 /* HEAP_MAX_SIZE */
/* Below stand the program and the main arena's memory, above are mappings. */
#define MAPPINGS (UINT64_C(0x7) << 44)
#define ARENAS_MAX 4096
#define HEAPS_MAX (1u << 20)

void glibc_heap_init(struct glibc_heap *heap,
		     const struct glibc_settings *settings)
{
	memset(heap, 0, sizeof(*heap));
	heap->settings = *settings;
	heap->mmap_threshold = settings->mmap_threshold;
	heap->trim_threshold = settings->trim_threshold;
	chunk_store_init(&heap->store);
	address_map_init(&heap->heaps);
	address_map_init_filtered(&heap->odd);
	address_map_init(&heap->shrunk);
	GROW(heap->arenas, heap->arena_capacity, 0);
	memset(heap->arenas, 0, sizeof(*heap->arenas));
	heap->arena_count = 1;
	chunk_store_add_arena(&heap->store);
}

void glibc_heap_release(struct glibc_heap *heap)
{
	chunk_store_release(&heap->store);
	address_map_release(&heap->heaps);
	address_map_release(&heap->odd);
	address_map_release(&heap->shrunk);
	free(heap->arenas);
	memset(heap, 0, sizeof(*heap));
}

static uint32_t add_arena(struct glibc_heap *heap)
{
	if (heap->arena_count == ARENAS_MAX)
		return 0;
	GROW(heap->arenas, heap->arena_capacity, heap->arena_count);
	memset(&heap->arenas[heap->arena_count], 0, sizeof(*heap->arenas));
	chunk_store_add_arena(&heap->store);
	return (uint32_t)heap->arena_count++;
}

uint32_t glibc_heap_arena(struct glibc_heap *heap,
			  const struct glibc_block *block)
{
	uint64_t id = (block->address >> HEAP_SHIFT) + 1;
	uint32_t arena;

	if (block->address < MAPPINGS)
		return 0;
	arena = (uint32_t)address_map_get(&heap->heaps, id);
	if (arena)
		return *block->arena = arena - 1;
	if (heap->heaps.count >= HEAPS_MAX)
		return 0;
	arena = *block->arena ? *block->arena : add_arena(heap);
	address_map_put(&heap->heaps, id, arena + 1);
	return *block->arena = arena;
}

static bool can_merge(const struct glibc_heap *heap, uint32_t index,
		      uint32_t arena)
{
	const struct chunk *chunk = &heap->store.chunks[index];

	return index && chunk->list >= CHUNK_SMALL && chunk->arena == arena;
}

/*
 * Merges a chunk with its free neighbours, and puts it into a list or gives it
 * to the top. Returns how large it has become.
 */
static uint64_t merge(struct glibc_heap *heap, struct chunk chunk, bool sorted)
{
	struct glibc_arena *arena = &heap->arenas[chunk.arena];
	uint32_t index = chunk_store_ending(&heap->store, chunk.start);

	if (can_merge(heap, index, chunk.arena)) {
		chunk.start = heap->store.chunks[index].start;
		chunk.bytes += heap->store.chunks[index].bytes;
		chunk_store_remove(&heap->store, index);
	}
	if (chunk.start + chunk.bytes == arena->top) {
		arena->top = chunk.start;
		return arena->top_end > chunk.start ?
			       arena->top_end - chunk.start : chunk.bytes;
	}
	index = chunk_store_find(&heap->store, chunk.start + chunk.bytes);
	if (can_merge(heap, index, chunk.arena)) {
		chunk.bytes += heap->store.chunks[index].bytes;
		chunk_store_remove(&heap->store, index);
	}
	chunk.list = sorted && chunk.bytes < GLIBC_SMALL_END ? glibc_heap_bin(chunk.bytes) :
							 CHUNK_UNSORTED;
	chunk_store_add(&heap->store, &chunk);
	return chunk.bytes;
}

void glibc_heap_consolidate(struct glibc_heap *heap, uint32_t arena)
{
	for (uint32_t list = CHUNK_FAST; list < CHUNK_SMALL; list++) {
		uint32_t index;

		while ((index = chunk_store_list(&heap->store, arena, list)
					->first)) {
			struct chunk chunk = heap->store.chunks[index];

			chunk_store_remove(&heap->store, index);
			merge(heap, chunk, false);
		}
	}
	heap->arenas[arena].fast_count = 0;
}

/* systrim() and heap_trim() */
static void trim(struct glibc_heap *heap, struct glibc_arena *arena)
{
	uint64_t bytes = arena->top_end - arena->top;
	uint64_t kept = GLIBC_CHUNK_MIN + 1 + heap->settings.top_pad;

	if (arena->top_end > arena->top && bytes >= heap->trim_threshold &&
	    bytes > kept)
		arena->top_end -= (bytes - kept) & ~(GLIBC_PAGE - 1);
}

void glibc_heap_remove(struct glibc_heap *heap, uint32_t index)
{
	const struct chunk *chunk = &heap->store.chunks[index];

	if (chunk->list < CHUNK_SMALL)
		heap->arenas[chunk->arena].fast_count--;
	chunk_store_remove(&heap->store, index);
}

void glibc_heap_give(struct glibc_heap *heap, const struct glibc_block *block)
{
	uint32_t unused = 0; /* who frees a block may have another arena */
	struct glibc_block owned = { .address = block->address,
				     .bytes = block->bytes, .arena = &unused };
	struct chunk chunk = { .start = block->address, .bytes = block->bytes };

	chunk.arena = glibc_heap_arena(heap, &owned);
	if (chunk.bytes <= heap->settings.fast_chunk) {
		chunk.list = CHUNK_FAST + (uint32_t)(chunk.bytes >> 4) - 2;
		chunk_store_add(&heap->store, &chunk);
		heap->arenas[chunk.arena].fast_count++;
		return;
	}
	if (merge(heap, chunk, heap->settings.sorted_small) < CONSOLIDATION)
		return;
	if (heap->arenas[chunk.arena].fast_count)
		glibc_heap_consolidate(heap, chunk.arena);
	trim(heap, &heap->arenas[chunk.arena]);
}

void glibc_heap_split(struct glibc_heap *heap, struct chunk chunk,
		      const struct glibc_block *block)
{
	uint64_t left = chunk.bytes - block->bytes;

	if (left < GLIBC_CHUNK_MIN) {
		if (left)
			address_map_put(&heap->odd, block->address, left);
		return;
	}
	chunk.start += block->bytes;
	chunk.bytes = left;
	chunk.list = CHUNK_UNSORTED;
	if (block->bytes < GLIBC_SMALL_END)
		heap->arenas[chunk.arena].remainder = chunk.start;
	chunk_store_add(&heap->store, &chunk);
}

bool glibc_heap_is_mapped(const struct glibc_heap *heap, uint64_t address,
			  uint64_t bytes)
{
	if (heap->shrunk.count && address_map_get(&heap->shrunk, address))
		return true;
	return bytes >= heap->settings.mmap_threshold &&
	       address >= MAPPINGS &&
	       !address_map_get(&heap->heaps, (address >> HEAP_SHIFT) + 1);
}

void glibc_heap_unmap(struct glibc_heap *heap, uint64_t bytes)
{
	bytes = glibc_page_up(bytes + 8);
	if (heap->settings.fixed_thresholds || bytes <= heap->mmap_threshold ||
	    bytes > MMAP_THRESHOLD_MAX)
		return;
	heap->mmap_threshold = bytes;
	heap->trim_threshold = 2 * bytes;
}

/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/glibc_malloc.h"

#define SORTED_MAX 10000 /* MAX_ITERS */

/*
 * From the fastbin or the small bin of just this size, whose other chunks then
 * fill the cache: older ones of the former, which is a stack, younger ones of
 * the latter, a queue. (A younger one in a fastbin was recorded ahead of its
 * time: a release is an event before it happens, malloc after it.)
 */
static bool take_listed(struct glibc_heap *heap,
			const struct glibc_block *block, uint32_t index,
			uint32_t number)
{
	uint32_t next;
	const struct chunk *chunk = &heap->store.chunks[index];
	bool fast = number < CHUNK_SMALL;

	if (chunk->list != number)
		return false;
	next = fast ? chunk->next : chunk->previous;
	glibc_heap_remove(heap, index);
	while (block->bin && next) {
		index = next;
		chunk = &heap->store.chunks[index];
		if (!chunk_bin_push(block->bin, heap->settings.cache_count,
				    chunk->start))
			break;
		next = fast ? chunk->next : chunk->previous;
		glibc_heap_remove(heap, index);
	}
	return true;
}

/* What becomes of one unsorted chunk. */
enum sorted { SORTED_AWAY, SORTED_CACHED, SORTED_TAKEN };

static enum sorted sort_one(struct glibc_heap *heap,
			    const struct glibc_block *block, uint32_t index)
{
	struct chunk chunk = heap->store.chunks[index];
	bool alone = !chunk.previous;

	if (block->bytes < GLIBC_SMALL_END && alone &&
	    chunk.start == heap->arenas[chunk.arena].remainder &&
	    chunk.start == block->address &&
	    chunk.bytes > block->bytes + GLIBC_CHUNK_MIN) {
		chunk_store_remove(&heap->store, index);
		glibc_heap_split(heap, chunk, block);
		return SORTED_TAKEN;
	}
	chunk_store_remove(&heap->store, index);
	if (chunk.bytes == block->bytes) {
		if (block->bin &&
		    chunk_bin_push(block->bin, heap->settings.cache_count,
				   chunk.start))
			return SORTED_CACHED;
		if (chunk.start == block->address)
			return SORTED_TAKEN;
	}
	chunk.list = glibc_heap_bin(chunk.bytes);
	chunk_store_add(&heap->store, &chunk);
	return SORTED_AWAY;
}

/* Sorts the unsorted chunks into bins, as far as glibc does. Is the block found
 * among them? */
static bool take_unsorted(struct glibc_heap *heap,
			  const struct glibc_block *block, uint32_t arena)
{
	struct chunk_list *list =
		chunk_store_list(&heap->store, arena, CHUNK_UNSORTED);
	uint32_t limit = heap->settings.cache_unsorted, away = 0;
	bool cached = false;

	for (unsigned int i = 0; i < SORTED_MAX && list->last; i++) {
		switch (sort_one(heap, block, list->last)) {
		case SORTED_TAKEN:
			return true;
		case SORTED_CACHED:
			cached = true;
			break;
		case SORTED_AWAY:
			away++;
		}
		if (cached && limit && away > limit)
			break;
	}
	return cached && chunk_bin_take(block->bin, block->address);
}

/* From a larger chunk. */
static bool take_larger(struct glibc_heap *heap,
			const struct glibc_block *block, uint32_t arena)
{
	uint32_t index = chunk_store_find(&heap->store, block->address);
	struct chunk chunk;

	if (!index)
		return false;
	chunk = heap->store.chunks[index];
	if (chunk.bytes < block->bytes || chunk.arena != arena)
		return false;
	glibc_heap_remove(heap, index);
	glibc_heap_split(heap, chunk, block);
	return true;
}

/* sysmalloc(): the top is to have room for `bytes` and a chunk more. */
static void extend(struct glibc_heap *heap, uint32_t number, uint64_t bytes)
{
	struct glibc_arena *arena = &heap->arenas[number];
	uint64_t room = arena->top_end - arena->top;
	uint64_t pad = number == 0 ? heap->settings.top_pad : 0;

	if (arena->top_end < arena->top)
		room = 0;
	if (room < bytes + GLIBC_CHUNK_MIN)
		arena->top_end = arena->top + room +
			glibc_page_up(bytes + pad + GLIBC_CHUNK_MIN - room);
}

/* From the top, which the address tells. */
static void take_top(struct glibc_heap *heap, const struct glibc_block *block,
		     uint32_t number)
{
	struct glibc_arena *arena = &heap->arenas[number];

	if (block->address < arena->top &&
	    block->address >> GLIBC_HEAP_SHIFT == arena->top >> GLIBC_HEAP_SHIFT) {
		heap->unexplained++;
		return;
	}
	if (block->address >> GLIBC_HEAP_SHIFT != arena->top >> GLIBC_HEAP_SHIFT ||
	    block->address > arena->top_end)
		arena->top_end = (block->address & ~(GLIBC_PAGE - 1)) +
				 glibc_page_up(heap->settings.top_pad + GLIBC_PAGE);
	if (block->address != arena->top && arena->top)
		heap->unexplained++;
	arena->top = block->address;
	extend(heap, number, block->bytes);
	arena->top = block->address + block->bytes;
}

static bool top_is_short(const struct glibc_arena *arena, uint64_t bytes)
{
	return arena->top + bytes + GLIBC_CHUNK_MIN > arena->top_end;
}

void glibc_malloc(struct glibc_heap *heap, const struct glibc_block *block)
{
	uint32_t arena = glibc_heap_arena(heap, block);
	uint32_t fast = CHUNK_FAST + (uint32_t)(block->bytes >> 4) - 2;
	uint32_t index = chunk_store_find(&heap->store, block->address);

	if (index && block->bytes <= heap->settings.fast_chunk &&
	    take_listed(heap, block, index, fast))
		return;
	if (index && block->bytes < GLIBC_SMALL_END &&
	    take_listed(heap, block, index, glibc_heap_bin(block->bytes)))
		return;
	if (block->bytes >= GLIBC_SMALL_END && heap->arenas[arena].fast_count)
		glibc_heap_consolidate(heap, arena);
	if (take_unsorted(heap, block, arena) ||
	    take_larger(heap, block, arena))
		return;
	if (heap->arenas[arena].fast_count &&
	    (top_is_short(&heap->arenas[arena], block->bytes) ||
	     block->address != heap->arenas[arena].top)) {
		glibc_heap_consolidate(heap, arena);
		if (take_unsorted(heap, block, arena) ||
		    take_larger(heap, block, arena))
			return;
	}
	take_top(heap, block, arena);
}

void glibc_malloc_mapped(struct glibc_heap *heap,
			 const struct glibc_block *block)
{
	if (heap->arenas[*block->arena].fast_count)
		glibc_heap_consolidate(heap, *block->arena);
	take_unsorted(heap, block, *block->arena);
}

/* Does a free chunk stand there that may be merged and is large enough? */
static bool has_room(struct glibc_heap *heap, uint32_t index, uint64_t bytes)
{
	const struct chunk *chunk = &heap->store.chunks[index];

	return index && chunk->list >= CHUNK_SMALL && chunk->bytes >= bytes;
}

/*
 * What follows a block that grows becomes part of it: the top or a free chunk,
 * if it has room. Otherwise there was a new block (from a fastbin, or a top that
 * had to be extended), which turned out to begin where the old one ends: they
 * became one. Returns how far the block's chunk now goes.
 */
static uint64_t grow(struct glibc_heap *heap, const struct glibc_block *block,
		     uint64_t bytes)
{
	struct glibc_arena *arena =
		&heap->arenas[glibc_heap_arena(heap, block)];
	struct glibc_block more = *block;
	uint32_t index;
	uint64_t extra;

	more.address = block->address + block->bytes;
	more.bytes = bytes;
	index = chunk_store_find(&heap->store, more.address);
	if (has_room(heap, index, bytes - block->bytes)) {
		bytes = block->bytes + heap->store.chunks[index].bytes;
		glibc_heap_remove(heap, index);
		return bytes;
	}
	if (more.address == arena->top &&
	    block->address + bytes + GLIBC_CHUNK_MIN <= arena->top_end) {
		arena->top = block->address + bytes;
		return bytes;
	}
	glibc_malloc(heap, &more);
	extra = address_map_get(&heap->odd, more.address);
	if (extra)
		address_map_remove(&heap->odd, more.address, extra);
	return block->bytes + bytes + extra;
}

uint64_t glibc_malloc_resize(struct glibc_heap *heap,
			     const struct glibc_block *block, uint64_t bytes)
{
	uint64_t left = block->bytes;

	if (bytes > left)
		left = grow(heap, block, bytes);
	left = left > bytes ? left - bytes : 0;
	if (left && left < GLIBC_CHUNK_MIN)
		address_map_put(&heap->odd, block->address, left);
	return left < GLIBC_CHUNK_MIN ? 0 : left;
}

/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/chunk_store.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"

void chunk_store_init(struct chunk_store *store)
{
	memset(store, 0, sizeof(*store));
	address_map_init(&store->starts);
	address_map_init(&store->ends);
	GROW(store->chunks, store->capacity, store->count);
	memset(&store->chunks[0], 0, sizeof(store->chunks[0]));
	store->count = 1;
}

void chunk_store_release(struct chunk_store *store)
{
	address_map_release(&store->starts);
	address_map_release(&store->ends);
	free(store->chunks);
	free(store->arenas);
	memset(store, 0, sizeof(*store));
}

uint32_t chunk_store_add_arena(struct chunk_store *store)
{
	GROW(store->arenas, store->arena_capacity, store->arena_count);
	memset(store->arenas[store->arena_count], 0, sizeof(*store->arenas));
	return (uint32_t)store->arena_count++;
}

/* An index of no chunk yet, or 0. */
static uint32_t take_unused(struct chunk_store *store)
{
	uint32_t index = store->unused;

	if (index) {
		store->unused = store->chunks[index].next;
		return index;
	}
	if (store->count > CHUNKS_MAX)
		return 0;
	GROW(store->chunks, store->capacity, store->count);
	return (uint32_t)store->count++;
}

void chunk_store_add(struct chunk_store *store, const struct chunk *chunk)
{
	uint32_t same = chunk_store_find(store, chunk->start);
	struct chunk_list *list =
		chunk_store_list(store, chunk->arena, chunk->list);
	uint32_t index;

	if (same)
		chunk_store_remove(store, same);
	index = take_unused(store);
	if (!index)
		return;
	store->chunks[index] = *chunk;
	store->chunks[index].previous = 0;
	store->chunks[index].next = list->first;
	if (list->first)
		store->chunks[list->first].previous = index;
	else
		list->last = index;
	list->first = index;
	address_map_put(&store->starts, chunk->start, index);
	if (chunk->list >= CHUNK_SMALL)
		address_map_put(&store->ends, chunk->start + chunk->bytes,
				index);
}

void chunk_store_remove(struct chunk_store *store, uint32_t index)
{
	struct chunk *chunk = &store->chunks[index];
	struct chunk_list *list =
		chunk_store_list(store, chunk->arena, chunk->list);

	if (chunk->previous)
		store->chunks[chunk->previous].next = chunk->next;
	else
		list->first = chunk->next;
	if (chunk->next)
		store->chunks[chunk->next].previous = chunk->previous;
	else
		list->last = chunk->previous;
	address_map_remove(&store->starts, chunk->start, index);
	if (chunk->list >= CHUNK_SMALL)
		address_map_remove(&store->ends, chunk->start + chunk->bytes,
				   index);
	chunk->next = store->unused;
	store->unused = index;
}

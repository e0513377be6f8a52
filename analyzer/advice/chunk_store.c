/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/chunk_store.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"

#define SWEEP_LEAST 1024 /* empty pages */

void chunk_store_init(struct chunk_store *store)
{
	memset(store, 0, sizeof(*store));
	address_map_init(&store->region_map);
	GROW(store->regions, store->region_capacity, store->region_count);
	store->regions[store->region_count++] =
		xcalloc(CHUNK_REGION_PAGES, sizeof(uint32_t));
	for (size_t i = 0; i < CHUNK_REGIONS_RECENT; i++)
		store->recent[i].pages = store->regions[0];
	GROW(store->chunks, store->capacity, store->count);
	memset(&store->chunks[0], 0, sizeof(store->chunks[0]));
	store->count = 1;
	GROW(store->pages, store->page_capacity, store->page_count);
	memset(&store->pages[0], 0, sizeof(store->pages[0]));
	store->page_count = 1;
}

void chunk_store_release(struct chunk_store *store)
{
	address_map_release(&store->region_map);
	for (size_t i = 0; i < store->region_count; i++)
		free(store->regions[i]);
	free(store->regions);
	free(store->chunks);
	free(store->pages);
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

uint32_t *chunk_store_find_region(struct chunk_store *store, uint64_t number)
{
	struct chunk_region *recent =
		&store->recent[number % CHUNK_REGIONS_RECENT];

	recent->number = number;
	recent->pages =
		store->regions[address_map_get(&store->region_map, number)];
	return recent->pages;
}

/* False if there are too many. */
static bool add_region(struct chunk_store *store, uint64_t number)
{
	if (store->region_count > CHUNK_REGIONS_MAX)
		return false;
	GROW(store->regions, store->region_capacity, store->region_count);
	store->regions[store->region_count] =
		xcalloc(CHUNK_REGION_PAGES, sizeof(uint32_t));
	address_map_put(&store->region_map, number, store->region_count++);
	chunk_store_find_region(store, number);
	return true;
}

static uint32_t add_page(struct chunk_store *store)
{
	uint32_t page = store->unused_page;

	if (page) {
		store->unused_page = store->pages[page].next_unused;
	} else {
		GROW(store->pages, store->page_capacity, store->page_count);
		page = (uint32_t)store->page_count++;
	}
	memset(&store->pages[page], 0, sizeof(store->pages[page]));
	return page;
}

/* Pages that have become empty are used again for others, now and then: mostly
 * they are filled again where they are. */
static void sweep(struct chunk_store *store)
{
	for (size_t i = 1; i < store->region_count; i++)
		for (size_t k = 0; k < CHUNK_REGION_PAGES; k++) {
			uint32_t *number = &store->regions[i][k];

			if (!*number || store->pages[*number].used)
				continue;
			store->pages[*number].next_unused = store->unused_page;
			store->unused_page = *number;
			*number = 0;
		}
	store->empty_pages = 0;
}

/* The number of a page for an address that has none; 0: no more regions. */
__attribute__((noinline)) static uint32_t make_page(struct chunk_store *store,
						    uint64_t address)
{
	uint64_t region = (address >> CHUNK_REGION_SHIFT) + 1;

	if (chunk_store_find_region(store, region) == store->regions[0] &&
	    !add_region(store, region))
		return 0;
	if (store->empty_pages > SWEEP_LEAST &&
	    store->empty_pages > store->page_count / 2)
		sweep(store);
	store->empty_pages++;
	return *chunk_store_page(store, address) = add_page(store);
}

/* What begins or ends at an address. */
static void mark(struct chunk_store *store, uint64_t address, uint32_t index)
{
	uint32_t number = *chunk_store_page(store, address);
	struct chunk_page *page;
	uint32_t *slot;

	if (!number)
		number = make_page(store, address);
	if (!number)
		return; /* then it is not found by its neighbours */
	page = &store->pages[number];
	slot = &page->slots[address >> 4 & (CHUNK_PAGE_SLOTS - 1)];
	store->empty_pages -= page->used == 0;
	page->used += *slot == 0;
	*slot = index;
}

static void unmark(struct chunk_store *store, uint64_t address, uint32_t index)
{
	uint32_t number = *chunk_store_page(store, address);
	struct chunk_page *page = &store->pages[number];
	uint32_t *slot = &page->slots[address >> 4 & (CHUNK_PAGE_SLOTS - 1)];

	if (!number || *slot != index)
		return; /* one that overlapped it came later */
	*slot = 0;
	store->empty_pages += --page->used == 0;
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
	mark(store, chunk->start, index);
	mark(store, chunk->start + chunk->bytes - 16, index);
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
	unmark(store, chunk->start, index);
	unmark(store, chunk->start + chunk->bytes - 16, index);
	chunk->start = 0;
	chunk->next = store->unused;
	store->unused = index;
}

/* SPDX-License-Identifier: MIT */
/*
 * The free chunks of a heap that is being modelled: in lists, each of which
 * belongs to an arena, and found by where they begin and end: neighbours stand
 * beside each other, in pages of 512 bytes of the heap, these in regions of
 * 1 MiB. 32 bytes a chunk, a third of the heap where it is free (at times two), 8 KiB a region;
 * of more than CHUNKS_MAX chunks or CHUNK_REGIONS_MAX regions further ones are
 * forgotten. Chunks are of 32 bytes and more, multiples of 16, and may
 * overlap. One thread.
 */
#ifndef ANALYZER_ADVICE_CHUNK_STORE_H
#define ANALYZER_ADVICE_CHUNK_STORE_H

#include <stdbool.h>

#include "analyzer/advice/address_map.h"

#define CHUNKS_MAX (4u << 20)

/* Lists of an arena. */
#define CHUNK_FAST 0	/* ten, by size / 16 - 2; not merged with neighbours */
#define CHUNK_SMALL 10	/* 64, by size / 16 */
#define CHUNK_UNSORTED 74
#define CHUNK_LARGE 75
#define CHUNK_LISTS 76

struct chunk {
	uint64_t start;
	uint64_t bytes;
	uint32_t previous, next; /* towards first, last; 0: none */
	uint32_t arena;
	uint32_t list;
};

struct chunk_list {
	uint32_t first, last; /* indices of chunks; 0: empty */
};

#define CHUNK_PAGE_SHIFT 9
#define CHUNK_PAGE_SLOTS 32
#define CHUNK_REGION_SHIFT 20
#define CHUNK_REGION_PAGES (1u << (CHUNK_REGION_SHIFT - CHUNK_PAGE_SHIFT))
#define CHUNK_REGIONS_RECENT 16
#define CHUNK_REGIONS_MAX (1u << 16)

/* Which chunk begins or ends in each 16 bytes of a page, by index. */
struct chunk_page {
	uint32_t slots[CHUNK_PAGE_SLOTS];
	uint32_t used; /* of the slots */
	uint32_t next_unused;
};

struct chunk_store {
	struct chunk *chunks; /* [0] is none */
	size_t count, capacity;
	uint32_t unused; /* chain by `next` */
	struct chunk_page *pages; /* [0] is none */
	size_t page_count, page_capacity;
	uint32_t unused_page; /* chain */
	size_t empty_pages;   /* of the others */
	/* By number, (address >> CHUNK_REGION_SHIFT) + 1, the region's index;
	 * [0] has no pages. */
	struct address_map region_map;
	uint32_t **regions; /* indices of their pages, 0: none */
	size_t region_count, region_capacity;
	/* Of them, by the low bits of their numbers. */
	struct chunk_region {
		uint64_t number;
		uint32_t *pages; /* never NULL */
	} recent[CHUNK_REGIONS_RECENT];
	struct chunk_list (*arenas)[CHUNK_LISTS];
	size_t arena_count, arena_capacity;
};

void chunk_store_init(struct chunk_store *store);
void chunk_store_release(struct chunk_store *store);

/* A new arena's number. */
uint32_t chunk_store_add_arena(struct chunk_store *store);

/*
 * Puts a chunk, with its arena and list set, first in that list. Another chunk
 * with the same start is removed.
 */
void chunk_store_add(struct chunk_store *store, const struct chunk *chunk);
void chunk_store_remove(struct chunk_store *store, uint32_t index);

/* Looks for a region; the one without pages if there is none. */
uint32_t *chunk_store_find_region(struct chunk_store *store, uint64_t number);

/* Where the page of an address is noted. */
static inline uint32_t *chunk_store_page(struct chunk_store *store,
					 uint64_t address)
{
	uint64_t number = (address >> CHUNK_REGION_SHIFT) + 1;
	struct chunk_region *recent =
		&store->recent[number % CHUNK_REGIONS_RECENT];
	uint32_t *pages = recent->pages;

	if (__builtin_expect(recent->number != number, 0))
		pages = chunk_store_find_region(store, number);
	return &pages[address >> CHUNK_PAGE_SHIFT & (CHUNK_REGION_PAGES - 1)];
}

/* What stands in the slot of an address, or 0. */
static inline uint32_t chunk_store_slot(struct chunk_store *store,
					uint64_t address)
{
	uint32_t page = *chunk_store_page(store, address);

	return store->pages[page].slots[address >> 4 & (CHUNK_PAGE_SLOTS - 1)];
}

/* The index of the chunk that begins here, or 0. */
static inline uint32_t chunk_store_find(struct chunk_store *store,
					uint64_t start)
{
	uint32_t index = chunk_store_slot(store, start);

	return store->chunks[index].start == start ? index : 0;
}

/* Of one that ends here. */
static inline uint32_t chunk_store_ending(struct chunk_store *store,
					  uint64_t end)
{
	uint32_t index = chunk_store_slot(store, end - 16);
	const struct chunk *chunk = &store->chunks[index];

	return chunk->start + chunk->bytes == end ? index : 0;
}

static inline struct chunk_list *
chunk_store_list(const struct chunk_store *store, uint32_t arena, uint32_t list)
{
	return &store->arenas[arena][list];
}

#endif

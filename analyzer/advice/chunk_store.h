/* SPDX-License-Identifier: MIT */
/*
 * The free chunks of a heap that is being modelled: in lists, each of which
 * belongs to an arena, and found by where they begin and end. 64 to 80 bytes a
 * chunk; of more than CHUNKS_MAX further ones are forgotten. Addresses and
 * sizes may be any: chunks may overlap. One thread.
 */
#ifndef ANALYZER_ADVICE_CHUNK_STORE_H
#define ANALYZER_ADVICE_CHUNK_STORE_H

#include "analyzer/advice/address_map.h"

#define CHUNKS_MAX (8u << 20)

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

struct chunk_store {
	struct chunk *chunks; /* [0] is none */
	size_t count, capacity;
	uint32_t unused; /* chain by `next` */
	struct address_map starts; /* to the index */
	struct address_map ends;   /* likewise; not those in CHUNK_FAST */
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

/* The index of the chunk that begins here, or 0. */
static inline uint32_t chunk_store_find(const struct chunk_store *store,
					uint64_t start)
{
	return (uint32_t)address_map_get(&store->starts, start);
}

/* Of one that ends here and may be merged. */
static inline uint32_t chunk_store_ending(const struct chunk_store *store,
					  uint64_t end)
{
	return (uint32_t)address_map_get(&store->ends, end);
}

static inline struct chunk_list *
chunk_store_list(const struct chunk_store *store, uint32_t arena, uint32_t list)
{
	return &store->arenas[arena][list];
}

#endif

/* SPDX-License-Identifier: MIT */
/*
 * A thread's cache of freed blocks, as glibc's tcache: a stack of addresses for
 * each size, of limited depth. One thread.
 */
#ifndef ANALYZER_ADVICE_CHUNK_CACHE_H
#define ANALYZER_ADVICE_CHUNK_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CHUNK_CACHE_BINS 64

struct chunk_bin {
	uint64_t *addresses; /* the last one goes first */
	uint32_t count;
	uint32_t room; /* in addresses */
};

struct chunk_cache {
	struct chunk_bin bins[CHUNK_CACHE_BINS];
};

void chunk_cache_release(struct chunk_cache *cache);

/* For chunk_bin_push(): more room. */
void chunk_bin_grow(struct chunk_bin *bin, uint32_t limit);

/* False if it is full: it has `limit`. */
static inline bool chunk_bin_push(struct chunk_bin *bin, uint32_t limit,
				  uint64_t address)
{
	if (bin->count >= limit)
		return false;
	if (__builtin_expect(bin->count == bin->room, 0))
		chunk_bin_grow(bin, limit);
	bin->addresses[bin->count++] = address;
	return true;
}

/* Takes the youngest, if it is this one. */
static inline bool chunk_bin_pop(struct chunk_bin *bin, uint64_t address)
{
	if (bin->count == 0 || bin->addresses[bin->count - 1] != address)
		return false;
	bin->count--;
	return true;
}

/* Takes it, though others are younger (up to 15); false if it is not there. */
bool chunk_bin_take(struct chunk_bin *bin, uint64_t address);

#endif

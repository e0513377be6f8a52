/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/chunk_cache.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"

#define FIRST_ROOM 7
#define SEARCHED 16 /* deeper ones would take too long in a huge cache */

void chunk_cache_release(struct chunk_cache *cache)
{
	for (size_t i = 0; i < CHUNK_CACHE_BINS; i++)
		free(cache->bins[i].addresses);
	memset(cache, 0, sizeof(*cache));
}

void chunk_bin_grow(struct chunk_bin *bin, uint32_t limit)
{
	uint32_t room = bin->room ? 2 * bin->room : FIRST_ROOM;

	bin->room = room < limit ? room : limit;
	bin->addresses = xreallocarray(bin->addresses, bin->room,
				       sizeof(*bin->addresses));
}

bool chunk_bin_take(struct chunk_bin *bin, uint64_t address)
{
	uint32_t end = bin->count > SEARCHED ? bin->count - SEARCHED : 0;

	for (uint32_t i = bin->count; i-- > end;) {
		if (bin->addresses[i] != address)
			continue;
		memmove(&bin->addresses[i], &bin->addresses[i + 1],
			(bin->count - i - 1) * sizeof(*bin->addresses));
		bin->count--;
		return true;
	}
	return false;
}

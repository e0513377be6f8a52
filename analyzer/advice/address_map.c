/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/address_map.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"

#define FIRST_SLOTS 64

void address_map_init(struct address_map *map)
{
	map->slots = xcalloc(FIRST_SLOTS, sizeof(*map->slots));
	map->mask = FIRST_SLOTS - 1;
	map->count = 0;
	map->filter = NULL;
}

void address_map_init_filtered(struct address_map *map)
{
	address_map_init(map);
	map->filter = xcalloc(1u << ADDRESS_FILTER_BITS, 1);
}

void address_map_release(struct address_map *map)
{
	free(map->slots);
	free(map->filter);
	memset(map, 0, sizeof(*map));
}

static size_t home(const struct address_map *map, uint64_t address)
{
	return (size_t)(address_map_hash(address) >> 20) & map->mask;
}

/* Where it is, or the free slot where it would be. */
static size_t place(const struct address_map *map, uint64_t address)
{
	size_t at = home(map, address);

	while (map->slots[at].address && map->slots[at].address != address)
		at = (at + 1) & map->mask;
	return at;
}

uint64_t address_map_find(const struct address_map *map, uint64_t address)
{
	return map->slots[place(map, address)].value;
}

static void grow(struct address_map *map)
{
	struct address_map larger = {
		.slots = xcalloc(2 * (map->mask + 1), sizeof(*map->slots)),
		.mask = 2 * map->mask + 1,
		.count = map->count,
		.filter = map->filter,
	};

	for (size_t i = 0; i <= map->mask; i++)
		if (map->slots[i].address)
			larger.slots[place(&larger, map->slots[i].address)] =
				map->slots[i];
	free(map->slots);
	*map = larger;
}

/* An address more (1) or less (-1). */
static void count(struct address_map *map, uint64_t address, int by)
{
	uint8_t *counter;

	if (!map->filter)
		return;
	counter = &map->filter[address_map_hash(address) >>
			       (64 - ADDRESS_FILTER_BITS)];
	if (*counter < UINT8_MAX)
		*counter = (uint8_t)(*counter + by);
}

void address_map_put(struct address_map *map, uint64_t address, uint64_t value)
{
	size_t at = place(map, address);

	if (!map->slots[at].address) {
		if (4 * (map->count + 1) > 3 * (map->mask + 1)) {
			grow(map);
			at = place(map, address);
		}
		map->count++;
		count(map, address, 1);
	}
	map->slots[at] = (struct address_slot){ address, value };
}

/* May what stands at `at` move to `hole`, which is nearer to its home? */
static int fills(const struct address_map *map, size_t hole, size_t at)
{
	size_t from = home(map, map->slots[at].address);

	return ((at - from) & map->mask) >= ((at - hole) & map->mask);
}

void address_map_remove(struct address_map *map, uint64_t address,
			uint64_t value)
{
	size_t hole = place(map, address);
	size_t at = hole;

	if (!map->slots[hole].address || map->slots[hole].value != value)
		return;
	map->count--;
	count(map, address, -1);
	for (;;) {
		at = (at + 1) & map->mask;
		if (!map->slots[at].address)
			break;
		if (fills(map, hole, at)) {
			map->slots[hole] = map->slots[at];
			hole = at;
		}
	}
	map->slots[hole] = (struct address_slot){ 0, 0 };
}

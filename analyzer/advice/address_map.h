/* SPDX-License-Identifier: MIT */
/*
 * From an address to a number, where uthash would take too long: open
 * addressing, linear probing, no tombstones. 16 bytes a slot, at most three in
 * four of them in use. One thread.
 */
#ifndef ANALYZER_ADVICE_ADDRESS_MAP_H
#define ANALYZER_ADVICE_ADDRESS_MAP_H

#include <stddef.h>
#include <stdint.h>

struct address_slot {
	uint64_t address; /* 0: free */
	uint64_t value;
};

#define ADDRESS_FILTER_BITS 16

struct address_map {
	struct address_slot *slots;
	size_t mask; /* slots - 1 */
	size_t count;
	/* How many addresses have a hash, by some of its bits; full counters
	 * stay so. NULL: no filter. */
	uint8_t *filter;
};

void address_map_init(struct address_map *map);
/* For one that is mostly asked for what it does not hold: takes 64 KiB more,
 * and most such questions miss no cache. */
void address_map_init_filtered(struct address_map *map);
void address_map_release(struct address_map *map);

static inline uint64_t address_map_hash(uint64_t address)
{
	return address * UINT64_C(0x9e3779b97f4a7c15);
}

uint64_t address_map_find(const struct address_map *map, uint64_t address);

/* What stands at an address (not 0), or 0. */
static inline uint64_t address_map_get(const struct address_map *map,
				       uint64_t address)
{
	if (map->filter && !map->filter[address_map_hash(address) >>
					(64 - ADDRESS_FILTER_BITS)])
		return 0;
	return address_map_find(map, address);
}

/* Puts a value (not 0), in place of another if there is one. */
void address_map_put(struct address_map *map, uint64_t address, uint64_t value);
/* Removes an address if it has this value. */
void address_map_remove(struct address_map *map, uint64_t address,
			uint64_t value);

#endif

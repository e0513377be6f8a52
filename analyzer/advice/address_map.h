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

struct address_map {
	struct address_slot *slots;
	size_t mask; /* slots - 1 */
	size_t count;
};

void address_map_init(struct address_map *map);
void address_map_release(struct address_map *map);

/* What stands at an address (not 0), or 0. */
uint64_t address_map_get(const struct address_map *map, uint64_t address);
/* Puts a value (not 0), in place of another if there is one. */
void address_map_put(struct address_map *map, uint64_t address, uint64_t value);
/* Removes an address if it has this value. */
void address_map_remove(struct address_map *map, uint64_t address,
			uint64_t value);

#endif

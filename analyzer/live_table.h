/* SPDX-License-Identifier: MIT */
/*
 * The blocks that are live at one moment of a replay, by address. Open
 * addressing by groups: seven addresses share a cache line with the number of
 * blocks that found the group full and went on, so that most searches end in
 * the line where they began, and nothing moves when a block goes. What is known
 * of a block stands apart, under the same index. Addresses that were made up to
 * collide are found by a long search: then the hash changes. 33 bytes a slot,
 * between 53 and 75 in 100 of the slots in use: at most 62 bytes a block. It
 * grows by 1.4, in place. One thread.
 */
#ifndef ANALYZER_LIVE_TABLE_H
#define ANALYZER_LIVE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LIVE_SIZE_MAX ((UINT64_C(1) << 48) - 1)
#define LIVE_GROUP 7 /* slots */
#define LIVE_NONE SIZE_MAX

/* Words of 64 bits, filled and copied as such: what was written in halves is
 * slow to read as a whole. */
struct live_block {
	uint64_t address;	  /* never 0 */
	uint64_t size : 48;	  /* requested bytes */
	uint64_t tick_high : 16;
	uint64_t tick_low : 32;
	uint64_t site : 32;	  /* as the sink's site() says */
	uint64_t lane : 26;	  /* of the thread that allocated it */
	uint64_t interval_shift : 6;
	uint64_t sequence : 32;	  /* of the allocation, in its thread */
};
_Static_assert(sizeof(struct live_block) == 32, "live block changed size");

static inline uint64_t live_block_tick(const struct live_block *block)
{
	return (uint64_t)block->tick_high << 32 | block->tick_low;
}

struct live_group {
	uint64_t addresses[LIVE_GROUP]; /* 0: free */
	uint64_t passed; /* blocks of this or an earlier group that went on */
};
_Static_assert(sizeof(struct live_group) == 64, "not a cache line");

/* A live_block but for its address. */
struct live_value {
	uint64_t words[3];
};

struct live_table {
	struct live_group *groups;
	struct live_value *values; /* LIVE_GROUP for each group */
	size_t group_count;
	size_t count;
	size_t limit;	 /* of count, before it grows */
	size_t peak;
	uint64_t key;	 /* of the hash */
	unsigned int rekeyed;
};

void live_table_init(struct live_table *table);
void live_table_release(struct live_table *table);

/* The slot of the block at an address (not 0), or LIVE_NONE. */
size_t live_table_find(const struct live_table *table, uint64_t address);
/* The block in a slot. */
void live_table_get(const struct live_table *table, size_t slot,
		    struct live_block *block);
/* Adds a block whose address is not in the table. Slots change. */
void live_table_insert(struct live_table *table,
		       const struct live_block *block);
/* Removes the block in a slot. Other slots stay. */
void live_table_remove(struct live_table *table, size_t slot);
/* Find and insert, unless there is a block at the address: then false. */
bool live_table_add(struct live_table *table, const struct live_block *block);
/* Find, get and remove; false if there is no block at the address. */
bool live_table_take(struct live_table *table, uint64_t address,
		     struct live_block *block);
/* Bytes of memory that the table takes. */
size_t live_table_bytes(const struct live_table *table);

/* Multiplicative hash; the high bits choose the group, in order. */
static inline uint64_t live_hash(const struct live_table *table,
				 uint64_t address)
{
	return (address ^ table->key) * UINT64_C(0x9e3779b97f4a7c15);
}

static inline size_t live_table_group(const struct live_table *table,
				      uint64_t address)
{
	return (size_t)(((__uint128_t)live_hash(table, address) *
			 table->group_count) >> 64);
}

/* The places of a group that hold this address (or 0), one bit each. */
static inline unsigned int live_group_match(const struct live_group *group,
					    uint64_t address)
{
	const uint64_t *a = group->addresses;

	return (unsigned int)(a[0] == address) |
	       (unsigned int)(a[1] == address) << 1 |
	       (unsigned int)(a[2] == address) << 2 |
	       (unsigned int)(a[3] == address) << 3 |
	       (unsigned int)(a[4] == address) << 4 |
	       (unsigned int)(a[5] == address) << 5 |
	       (unsigned int)(a[6] == address) << 6;
}

/*
 * Brings what is at an address into the cache ahead of its use: first its
 * group, and some time later, when that is there, its value or the place where
 * it will be. Always inlined, callers too: gcc 12 takes a function that only
 * prefetches for one without effects, and leaves out its calls.
 */
static inline __attribute__((always_inline)) void
live_table_prefetch(const struct live_table *table, uint64_t address)
{
	__builtin_prefetch(&table->groups[live_table_group(table, address)],
			   1);
}

static inline __attribute__((always_inline)) void
live_table_prefetch_value(const struct live_table *table, uint64_t address)
{
	size_t group = live_table_group(table, address);
	unsigned int match = live_group_match(&table->groups[group], address);

	if (!match)
		match = live_group_match(&table->groups[group], 0);
	if (match)
		__builtin_prefetch(&table->values[group * LIVE_GROUP +
						  (size_t)__builtin_ctz(match)],
				   1);
}

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The blocks that are live at one moment of a replay, by address. Open
 * addressing, entries in the order of their hash, so that a search ends early,
 * a removal shifts the rest of the run back, and growing works in place. 32
 * bytes a slot, between half and 7 in 10 of the slots in use: at most 64 bytes
 * a block. One thread.
 */
#ifndef ANALYZER_LIVE_TABLE_H
#define ANALYZER_LIVE_TABLE_H

#include <stddef.h>
#include <stdint.h>

#define LIVE_SIZE_MAX ((UINT64_C(1) << 48) - 1)

struct live_block {
	uint64_t address;	  /* never 0 */
	uint64_t size : 48;	  /* requested bytes */
	uint64_t tick_high : 16;
	uint32_t tick_low;
	uint32_t site;		  /* the sink's own, set in its allocated() */
	uint32_t lane : 26;	  /* of the thread that allocated it */
	uint32_t interval_shift : 6;
	uint32_t sequence;	  /* of the allocation, in its thread */
};
_Static_assert(sizeof(struct live_block) == 32, "live block changed size");

static inline uint64_t live_block_tick(const struct live_block *block)
{
	return (uint64_t)block->tick_high << 32 | block->tick_low;
}

struct live_table {
	struct live_block *slots;
	size_t range;	 /* hashes map to the slots below */
	size_t total;	 /* slots, with room for the last run */
	size_t count;
	size_t limit;	 /* of count, before it grows */
	size_t peak;
};

void live_table_init(struct live_table *table);
void live_table_release(struct live_table *table);

/* The live block at an address, or NULL; valid until the next change. */
struct live_block *live_table_find(struct live_table *table, uint64_t address);
/* Adds a block whose address is not in the table; returns its place. */
struct live_block *live_table_insert(struct live_table *table,
				     const struct live_block *block);
/* Removes a block that live_table_find() returned. */
void live_table_remove(struct live_table *table, struct live_block *block);

/* Multiplicative hash; the high bits choose the slot, in order. */
static inline uint64_t live_hash(uint64_t address)
{
	return address * UINT64_C(0x9e3779b97f4a7c15);
}

static inline size_t live_slot(const struct live_table *table,
			       uint64_t address)
{
	return (size_t)(((__uint128_t)live_hash(address) * table->range) >> 64);
}

/* Brings an address's slot into the cache ahead of its use. */
static inline void live_table_prefetch(const struct live_table *table,
				       uint64_t address)
{
	__builtin_prefetch(&table->slots[live_slot(table, address)], 1);
}

#endif

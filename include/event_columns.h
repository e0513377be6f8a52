/* SPDX-License-Identifier: MIT */
/*
 * The payload of an EVENTS block: events of one thread as columns. Its layout
 * is in include/README.md; event_encoder.h writes it. State resets with every
 * block, so that any block can be read alone; the caller owns it (about 160
 * KiB: never on a stack).
 */
#ifndef INCLUDE_EVENT_COLUMNS_H
#define INCLUDE_EVENT_COLUMNS_H

#include "include/address_model.h"
#include "include/codec.h"
#include "include/dump_format.h"

#define EVENT_COLUMNS_MAX 65536 /* events in a block, at most */
#define EVENT_SIZE_CACHE 4096	/* last size by stack, direct-mapped */

/* In the order in which they stand in the payload. */
enum event_column {
	EVENT_COLUMN_KIND,
	EVENT_COLUMN_STACK,
	EVENT_COLUMN_SIZE,
	EVENT_COLUMN_REFERENCE,
	EVENT_COLUMN_ADDRESS,
	EVENT_COLUMN_TICK,
	EVENT_COLUMN_DETAIL,
	EVENT_COLUMN_INTERVAL,
	EVENT_COLUMN_COUNT,
};

/* Above EVENT_KIND_MASK in the kind column's byte. */
#define EVENT_SAME_SIZE 0x20 /* as this stack's last event in the block */
#define EVENT_HAS_DETAIL 0x40
#define EVENT_HAS_STACK 0x80 /* the stack column has an entry */

/* The payload's first byte. */
#define EVENT_ADDRESS_SHIFT_MASK 7
#define EVENT_TICK_SHIFT(first) ((first) >> 3 & 15)
#define EVENT_INTERVALS 0x80 /* there is an interval column */

struct event_size_cache {
	struct {
		uint32_t stack;
		uint32_t block; /* entry belongs to this block number */
		uint64_t size;
	} last[EVENT_SIZE_CACHE];
	uint32_t block; /* counts blocks, so that no reset has to clear */
};

void event_size_cache_init(struct event_size_cache *cache);
void event_size_cache_begin(struct event_size_cache *cache);

/* Is it the size that this stack last had? From now on it is. */
static inline int event_size_is_same(struct event_size_cache *cache,
				     uint32_t stack, uint64_t size)
{
	unsigned int slot = stack % EVENT_SIZE_CACHE;
	int same = cache->last[slot].block == cache->block &&
		   cache->last[slot].stack == stack &&
		   cache->last[slot].size == size;

	cache->last[slot].block = cache->block;
	cache->last[slot].stack = stack;
	cache->last[slot].size = size;
	return same;
}

struct event_columns {
	struct event_size_cache sizes;
	struct address_model model;
};

/* Once, before the first block. */
void event_columns_init(struct event_columns *state);

/*
 * Reads one block's payload of `count` events into `events`. Returns 0, or -1
 * if the payload is damaged (nothing in `events` may be used then).
 */
int event_columns_decode(struct event_columns *state, const void *payload,
			 size_t bytes, struct event *events,
			 unsigned int count);

#endif

/* SPDX-License-Identifier: MIT */
#include "preload/stacks.h"

#include "preload/node_table.h"
#include "preload/ring.h"

void stacks_leave(void)
{
	node_table_leave();
}

int stacks_init(void)
{
	return node_table_init();
}

static struct stacks_entry *entry_of(struct stacks_cache *cache, uint32_t hash)
{
	return &cache->slots[hash % STACKS_CACHE_SLOTS];
}

static inline uint32_t child(struct stacks_cache *cache, uint32_t parent,
			     const struct unwind_frame *frame)
{
	struct stacks_entry *entry = entry_of(cache, frame->hash);
	uint32_t id;

	if (entry->ip == frame->ip && entry->parent == parent && entry->node)
		return entry->node;
	id = node_table_find_or_add(frame->hash, frame->ip, parent,
				    frame->module);
	if (id)
		*entry = (struct stacks_entry){ frame->ip, parent, id };
	return id;
}

static uint32_t leaf(uintptr_t ip, uint32_t module)
{
	uint32_t hash = node_hash(STACK_TRUNCATED, ip, module);
	uint32_t id = node_table_find_or_add(hash, ip, STACK_TRUNCATED, module);

	return id ? id : STACK_TRUNCATED;
}

uint32_t stacks_leaf(uintptr_t ip, uint32_t module)
{
	ring_count(STAT_LEAF_ONLY_STACKS, 1);
	return leaf(ip, module);
}

/* What was not walked to its end hangs under a node of its own. */
static uint32_t root_of(const struct unwind *walk)
{
	if (walk->end == UNWIND_WHOLE)
		return STACK_ROOT;
	ring_count(walk->end == UNWIND_TOO_DEEP ? STAT_TRUNCATED_STACKS :
						  STAT_FAILED_UNWINDS, 1);
	return STACK_TRUNCATED;
}

static uint32_t no_room(const struct unwind *walk)
{
	const struct unwind_frame *frame = &walk->frames[walk->count - 1];

	ring_count(STAT_NODE_LIMIT_HITS, 1);
	return leaf(frame->ip, frame->module);
}

/* The slots of frames that have no node yet, all on their way at once. */
__attribute__((noinline)) static void prefetch(struct stacks_cache *cache,
					       const struct unwind *walk,
					       uint32_t i, uint32_t hash)
{
	for (; i < walk->count; i++) {
		const struct unwind_frame *frame = &walk->frames[i];

		hash = node_hash(hash, frame->ip, frame->module);
		if (entry_of(cache, hash)->ip != frame->ip)
			node_table_prefetch(hash);
	}
}

uint32_t stacks_intern(struct stacks_cache *cache, struct unwind *walk)
{
	uint32_t i = walk->fresh;
	uint32_t id = i ? walk->frames[i - 1].node : root_of(walk);
	uint32_t hash = i ? walk->frames[i - 1].hash : id;

	if (walk->end == UNWIND_TOO_DEEP)
		i = walk->count - STACK_TRUNCATED_DEPTH;
	if (walk->count - i > 1)
		prefetch(cache, walk, i, hash);
	for (; i < walk->count; i++) {
		struct unwind_frame *frame = &walk->frames[i];

		hash = node_hash(hash, frame->ip, frame->module);
		frame->hash = hash;
		id = child(cache, id, frame);
		if (!id)
			return no_room(walk);
		frame->node = id;
	}
	unwind_keep(walk);
	return id;
}

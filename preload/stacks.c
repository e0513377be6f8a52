/* SPDX-License-Identifier: MIT */
#include "preload/stacks.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "preload/arena.h"
#include "preload/options.h"
#include "preload/ring.h"
#include "preload/spin.h"
#include "preload/sys.h"

#define TABLE_FIRST (1u << 13)
#define TABLE_MAX (1u << 25) /* ids of STACK_NODES_MAX, half full */

struct node_table {
	uint32_t mask;
	uint32_t ids[]; /* atomics; 0: empty */
};

static struct node_table *table; /* atomic */
static struct spin growing;

struct key {
	uint64_t ip;
	uint32_t parent;
	uint32_t module;
};

static struct node_table *new_table(uint32_t slots)
{
	struct node_table *fresh = arena_map(sizeof(*fresh) +
					     slots * sizeof(uint32_t));

	if (fresh)
		fresh->mask = slots - 1;
	return fresh;
}

void stacks_leave(void)
{
	table = NULL;
}

int stacks_init(void)
{
	spin_reset(&growing);
	if (table)
		arena_unmap(table, sizeof(*table) +
			    ((size_t)table->mask + 1) * sizeof(uint32_t));
	table = new_table(TABLE_FIRST);
	return table ? 0 : -ENOMEM;
}

static uint32_t hash(const struct key *key)
{
	uint64_t mixed = (key->ip ^ (uint64_t)key->parent << 40) *
			 UINT64_C(0x9e3779b97f4a7c15);

	mixed = (mixed ^ mixed >> 29 ^ key->parent ^ key->module) *
		UINT64_C(0xbf58476d1ce4e5b9);
	return (uint32_t)(mixed >> 32);
}

static bool is_node(uint32_t id, const struct key *key)
{
	const struct ring_node *node = ring_node(id);

	return node && node->parent == key->parent &&
	       node->module == key->module &&
	       __atomic_load_n(&node->address, __ATOMIC_ACQUIRE) == key->ip;
}

/* The tree's last sixteenth is for leaves: stacks of one frame, when there is
 * no room for whole ones. */
static uint32_t limit_of(const struct key *key)
{
	uint32_t all = options.nodes_max - 64; /* threads may race past it */

	return key->parent == STACK_TRUNCATED ? all : all - all / 16;
}

/* A new id with its node complete; 0 when there is no room for one. */
static uint32_t append(const struct key *key)
{
	uint64_t *reserved = &ring.header->nodes_reserved;
	struct ring_node *node;
	uint64_t id;

	if (__atomic_load_n(reserved, __ATOMIC_RELAXED) >= limit_of(key))
		return 0;
	/* Of another tree: see entry_hook_is_open(). */
	if (key->parent >= __atomic_load_n(reserved, __ATOMIC_RELAXED))
		return 0;
	/* Its chunk first, so that no id is left without a place. */
	if (!ring_node((uint32_t)__atomic_load_n(reserved, __ATOMIC_RELAXED)))
		return 0;
	id = __atomic_fetch_add(reserved, 1, __ATOMIC_RELAXED);
	node = id < STACK_NODES_MAX ? ring_node((uint32_t)id) : NULL;
	if (!node)
		return 0;
	node->parent = key->parent;
	node->module = key->module;
	__atomic_store_n(&node->address, key->ip, __ATOMIC_RELEASE);
	return (uint32_t)id;
}

static void copy_id(struct node_table *to, uint32_t id)
{
	const struct ring_node *node = ring_node(id);
	struct key key = { node->address, node->parent, node->module };
	uint32_t i = hash(&key);

	while (to->ids[i & to->mask])
		i++;
	to->ids[i & to->mask] = id;
}

/* Ids that others insert meanwhile may be missed and be given out again. */
static void grow(struct node_table *from)
{
	struct node_table *larger;
	struct sys_section section;

	sys_enter(&section);
	if (from->mask + 1 >= TABLE_MAX || !spin_try_lock(&growing)) {
		sys_leave(&section);
		return;
	}
	larger = from == table ? new_table((from->mask + 1) * 4) : NULL;
	for (uint32_t i = 0; larger && i <= from->mask; i++)
		if (from->ids[i])
			copy_id(larger, from->ids[i]);
	/* The old one stays mapped: others may be reading it. */
	if (larger)
		__atomic_store_n(&table, larger, __ATOMIC_RELEASE);
	spin_unlock(&growing);
	sys_leave(&section);
}

static uint32_t find_or_add(const struct key *key)
{
	struct node_table *in = __atomic_load_n(&table, __ATOMIC_ACQUIRE);
	uint32_t i = hash(key), fresh = 0;

	for (uint32_t probes = 0; probes <= in->mask; i++, probes++) {
		uint32_t *slot = &in->ids[i & in->mask];
		uint32_t id = __atomic_load_n(slot, __ATOMIC_ACQUIRE);

		if (!id) {
			if (!fresh)
				fresh = append(key);
			if (!fresh)
				return 0;
			if (__atomic_compare_exchange_n(slot, &id, fresh, false,
							__ATOMIC_ACQ_REL,
							__ATOMIC_ACQUIRE)) {
				if (fresh > in->mask / 2)
					grow(in);
				return fresh;
			}
		}
		if (is_node(id, key))
			return id;
	}
	return 0;
}

static uint32_t child(struct stacks_cache *cache, const struct key *key)
{
	unsigned int slot = (unsigned int)((key->ip >> 2 ^ key->ip >> 11 ^
					    key->parent * 7) %
					   STACKS_CACHE_SLOTS);
	uint32_t id;

	if (cache && cache->slots[slot].ip == key->ip &&
	    cache->slots[slot].parent == key->parent &&
	    cache->slots[slot].node) {
		id = cache->slots[slot].node;
		if (ring_node(id)->module == key->module)
			return id;
	}
	id = find_or_add(key);
	if (cache && id) {
		cache->slots[slot].ip = key->ip;
		cache->slots[slot].parent = key->parent;
		cache->slots[slot].node = id;
	}
	return id;
}

static uint32_t leaf(uintptr_t ip, uint32_t module)
{
	struct key key = { ip, STACK_TRUNCATED, module };
	uint32_t id = find_or_add(&key);

	return id ? id : STACK_TRUNCATED;
}

uint32_t stacks_leaf(uintptr_t ip, uint32_t module)
{
	ring_count(STAT_LEAF_ONLY_STACKS, 1);
	return leaf(ip, module);
}

uint32_t stacks_intern(struct stacks_cache *cache, const struct unwind *walk)
{
	uint32_t id = STACK_ROOT;
	unsigned int count = walk->count;

	if (walk->end != UNWIND_WHOLE) {
		id = STACK_TRUNCATED;
		ring_count(walk->end == UNWIND_TOO_DEEP ?
			   STAT_TRUNCATED_STACKS : STAT_FAILED_UNWINDS, 1);
	}
	if (walk->end == UNWIND_TOO_DEEP)
		count = STACK_TRUNCATED_DEPTH;
	while (count-- > 0) {
		struct key key = { walk->frames[count].ip, id,
				   walk->frames[count].module };

		id = child(cache, &key);
		if (!id) {
			ring_count(STAT_NODE_LIMIT_HITS, 1);
			return leaf(walk->frames[0].ip,
				    walk->frames[0].module);
		}
	}
	return id;
}

/* SPDX-License-Identifier: MIT */
#include "preload/node_table.h"

#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>

#include "preload/arena.h"
#include "preload/options.h"
#include "preload/ring.h"
#include "preload/spin.h"
#include "preload/sys.h"

#define SLOTS_FIRST (1u << 13)
#define SLOTS_MAX (1u << 25) /* ids of STACK_NODES_MAX, half full */
#define HUGE_PAGE (2u << 20)
#define PROBES_MAX 256 /* of a table that is half full, 86 are to be expected */

struct node_table *node_table;
static struct spin growing;

static size_t table_bytes(uint32_t slots)
{
	return sizeof(struct node_table) + slots * sizeof(uint64_t);
}

static struct node_table *new_table(uint32_t slots)
{
	struct node_table *fresh = arena_map(table_bytes(slots));

	if (!fresh)
		return NULL;
	if (table_bytes(slots) >= 2 * HUGE_PAGE)
		sys_call3(SYS_madvise, (long)fresh, (long)table_bytes(slots),
			  MADV_HUGEPAGE);
	fresh->mask = slots - 1;
	return fresh;
}

void node_table_leave(void)
{
	node_table = NULL;
}

int node_table_init(void)
{
	spin_reset(&growing);
	if (node_table)
		arena_unmap(node_table, table_bytes(node_table->mask + 1));
	node_table = new_table(SLOTS_FIRST);
	return node_table ? 0 : -ENOMEM;
}

static bool is_node(uint32_t id, const struct ring_node *key)
{
	const struct ring_node *node = ring_node(id);

	return node && node->parent == key->parent &&
	       node->module == key->module &&
	       __atomic_load_n(&node->address, __ATOMIC_ACQUIRE) ==
		       key->address;
}

/* The tree's last sixteenth is for leaves: stacks of one frame, when there is
 * no room for whole ones. */
static uint32_t limit_of(uint32_t parent)
{
	uint32_t all = options.nodes_max - 64; /* threads may race past it */

	return parent == STACK_TRUNCATED ? all : all - all / 16;
}

/* A new id with its node complete; 0 when there is no room for one. */
__attribute__((noinline)) static uint32_t append(const struct ring_node *key)
{
	uint64_t *reserved = &ring.header->nodes_reserved;
	struct ring_node *node;
	uint64_t id;

	if (__atomic_load_n(reserved, __ATOMIC_RELAXED) >= limit_of(key->parent))
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
	__atomic_store_n(&node->address, key->address, __ATOMIC_RELEASE);
	return (uint32_t)id;
}

static void copy_slot(struct node_table *to, uint64_t slot)
{
	uint32_t i = (uint32_t)(slot >> 32);

	while (to->slots[i & to->mask])
		i++;
	to->slots[i & to->mask] = slot;
}

/* Ids that others insert meanwhile may be missed and be given out again. What is
 * acquired with a slot, its node, is released to others with the table. */
__attribute__((noinline)) static void grow(struct node_table *from)
{
	struct node_table *larger;
	struct sys_section section;
	uint64_t slot;

	if (from->mask + 1 >= SLOTS_MAX ||
	    __atomic_load_n(&growing.held, __ATOMIC_RELAXED))
		return;
	sys_enter(&section);
	if (!spin_try_lock(&growing)) {
		sys_leave(&section);
		return;
	}
	larger = from == node_table ? new_table((from->mask + 1) * 2) : NULL;
	for (uint32_t i = 0; larger && i <= from->mask; i++) {
		slot = __atomic_load_n(&from->slots[i], __ATOMIC_ACQUIRE);
		if (slot)
			copy_slot(larger, slot);
	}
	if (larger) {
		__atomic_store_n(&node_table, larger, __ATOMIC_RELEASE);
		/* Others may be reading the old one, so it stays mapped, but
		 * empty: at worst they give a node a second id. */
		sys_call3(SYS_madvise, (long)from->slots,
			  (long)(from->mask + 1) * 8, MADV_DONTNEED);
		arena_untouched(table_bytes(from->mask + 1));
	}
	spin_unlock(&growing);
	sys_leave(&section);
}

/* Others filled the table while one of them was copying it: the larger one, or
 * NULL if there is none to wait for. */
__attribute__((noinline)) static struct node_table *
await_growth(const struct node_table *full)
{
	struct node_table *now;
	struct sys_section section;

	sys_enter(&section);
	if (spin_try_lock_patiently(&growing))
		spin_unlock(&growing);
	sys_leave(&section);
	now = __atomic_load_n(&node_table, __ATOMIC_ACQUIRE);
	return now != full ? now : NULL;
}

/* *id: of a node without a slot yet, or 0. False: no slot was near. */
static bool find_or_add(struct node_table *in, uint32_t hash,
			const struct ring_node *key, uint32_t *id)
{
	uint32_t i = hash, mask = in->mask;
	uint64_t tag = (uint64_t)hash << 32;

	for (uint32_t probes = 0; probes < PROBES_MAX; i++, probes++) {
		uint64_t *at = &in->slots[i & mask];
		uint64_t slot = __atomic_load_n(at, __ATOMIC_ACQUIRE);

		if (!slot) {
			if (!*id)
				*id = append(key);
			if (!*id)
				return true;
			if (__atomic_compare_exchange_n(at, &slot, tag | *id,
							false, __ATOMIC_ACQ_REL,
							__ATOMIC_ACQUIRE)) {
				if (*id > mask / 2)
					grow(in);
				return true;
			}
		}
		if (slot >> 32 == hash && is_node((uint32_t)slot, key)) {
			*id = (uint32_t)slot;
			return true;
		}
	}
	return false;
}

uint32_t node_table_find_or_add(uint32_t hash, uint64_t ip, uint32_t parent,
				uint32_t module)
{
	struct node_table *in = __atomic_load_n(&node_table, __ATOMIC_ACQUIRE);
	const struct ring_node key = { .address = ip, .parent = parent,
				       .module = module };
	uint32_t id = 0;

	while (in && !find_or_add(in, hash, &key, &id))
		in = await_growth(in);
	return id;
}

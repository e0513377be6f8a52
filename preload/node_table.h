/* SPDX-License-Identifier: MIT */
/*
 * From a node's key to its id: one table for all threads, insert-only and
 * lock-free, over the nodes in the ring file. A slot holds an id and its hash,
 * so that a probe seldom looks at a node in vain. The hash is of the whole
 * stack down to the node: it is known before any id is, and all slots of a
 * stack can be fetched at once. Two threads that race may give one node two
 * ids; readers of the dump treat them as one.
 */
#ifndef PRELOAD_NODE_TABLE_H
#define PRELOAD_NODE_TABLE_H

#include <stdint.h>

#include "preload/hidden.h"

struct node_table {
	uint32_t mask;	  /* slots - 1 */
	uint64_t slots[]; /* atomics: id | hash << 32; 0: empty */
};
extern struct node_table *node_table HIDDEN; /* atomic */

/* A fork child, in which a hook is still open that may be using the table: it
 * stays as it is, unused. */
void node_table_leave(void);

/* An empty one, for a new ring; also in a fork child. 0 or -ENOMEM. */
int node_table_init(void);

/* The id of the node with that hash and key; 0 when there is no room for a new
 * one. */
uint32_t node_table_find_or_add(uint32_t hash, uint64_t ip, uint32_t parent,
				uint32_t module);

/* All bits of the result depend on all of ip and parent_hash: its low ones pick
 * a slot, in the table and in every cache. */
static inline uint32_t node_hash(uint32_t parent_hash, uint64_t ip,
				 uint32_t module)
{
	uint64_t mixed = (ip ^ (uint64_t)module << 48) +
			 parent_hash * UINT64_C(0x9e3779b97f4a7c15);

	mixed = (mixed ^ mixed >> 32) * UINT64_C(0xbf58476d1ce4e5b9);
	return (uint32_t)(mixed >> 32);
}

static inline void node_table_prefetch(uint32_t hash)
{
	const struct node_table *in =
		__atomic_load_n(&node_table, __ATOMIC_ACQUIRE);

	__builtin_prefetch(&in->slots[hash & in->mask]);
}

#endif

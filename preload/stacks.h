/* SPDX-License-Identifier: MIT */
/*
 * The stack tree: a stack once, an id afterwards. A small cache of each thread's
 * own in front of the table that all share (node_table.h).
 */
#ifndef PRELOAD_STACKS_H
#define PRELOAD_STACKS_H

#include <stdint.h>

#include "preload/walk.h"

#define STACKS_CACHE_SLOTS 512u

/* Direct-mapped, all zero at first. A thread's own; to be cleared after any
 * unload, since a module's id is not part of it. */
struct stacks_cache {
	struct stacks_entry {
		uint64_t ip;
		uint32_t parent;
		uint32_t node; /* 0: empty; ids start at STACK_FIRST */
	} slots[STACKS_CACHE_SLOTS];
};

/* An empty tree for a new ring. 0 or -ENOMEM. Also in a fork child: the
 * caller clears every cache. */
int stacks_init(void);
/* Before it: an interrupted hook still uses the old tree. */
void stacks_leave(void);

/*
 * The id of a walk's stack; a part of it under STACK_TRUNCATED if the walk did
 * not reach the outermost frame or the tree is full. Looks up only the frames
 * that have no node yet, and keeps the walk for the next one.
 */
uint32_t stacks_intern(struct stacks_cache *cache, struct unwind *walk);

/* The id of a stack of which only the leaf-most frame is known. */
uint32_t stacks_leaf(uintptr_t ip, uint32_t module);

#endif

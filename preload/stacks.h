/* SPDX-License-Identifier: MIT */
/*
 * The stack tree: a stack once, an id afterwards. One table for all threads,
 * insert-only and lock-free, over the nodes in the ring file; a small cache of
 * each thread's own in front. Two threads that race may give one node two ids;
 * readers of the dump treat them as one.
 */
#ifndef PRELOAD_STACKS_H
#define PRELOAD_STACKS_H

#include <stdint.h>

#include "preload/unwind.h"

#define STACKS_CACHE_SLOTS 256u

/* Direct-mapped, all zero at first. A thread's own. */
struct stacks_cache {
	struct {
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

/* The id of a walk's stack; a part of it under STACK_TRUNCATED if the walk did
 * not reach the outermost frame or the tree is full. cache may be NULL. */
uint32_t stacks_intern(struct stacks_cache *cache, const struct unwind *walk);

/* The id of a stack of which only the leaf-most frame is known. */
uint32_t stacks_leaf(uintptr_t ip, uint32_t module);

#endif

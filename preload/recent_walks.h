/* SPDX-License-Identifier: MIT */
/*
 * Walks that a thread made lately, found by where they start: a loop over a few
 * call sites gets the ids of its stacks without a walk. A recent walk leads
 * through some slots to a frame that the thread keeps of its last walk (`joint`,
 * see unwind.h). It would go the same way again if those slots hold what they
 * held, if that frame is kept in the same state, with the same node, and if the
 * kept slots from there on hold too. A thread's own; cleared after any unload.
 */
#ifndef PRELOAD_RECENT_WALKS_H
#define PRELOAD_RECENT_WALKS_H

#include "preload/unwind.h"

#define RECENT_WALKS_BITS 6
#define RECENT_WALK_SLOTS 5u

/* Two cache lines. Slots that are not used hold themselves. */
struct recent_walk {
	struct unwind_start from; /* ip 0: empty */
	uint32_t node;		  /* of the whole stack */
	uint32_t joint_node;
	uintptr_t joint_bp;
	uint16_t joint; /* its place among the kept frames */
	bool needs_bp;	/* the way from the start depends on RBP */
	struct unwind_slot slots[RECENT_WALK_SLOTS]; /* joint's first */
};

/* All zero at first. */
struct recent_walks {
	struct recent_walk at[1u << RECENT_WALKS_BITS];
};

static inline struct recent_walk *
recent_walks_place(struct recent_walks *recent, const struct unwind_start *from)
{
	uint64_t hash = (from->ip ^ from->sp << 16) *
			UINT64_C(0x9e3779b97f4a7c15);

	return &recent->at[hash >> (64 - RECENT_WALKS_BITS)];
}

/* The slots up to the joint lie in the thread's own stack, between two frames
 * that are known to be there. */
static inline bool recent_walk_slots_hold(const struct recent_walk *walk)
{
	uintptr_t changed = 0;

#pragma GCC unroll 8
	for (unsigned int i = 0; i < RECENT_WALK_SLOTS; i++)
		changed |= *walk->slots[i].at ^ walk->slots[i].value;
	return !changed;
}

/* The id of the stack that a walk from there would find; 0: unknown. */
static inline uint32_t recent_walks_find(struct recent_walks *recent,
					 const struct unwind *kept,
					 const struct unwind_start *from)
{
	const struct recent_walk *walk = recent_walks_place(recent, from);
	const struct unwind_frame *joint = &kept->frames[walk->joint];

	if (walk->from.ip != from->ip || walk->from.sp != from->sp ||
	    (walk->needs_bp && walk->from.bp != from->bp) ||
	    walk->joint >= kept->kept || joint->node != walk->joint_node ||
	    joint->sp - 8 != (uintptr_t)walk->slots[0].at ||
	    (joint->needs_bp && joint->bp != walk->joint_bp) ||
	    !recent_walk_slots_hold(walk) ||
	    !unwind_slots_hold(kept, joint->slots))
		return 0;
	return walk->node;
}

/* Remembers a walk that was made and interned just now, and is kept: its frames
 * from `fresh` on are new. Not if it has too many slots. */
void recent_walks_add(struct recent_walks *recent, const struct unwind *walk,
		      uint32_t fresh, const struct unwind_start *from);

#endif

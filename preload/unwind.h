/* SPDX-License-Identifier: MIT */
/*
 * The walker: from the caller of an interposed function to the outermost
 * frame. Frame by frame by rules; where a rule says complex, the whole walk is
 * libunwind's (walk_slow.h). A walk that had to stop is never passed off as
 * whole.
 *
 * The last walk of a thread is kept: its frames, the stack slots that it read
 * and what it found in them. A walk is a function of its start and of those
 * values. So the next one goes up by rules only until it is in the state of a
 * kept frame, and compares the slots that the rest of the way would read: all
 * the same means that the rest is the same. A saved RBP counts only if a frame
 * further up is found by it. Only where all of that is provable:
 * every slot in the thread's own stack, above the SP of the frame that needs
 * it, and no module unloaded since.
 */
#ifndef PRELOAD_UNWIND_H
#define PRELOAD_UNWIND_H

#include "preload/walk.h"

/* Once; 0 or -errno. */
int unwind_init(void);

/*
 * Fills walk->end, count (at least 1), fresh and frames. Uses little of the
 * caller's stack: libunwind moves to a side stack when there is not enough
 * room. Keeps errno.
 */
void unwind_walk(struct unwind *walk, const struct unwind_start *start);

/* As far as the walk from there depends on it. */
static inline bool unwind_same_state(const struct unwind_frame *frame,
				     const struct unwind_start *at)
{
	return frame->sp == at->sp && frame->ip == at->ip &&
	       (frame->bp == at->bp || !frame->needs_bp);
}

/* Do the first n kept slots hold what they held? Loads that do not depend on
 * each other, and one branch. */
static inline bool unwind_slots_hold(const struct unwind *walk, unsigned int n)
{
	const struct unwind_slot *slot = walk->slots, *end = slot + n;
	uintptr_t changed = 0;

#pragma GCC unroll 4
	for (; slot < end; slot++)
		changed |= *slot->at ^ slot->value;
	return !changed;
}

/* Is the kept walk, all of it, what a walk from here would find again? */
static inline bool unwind_unchanged(const struct unwind *walk,
				    const struct unwind_start *start)
{
	const struct unwind_frame *leaf = walk->frames + walk->kept;

	return walk->kept && unwind_same_state(--leaf, start) &&
	       __builtin_expect(unwind_slots_hold(walk, leaf->slots), 1);
}

/* The same walk by libunwind alone: the oracle of HEAPWISE_VERIFY and of the
 * tests. */
void unwind_walk_slowly(struct unwind *walk, const struct unwind_start *start);

#endif

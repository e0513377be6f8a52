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
 * the same means that the rest is the same. Only where all of that is provable:
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

/* The same walk by libunwind alone: the oracle of HEAPWISE_VERIFY and of the
 * tests. */
void unwind_walk_slowly(struct unwind *walk, const struct unwind_start *start);

#endif

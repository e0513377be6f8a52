/* SPDX-License-Identifier: MIT */
/*
 * The walker: from the caller of an interposed function to the outermost
 * frame. Frame by frame by rules; where a rule says complex, the whole walk is
 * libunwind's, from the registers on, through accessors that read only what is
 * certain to be there: the thread's own stack above SP, loaded modules, and
 * pages that the kernel was asked about. A walk that had to stop is never
 * passed off as whole.
 */
#ifndef PRELOAD_UNWIND_H
#define PRELOAD_UNWIND_H

#include <stdbool.h>
#include <stdint.h>

#include "include/dump_format.h"

/* The state on return to the caller. */
struct unwind_start {
	uintptr_t ip; /* the return address */
	uintptr_t sp;
	uintptr_t bp;
};

/* A thread's own stack: [low, high). Both 0 if unknown. */
struct unwind_stack {
	uintptr_t low;
	uintptr_t high;
};

struct unwind_frame {
	uintptr_t ip; /* a return address */
	uint32_t module;
};

enum unwind_end {
	UNWIND_WHOLE,	/* ends at the outermost frame */
	UNWIND_TOO_DEEP, /* more frames than there was room for */
	UNWIND_STOPPED,	/* no safe way further */
};

struct unwind {
	struct unwind_stack stack;
	enum unwind_end end;
	unsigned int count;
	struct unwind_frame frames[STACK_DEPTH_MAX]; /* leaf first */
};

/* Once; 0 or -errno. */
int unwind_init(void);

/*
 * Fills walk->end, count (at least 1) and frames. walk->stack must be set.
 * Uses little of the caller's stack: libunwind moves to a side stack when
 * there is not enough room. Keeps errno.
 */
void unwind_walk(struct unwind *walk, const struct unwind_start *start);

/* The same walk by libunwind alone: the oracle of HEAPWISE_VERIFY and of the
 * tests. */
void unwind_walk_slowly(struct unwind *walk, const struct unwind_start *start);

#endif

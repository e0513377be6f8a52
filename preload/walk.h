/* SPDX-License-Identifier: MIT */
/*
 * A walk: where it starts, what it finds, and what is kept of it for the next
 * one. A thread's own.
 */
#ifndef PRELOAD_WALK_H
#define PRELOAD_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include "include/dump_format.h"
#include "preload/stack_memory.h"

/* The state on return to the caller. */
struct unwind_start {
	uintptr_t ip; /* the return address */
	uintptr_t sp;
	uintptr_t bp;
};

struct rule;

struct unwind_frame {
	uintptr_t ip; /* a return address */
	uintptr_t sp; /* the state there; 0 of a walk by libunwind */
	uintptr_t bp;
	union {
		struct {
			uint32_t node; /* of the stack tree, once looked up */
			uint32_t hash; /* of the stack down to here */
		};
		const struct rule *rule; /* while the walk is under way */
	};
	uint16_t module; /* id; 0: none */
	uint16_t slots;	 /* to compare: those that decide the walk from here */
	bool needs_bp;	 /* the walk from here depends on RBP */
};

struct unwind_slot {
	const uintptr_t *at;
	uintptr_t value;
};

enum unwind_end {
	UNWIND_WHOLE,	/* ends at the outermost frame */
	UNWIND_TOO_DEEP, /* more frames than there was room for */
	UNWIND_STOPPED,	/* no safe way further */
};

#define UNWIND_SLOTS_MAX 1280u

/*
 * frames[0 .. count) are the last walk's, outermost first; those from `fresh`
 * on have no node yet. A walk under way builds its frames at the upper end of
 * the array, so only the pages that a program's depth needs are ever touched.
 */
struct unwind {
	struct stack_bounds stack; /* set by the owner */
	enum unwind_end end;
	uint32_t count;
	uint32_t fresh;
	uint32_t kept;	 /* frames to compare the next walk with; 0: none */
	bool by_rules;	 /* the last walk can be kept */
	struct unwind_frame frames[STACK_DEPTH_MAX];
	struct unwind_slot slots[UNWIND_SLOTS_MAX];
};

/* All frames have their nodes: the next walk may be compared with this one. */
static inline void unwind_keep(struct unwind *walk)
{
	walk->fresh = walk->count;
	if (walk->by_rules)
		walk->kept = walk->count;
}

/* Some module was unloaded: nothing that is kept can be relied on. */
static inline void unwind_forget(struct unwind *walk)
{
	walk->kept = 0;
}

#endif

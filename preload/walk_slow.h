/* SPDX-License-Identifier: MIT */
/*
 * libunwind, for what no rule covers: whole walks from the registers on,
 * through accessors that read only what is certain to be there, and lessons of
 * one rule. On a side stack of ours where the target's has no room left.
 */
#ifndef PRELOAD_WALK_SLOW_H
#define PRELOAD_WALK_SLOW_H

#include "preload/rules.h"
#include "preload/walk.h"

/* Once; 0 or -errno. */
int walk_slow_init(void);

/* A whole walk: walk->end, and the frames at walk->frames[*top ..], outermost
 * first. None: no safe way at all. */
void walk_slow(struct unwind *walk, const struct unwind_start *start,
	       unsigned int *top);

/* The rule for that return address, which is not known yet. */
struct rule walk_slow_learn(const struct stack_bounds *stack, uintptr_t ip);

#endif

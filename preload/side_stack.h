/* SPDX-License-Identifier: MIT */
/*
 * Stacks of ours for work that needs more room than a target's thread may have
 * left: libunwind, zstd. A few, shared by all threads, mapped when first
 * needed. No lock; a thread that finds none free does without.
 */
#ifndef PRELOAD_SIDE_STACK_H
#define PRELOAD_SIDE_STACK_H

#include <stdbool.h>
#include <stdint.h>

/* With this much left below SP no side stack is needed. */
#define SIDE_STACK_ROOM (16u << 10)
/* What draining (zstd) is run with, at least. */
#define SIDE_STACK_DRAIN_ROOM (48u << 10)

/* Runs function(argument) on a side stack. False: none was free. */
bool side_stack_call(void (*function)(void *), void *argument);

/* A fork child: all are free again but the one that it runs on, if any. */
void side_stack_after_fork(void);

#endif

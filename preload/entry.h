/* SPDX-License-Identifier: MIT */
/*
 * The way into the recorder and out of it, for every event. The guard: while
 * a thread is inside a hook, thread->guard holds its SP. An event that finds
 * it set comes from a signal handler above that hook (deeper on the same
 * stack, or on another one), unless the hook was left by siglongjmp: then it is
 * stale, and is taken over. A thread is attached by its first event, and
 * detached by a key destructor, in the last round of destructors.
 */
#ifndef PRELOAD_ENTRY_H
#define PRELOAD_ENTRY_H

#include "preload/thread.h"

enum entry {
	ENTRY_OFF,    /* this event cannot be recorded; it is counted */
	ENTRY_WHOLE,  /* guard taken: all of *thread is the caller's */
	ENTRY_NESTED, /* inside another hook of this thread: push only */
	ENTRY_LATE,   /* after detach: the shared state, locked: push only */
};

/* For a new ring; also in a fork child. 0 or -errno. */
int entry_init(uint64_t seed);

/* sp: of the hook. All but ENTRY_OFF must be left again. */
enum entry entry_enter(struct thread **thread, uintptr_t sp);
void entry_leave(struct thread *thread, enum entry entry);

/* Pushes now, or as soon as the push that this one interrupted is done. */
void entry_push(struct thread *thread, const struct ring_event *events,
		unsigned int n);

/* Bounds of this thread's stack, from our pthread_create wrapper. */
void entry_set_stack(uintptr_t low, uintptr_t high);

/* A fork child: this thread is the process. */
void entry_after_fork(void);
/* Is the hook still open that a fork in a handler interrupted? It may use what
 * was the parent's: ring, stack tree. */
bool entry_hook_is_open(void);

#endif

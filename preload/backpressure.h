/* SPDX-License-Identifier: MIT */
/*
 * Events into a thread's buffer, and what happens when it is full: a larger
 * buffer, then a drain (by the collector: wait for it; without one: by this
 * thread itself), then drop and count. Owns the target's own drainer.
 */
#ifndef PRELOAD_BACKPRESSURE_H
#define PRELOAD_BACKPRESSURE_H

#include <stdbool.h>
#include <stddef.h>

#include "preload/thread.h"
#include "preload/writer.h"

/* The drainer's scratch memory: until a ring is there, for whoever writes to
 * the dump before. NULL: no memory. */
struct writer_space *backpressure_space(void);

/* For a new ring; also in a fork child. 0 or -errno. */
int backpressure_init(void);

/* In a fork child, at once: the parent's dump is closed, should it be open. */
void backpressure_leave_parent(void);

/* Commits n (1 or 2) events with one release store, in order. Only while the
 * thread is entered, nested or late. */
void backpressure_push(struct thread *thread, const struct ring_event *events,
		       unsigned int n);

/* The hot path: the place of the next event, NULL when there is no room; and
 * once it is filled in, its commit. */
static inline struct ring_event *backpressure_place(const struct thread *thread)
{
	if (__builtin_expect(thread->head - thread->tail_seen >=
			     thread->capacity, 0))
		return NULL;
	return &thread->events[thread->place];
}

static inline void backpressure_commit(struct thread *thread)
{
	uint32_t next = thread->place + 1;

	thread->place = next == thread->capacity ? 0 : next;
	thread->head++;
	__atomic_store_n(&thread->buffer->head, thread->head, __ATOMIC_RELEASE);
}

/* Takes the first buffer of a thread. False: no room. */
bool backpressure_attach(struct thread *thread);
/* The thread's buffer gets no more events. */
void backpressure_detach(struct thread *thread);

/* Everything of every thread goes to the dump now, if it is we who drain. */
void backpressure_drain_all(void);
/* ... and END. Removes the ring file if all is in the dump. */
void backpressure_finish(enum end_reason reason);

#endif

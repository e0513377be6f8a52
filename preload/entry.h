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

#include "preload/backpressure.h"
#include "preload/thread.h"

enum entry {
	ENTRY_OFF,    /* this event cannot be recorded; it is counted */
	ENTRY_WHOLE,  /* guard taken: all of *thread is the caller's */
	ENTRY_NESTED, /* inside another hook of this thread: push only */
	ENTRY_LATE,   /* after detach: the shared state, locked: push only */
};

/* For a new ring; also in a fork child. 0 or -errno. */
int entry_init(uint64_t seed);

/* What remains when the thread is not attached or its guard is set. */
enum entry entry_enter_slow(struct thread **thread, uintptr_t sp);

/* From here on events of handlers are nested ones: before anything of the
 * thread's is looked at. */
static inline void entry_set_guard(struct thread *thread, uintptr_t sp)
{
	thread->guard = sp;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

/* sp: of the hook. All but ENTRY_OFF must be left again. */
static inline enum entry entry_enter(struct thread **thread, uintptr_t sp)
{
	struct thread *self = thread_self;

	if (__builtin_expect(!self || self->guard, 0))
		return entry_enter_slow(thread, sp);
	entry_set_guard(self, sp);
	*thread = self;
	return ENTRY_WHOLE;
}

void entry_leave_late(void);

static inline void entry_leave(struct thread *thread, enum entry entry)
{
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	if (__builtin_expect(entry == ENTRY_WHOLE, 1))
		thread->guard = 0;
	else if (entry == ENTRY_LATE)
		entry_leave_late();
}

/* Pushes now, or as soon as the push that this one interrupted is done. */
void entry_push(struct thread *thread, const struct ring_event *events,
		unsigned int n);
/* One event, by its words: the same. stack_and_extra: entry_stack_and_extra(). */
void entry_push_words(struct thread *thread, uint64_t what, uint64_t address,
		      uint64_t size, uint64_t stack_and_extra);

static inline uint64_t entry_stack_and_extra(uint32_t stack, uint32_t extra)
{
	return (uint64_t)extra << 32 | stack;
}

static inline struct ring_event entry_event(uint64_t what, uint64_t address,
					    uint64_t size,
					    uint64_t stack_and_extra)
{
	return (struct ring_event){
		.what = what,
		.address = address,
		.size = size,
		.stack = (uint32_t)stack_and_extra,
		.extra = (uint32_t)(stack_and_extra >> 32),
	};
}

/* What remains of entry_push_last(). */
void entry_push_words_and_leave(struct thread *thread, uint64_t what,
				uint64_t address, uint64_t size,
				uint64_t stack_and_extra);
void entry_push_side_and_leave(struct thread *thread);

/* The hot path: pushes one event, whole, and leaves. Calls nothing but the two
 * above, and these last, so that its caller keeps nothing across a call. */
static inline __attribute__((always_inline)) void
entry_push_last(struct thread *thread, uint64_t what, uint64_t address,
		uint64_t size, uint64_t stack_and_extra)
{
	struct ring_event *event = NULL;

	if (__builtin_expect(!thread->pushing, 1)) {
		thread->pushing = true;
		__atomic_signal_fence(__ATOMIC_SEQ_CST);
		event = backpressure_place(thread);
		if (__builtin_expect(!event, 0))
			thread->pushing = false;
	}
	if (__builtin_expect(!event, 0)) {
		entry_push_words_and_leave(thread, what, address, size,
					   stack_and_extra);
		return;
	}
	*event = entry_event(what, address, size, stack_and_extra);
	backpressure_commit(thread);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	thread->pushing = false;
	if (__builtin_expect(thread->side_count != 0, 0)) {
		entry_push_side_and_leave(thread);
		return;
	}
	entry_leave(thread, ENTRY_WHOLE);
}

/* Bounds of this thread's stack, from our pthread_create wrapper. */
void entry_set_stack(uintptr_t low, uintptr_t high);

/* A fork child: this thread is the process. */
void entry_after_fork(void);
/* Is the hook still open that a fork in a handler interrupted? It may use what
 * was the parent's: ring, stack tree. */
bool entry_hook_is_open(void);

#endif

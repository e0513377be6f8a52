/* SPDX-License-Identifier: MIT */
#include "preload/entry.h"

#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "preload/backpressure.h"
#include "preload/clock.h"
#include "preload/options.h"
#include "preload/ring.h"
#include "preload/spin.h"
#include "preload/sys.h"

#define MAIN_STACK_MAX (UINT64_C(1) << 30) /* with no limit set */
#define SAME_STACK (256u << 10) /* SPs this close: one unknown stack */

/* In which round of key destructors a thread is detached: the last, unless that
 * is when ThreadSanitizer forgets the thread. */
#ifdef __SANITIZE_THREAD__
#define DETACH_ROUND (PTHREAD_DESTRUCTOR_ITERATIONS - 1)
#else
#define DETACH_ROUND PTHREAD_DESTRUCTOR_ITERATIONS
#endif

extern void *__libc_stack_end; /* the loader's: where the main stack began */

static pthread_key_t key;
static bool key_made;
static uint64_t seed;
static struct stack_bounds main_stack;
static __thread struct stack_bounds own_stack
	__attribute__((tls_model("initial-exec")));

static struct spin late_lock;
static struct thread *late; /* under late_lock */
static struct thread *interrupted; /* by a fork, in a hook; or NULL */

static void detach(void *unused);

static void push_name(struct thread *thread, enum thread_record record)
{
	struct ring_event event = {
		.what = ring_event_what(clock_tick(), EVENT_THREAD_NAME),
		.stack = thread->tid,
		.extra = record,
	};
	char name[16] = "";

	if (!sys_is_forbidden())
		sys_call3(SYS_prctl, PR_GET_NAME, (long)name, 0);
	memcpy(&event.address, name, 8);
	memcpy(&event.size, name + 8, 8);
	backpressure_push(thread, &event, 1);
}

static uint32_t first_gap(struct thread *thread, uint32_t mean)
{
	return mean ? (uint32_t)random_gap_first(&thread->random, mean) : 0;
}

static void begin(struct thread *thread)
{
	random_seed(&thread->random, seed ^ 0x6865617077697365, thread->serial);
	thread->free_stack_left = first_gap(thread, options.free_stacks);
	thread->detail_left = first_gap(thread, options.details);
	if (backpressure_attach(thread))
		push_name(thread, THREAD_STARTED);
}

int entry_init(uint64_t new_seed)
{
	struct rlimit limit = { 8u << 20, 0 };
	uint64_t bytes;

	seed = new_seed;
	sys_call6(SYS_prlimit64, 0, RLIMIT_STACK, 0, (long)&limit, 0, 0);
	bytes = limit.rlim_cur < MAIN_STACK_MAX ? limit.rlim_cur :
						  MAIN_STACK_MAX;
	main_stack.high = (uintptr_t)__libc_stack_end;
	main_stack.low = main_stack.high - bytes;
	if (thread_self)
		begin(thread_self);
	if (key_made)
		return 0;
	key_made = pthread_key_create(&key, detach) == 0;
	return key_made ? 0 : -EAGAIN;
}

void entry_set_stack(uintptr_t low, uintptr_t high)
{
	own_stack.low = low;
	own_stack.high = high;
}

static struct thread *attach(void)
{
	struct thread *thread;
	struct sys_section section;

	sys_enter(&section);
	thread = thread_take();
	if (thread) {
		thread->tid = section.entered ? (uint32_t)sys_gettid() : 0;
		thread->walk.stack = own_stack;
		if (!own_stack.high && thread->tid == ring.header->pid)
			thread->walk.stack = main_stack;
		begin(thread);
		pthread_setspecific(key, thread);
		thread_self = thread;
	}
	sys_leave(&section);
	return thread;
}

/* The last round of destructors is the latest that we can be. */
static void detach(void *value)
{
	struct thread *thread = value;
	struct sys_section section;

	if (thread != thread_self)
		return;
	if (++thread->detach_calls < DETACH_ROUND) {
		pthread_setspecific(key, thread);
		return;
	}
	thread_self = NULL;
	thread_ended = true;
	if (!thread_gate_open())
		return;
	sys_enter(&section);
	push_name(thread, THREAD_ENDED);
	backpressure_detach(thread);
	thread_give(thread);
	sys_leave(&section);
}

/* Does a handler run on an alternate stack that is part of the thread's own, and
 * has it interrupted a hook that is not there? */
static bool is_above_in_name_only(uintptr_t sp, uintptr_t guard)
{
	uintptr_t low;
	stack_t now;

	if (sys_is_forbidden() ||
	    sys_call3(SYS_sigaltstack, 0, (long)&now, 0) < 0 ||
	    !(now.ss_flags & SS_ONSTACK))
		return false;
	low = (uintptr_t)now.ss_sp;
	return sp - low < now.ss_size && guard - low >= now.ss_size;
}

static bool is_stale(const struct thread *thread, uintptr_t sp)
{
	uintptr_t guard = thread->guard;
	bool here = stack_holds(&thread->walk.stack, sp);
	bool there = stack_holds(&thread->walk.stack, guard);

	if (here && there)
		return sp >= guard && !is_above_in_name_only(sp, guard);
	if (here)
		return true;
	return !there && sp >= guard && sp - guard < SAME_STACK;
}

static void take_over(struct thread *thread)
{
	ring_count(STAT_STALE_GUARDS, 1);
	thread->pushing = false;
	thread->waiting = false;
	if (!thread->buffer || !thread->capacity)
		return;
	thread->head = thread->buffer->head;
	thread->place = (uint32_t)(thread->head % thread->capacity);
}

static enum entry enter_late(struct thread **thread)
{
	if (!spin_try_lock_for_long(&late_lock))
		return ENTRY_OFF;
	if (!late) {
		late = thread_take();
		if (late)
			begin(late);
	}
	*thread = late;
	if (late)
		return ENTRY_LATE;
	spin_unlock(&late_lock);
	return ENTRY_OFF;
}

enum entry entry_enter_slow(struct thread **thread, uintptr_t sp)
{
	struct thread *self = thread_self;

	if (!self) {
		if (thread_ended) {
			ring_count(STAT_LATE_EVENTS, 1);
			return enter_late(thread);
		}
		self = attach();
		if (!self)
			return ENTRY_OFF;
	}
	*thread = self;
	if (self->guard) {
		if (!is_stale(self, sp)) {
			ring_count(STAT_NESTED_EVENTS, 1);
			return ENTRY_NESTED;
		}
		take_over(self);
	}
	entry_set_guard(self, sp);
	return ENTRY_WHOLE;
}

void entry_leave_late(void)
{
	spin_unlock(&late_lock);
}

/* Events that handlers left while a push was under way. */
static void push_side(struct thread *thread)
{
	struct ring_event event;
	uint32_t count;

	thread->pushing = true;
	do {
		while (thread->side_done < thread->side_count) {
			/* Copied: a handler may empty the side meanwhile. */
			event = thread->side[thread->side_done++];
			backpressure_push(thread, &event, 1);
		}
		count = thread->side_done;
		if (__atomic_compare_exchange_n(&thread->side_count, &count, 0,
						false, __ATOMIC_RELAXED,
						__ATOMIC_RELAXED))
			thread->side_done = 0;
	} while (thread->side_done < *(volatile uint32_t *)&thread->side_count);
	thread->pushing = false;
}

/* A handler's, while its thread only waits for room. */
static void push_while_waiting(struct thread *thread,
			       const struct ring_event *events, unsigned int n)
{
	thread->waiting = false;
	push_side(thread);
	thread->pushing = true;
	backpressure_push(thread, events, n);
	thread->waiting = true;
}

/* A wait is long, and uses half of the side at most: the rest is for what comes
 * between its end and the side's being pushed. */
static void push_aside(struct thread *thread, const struct ring_event *events,
		       unsigned int n)
{
	uint32_t count = thread->side_count;

	if (thread->waiting && count + n > THREAD_SIDE_EVENTS / 2) {
		push_while_waiting(thread, events, n);
	} else if (count + n <= THREAD_SIDE_EVENTS) {
		memcpy(&thread->side[count], events, n * sizeof(*events));
		__atomic_store_n(&thread->side_count, count + n,
				 __ATOMIC_RELAXED);
	} else {
		ring_count(STAT_NESTED_DROPPED, n);
	}
}

/* What handlers left meanwhile. */
static void push_all_side(struct thread *thread)
{
	while (thread->side_count != 0)
		push_side(thread);
}

void entry_push(struct thread *thread, const struct ring_event *events,
		unsigned int n)
{
	if (__builtin_expect(thread->pushing, 0)) {
		push_aside(thread, events, n);
		return;
	}
	thread->pushing = true;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	backpressure_push(thread, events, n);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	thread->pushing = false;
	push_all_side(thread);
}

void entry_push_words(struct thread *thread, uint64_t what, uint64_t address,
		      uint64_t size, uint64_t stack_and_extra)
{
	struct ring_event event =
		entry_event(what, address, size, stack_and_extra);

	entry_push(thread, &event, 1);
}

void entry_push_words_and_leave(struct thread *thread, uint64_t what,
				uint64_t address, uint64_t size,
				uint64_t stack_and_extra)
{
	entry_push_words(thread, what, address, size, stack_and_extra);
	entry_leave(thread, ENTRY_WHOLE);
}

void entry_push_side_and_leave(struct thread *thread)
{
	push_all_side(thread);
	entry_leave(thread, ENTRY_WHOLE);
}

bool entry_hook_is_open(void)
{
	return interrupted && interrupted->guard;
}

/* A handler that forked returns into the hook that it interrupted, which ends
 * on the state that it began with; this thread gets another. */
static struct thread *leave_open_hook(void)
{
	if (thread_self && thread_self->guard) {
		interrupted = thread_self;
		thread_self = NULL;
	}
	return thread_self;
}

void entry_after_fork(void)
{
	struct thread *self = leave_open_hook();

	spin_reset(&late_lock);
	late = NULL;
	memset(&thread_sampler, 0, sizeof(thread_sampler));
	threads_after_fork(self);
	if (!self)
		return;
	self->tid = (uint32_t)sys_gettid();
	self->pushing = false;
	self->waiting = false;
	self->dropping = false;
	self->side_count = 0;
	self->side_done = 0;
	memset(&self->recent, 0, sizeof(self->recent));
	memset(&self->cache, 0, sizeof(self->cache));
	unwind_forget(&self->walk);
}

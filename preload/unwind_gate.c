/* SPDX-License-Identifier: MIT */
#include "preload/unwind_gate.h"

#include "preload/clock.h"
#include "preload/spin.h"
#include "preload/sys.h"

/* Who learns a rule is through within some 100 us of its processor's time, but it may
 * wait long for a processor. A fork of many pages takes some 10 ms a GiB; the
 * bound is for an atfork handler that waits for what a waiting thread holds. */
#define HOLD_NS UINT64_C(2000000000)
#define ENTER_NS UINT64_C(200000000)
#define NAP_NS 100000

/* A hold that has not ended by then was left by a jump out of a handler. */
#define EXPIRE_NS UINT64_C(4000000000)
#define HOLDS 8 /* forks at once; one more does without */

static uint32_t users;	      /* atomic */
static uint64_t holds[HOLDS]; /* atomic; when each began, 0: none */
static bool frozen;	      /* set before a fork child's first event */

/* This thread's. */
static __thread struct own_hold {
	uint64_t *place; /* in `holds`, or NULL */
	uint64_t began;
	uint32_t depth;	 /* a handler of a fork's may fork */
} own;

void unwind_gate_after_fork(bool interrupted)
{
	for (unsigned int i = 0; i < HOLDS; i++)
		holds[i] = 0;
	own = (struct own_hold){ 0 };
	users = 0;
	if (interrupted)
		frozen = true;
}

uint32_t unwind_gate_users(void)
{
	return __atomic_load_n(&users, __ATOMIC_SEQ_CST);
}

/* One step of a wait that began at `began`: a while of spinning, and from the
 * second on a nap, for who is waited for may need this processor. */
static bool wait_on(uint64_t began, unsigned int step, uint64_t limit_ns)
{
	struct timespec nap = { 0, NAP_NS };

	for (unsigned int i = 0; i < SPIN_PAUSES; i++)
		__builtin_ia32_pause();
	if (sys_is_forbidden())
		return step < SPIN_LONG / SPIN_PAUSES;
	if (step)
		sys_call3(SYS_nanosleep, (long)&nap, 0, 0);
	return clock_ns(CLOCK_MONOTONIC) - began < limit_ns;
}

static uint64_t wait_begin(void)
{
	return sys_is_forbidden() ? 0 : clock_ns(CLOCK_MONOTONIC);
}

/* `now` may have been asked for before another thread began. */
static bool is_over(uint64_t began, uint64_t now)
{
	return began == 0 || (int64_t)(now - began) >= (int64_t)EXPIRE_NS;
}

/* Does this thread hold the gate? */
static bool is_own(uint64_t now)
{
	return own.place && !is_over(own.began, now) &&
	       __atomic_load_n(own.place, __ATOMIC_SEQ_CST) == own.began;
}

/* For another thread than this? */
static bool is_held(void)
{
	for (unsigned int i = 0; i < HOLDS; i++) {
		uint64_t began = __atomic_load_n(&holds[i], __ATOMIC_SEQ_CST);
		uint64_t now;

		if (began == 0)
			continue;
		now = clock_ns(CLOCK_MONOTONIC);
		if (!is_over(began, now) &&
		    !(own.place == &holds[i] && own.began == began))
			return true;
	}
	return false;
}

static void take_hold(void)
{
	uint64_t now = clock_ns(CLOCK_MONOTONIC);

	if (is_own(now)) {
		own.depth++;
		return;
	}
	own = (struct own_hold){ .began = now, .depth = 1 };
	for (unsigned int i = 0; i < HOLDS; i++) {
		uint64_t began = __atomic_load_n(&holds[i], __ATOMIC_SEQ_CST);

		if (is_over(began, now) && __atomic_compare_exchange_n(
				&holds[i], &began, now, false, __ATOMIC_SEQ_CST,
				__ATOMIC_SEQ_CST)) {
			own.place = &holds[i];
			return;
		}
	}
}

bool unwind_gate_hold(void)
{
	uint64_t began = wait_begin();
	struct sys_section section;

	/* signals blocked: a handler may fork */
	sys_enter(&section);
	if (!sys_is_forbidden())
		take_hold();
	sys_leave(&section);
	for (unsigned int i = 0; unwind_gate_users(); i++)
		if (!wait_on(began, i, HOLD_NS))
			return false;
	return true;
}

void unwind_gate_release(void)
{
	struct sys_section section;
	uint64_t began;

	sys_enter(&section);
	began = own.began;
	if (own.place && --own.depth == 0) {
		__atomic_compare_exchange_n(own.place, &began, 0, false,
					    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
		own.place = NULL;
	}
	sys_leave(&section);
}

bool unwind_gate_frozen(void)
{
	return frozen || sys_is_forbidden();
}

bool unwind_gate_enter(void)
{
	uint64_t began = 0;

	for (unsigned int i = 0; !unwind_gate_frozen(); i++) {
		if (!is_held()) {
			__atomic_fetch_add(&users, 1, __ATOMIC_SEQ_CST);
			if (!is_held())
				return true;
			unwind_gate_leave();
		}
		began = i ? began : wait_begin();
		if (!wait_on(began, i, ENTER_NS))
			break;
	}
	return false;
}

void unwind_gate_leave(void)
{
	__atomic_fetch_sub(&users, 1, __ATOMIC_SEQ_CST);
}

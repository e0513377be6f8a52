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

static uint32_t users; /* atomic */
static bool held;      /* atomic */
static bool frozen;    /* set before a fork child's first event */

void unwind_gate_after_fork(bool interrupted)
{
	held = false;
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

bool unwind_gate_hold(void)
{
	uint64_t began = wait_begin();

	__atomic_store_n(&held, true, __ATOMIC_SEQ_CST);
	for (unsigned int i = 0; unwind_gate_users(); i++)
		if (!wait_on(began, i, HOLD_NS))
			return false;
	return true;
}

/* For all who hold it: a fork that was left by a jump out of a handler has no
 * end, so they are not counted. */
void unwind_gate_release(void)
{
	__atomic_store_n(&held, false, __ATOMIC_SEQ_CST);
}

bool unwind_gate_frozen(void)
{
	return frozen || sys_is_forbidden();
}

bool unwind_gate_enter(void)
{
	uint64_t began = 0;

	for (unsigned int i = 0; !unwind_gate_frozen(); i++) {
		__atomic_fetch_add(&users, 1, __ATOMIC_SEQ_CST);
		if (!__atomic_load_n(&held, __ATOMIC_SEQ_CST))
			return true;
		unwind_gate_leave();
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

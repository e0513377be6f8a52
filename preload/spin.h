/* SPDX-License-Identifier: MIT */
/*
 * A lock for short, rare sections of the recorder: no allocation, and no system
 * call but a yield by who waits for long (of a thousand threads that begin at
 * once, one is the holder). The holder must not call out. A signal handler may
 * find its own thread holding the lock, so every taker bounds its wait and has
 * a way to do without.
 */
#ifndef PRELOAD_SPIN_H
#define PRELOAD_SPIN_H

#include <stdbool.h>
#include <stdint.h>

#include "preload/sys.h"

#define RECORDER_PAGE 4096u
/* About 50 ms without yielding. */
#define SPIN_LONG (1u << 21)
#define SPIN_PAUSES (1u << 10) /* then others may run: the holder, perhaps */

struct spin {
	uint32_t held; /* atomic */
};

static inline bool spin_try_lock(struct spin *spin)
{
	return !__atomic_exchange_n(&spin->held, 1, __ATOMIC_ACQUIRE);
}

static inline bool spin_try_lock_for_long(struct spin *spin)
{
	for (uint32_t i = 1; i <= SPIN_LONG; i++) {
		if (!__atomic_load_n(&spin->held, __ATOMIC_RELAXED) &&
		    spin_try_lock(spin))
			return true;
		__builtin_ia32_pause();
		if (i % SPIN_PAUSES == 0 && !sys_is_forbidden())
			sys_call3(SYS_sched_yield, 0, 0, 0);
	}
	return false;
}

/* For a lock whose holder may wait for a disk: about a second, asleep. Only with
 * signals blocked. */
static inline bool spin_try_lock_patiently(struct spin *spin)
{
	struct timespec pause = { 0, 1000000 };

	if (spin_try_lock_for_long(spin))
		return true;
	for (int i = 0; i < 1000 && !sys_is_forbidden(); i++) {
		sys_call3(SYS_nanosleep, (long)&pause, 0, 0);
		if (spin_try_lock(spin))
			return true;
	}
	return false;
}

static inline void spin_unlock(struct spin *spin)
{
	__atomic_store_n(&spin->held, 0, __ATOMIC_RELEASE);
}

/* In a fork child: whoever held it is gone. */
static inline void spin_reset(struct spin *spin)
{
	__atomic_store_n(&spin->held, 0, __ATOMIC_RELEASE);
}

#endif

/* SPDX-License-Identifier: MIT */
/*
 * A lock for short, rare sections of the recorder: no system call, no
 * allocation. The holder must not call out. A signal handler may find its own
 * thread holding the lock, so every taker bounds its wait and has a way to do
 * without.
 */
#ifndef PRELOAD_SPIN_H
#define PRELOAD_SPIN_H

#include <stdbool.h>
#include <stdint.h>

#define RECORDER_PAGE 4096u
/* About 50 ms: longer than a holder is ever off its processor, in practice. */
#define SPIN_LONG (1u << 21)

struct spin {
	uint32_t held; /* atomic */
};

static inline bool spin_try_lock(struct spin *spin)
{
	return !__atomic_exchange_n(&spin->held, 1, __ATOMIC_ACQUIRE);
}

static inline bool spin_try_lock_for_long(struct spin *spin)
{
	for (uint32_t i = 0; i < SPIN_LONG; i++) {
		if (spin_try_lock(spin))
			return true;
		__builtin_ia32_pause();
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

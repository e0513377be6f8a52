/* SPDX-License-Identifier: MIT */
/*
 * Who may be inside libunwind: a fork waits for those who are, since its child
 * would find libunwind's locks held by threads that it does not have.
 */
#ifndef PRELOAD_UNWIND_GATE_H
#define PRELOAD_UNWIND_GATE_H

#include <stdbool.h>
#include <stdint.h>

/* A fork child. `interrupted`: another thread may have been in libunwind when
 * this process was cloned, so it must not be entered again here. */
void unwind_gate_after_fork(bool interrupted);

/* Threads inside libunwind now. */
uint32_t unwind_gate_users(void);
/* Before a fork: from here to unwind_gate_release() by this thread, but for at
 * most 4 s, nobody else enters libunwind; who wants to waits, for at most 0.2 s.
 * Several threads may hold at once. Returns when nobody is inside any more; false:
 * somebody still is after 2 s. */
bool unwind_gate_hold(void);
void unwind_gate_release(void);

/* libunwind must not be entered: see unwind_gate_after_fork(), or no system call
 * may be made (its locks block signals). */
bool unwind_gate_frozen(void);

/* Brackets any use of libunwind. False: it must not be entered now. */
bool unwind_gate_enter(void);
void unwind_gate_leave(void);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Start, fork, exec, exit: the only file that knows the global order. The
 * first event of a process starts recording, before any constructor of ours
 * has run; a fork child starts again with its first event; the last handler of
 * exit, or _exit, ends it. Whatever fails here ends the recording, never the
 * target.
 */
#ifndef PRELOAD_LIFECYCLE_H
#define PRELOAD_LIFECYCLE_H

#include <stdbool.h>
#include <sys/types.h>

#include "include/dump_format.h"
#include "preload/thread.h"

/* The gate is closed: open it if this process is to be recorded. */
bool lifecycle_open_slow(void);

/* Is this event to be recorded? */
static inline bool lifecycle_recording(void)
{
	return thread_gate_open() || lifecycle_open_slow();
}

/* Does this thread run our own start, so that what it allocates is ours? */
bool lifecycle_is_internal(void);

/* Around a fork, the second with what the first said; in the child, its first
 * event starts a dump of its own. */
bool lifecycle_before_fork(void);
void lifecycle_after_fork(pid_t result, bool held);

/* Before an exec of that file (NULL: unknown), and after one that failed. */
void lifecycle_before_exec(const char *path);
void lifecycle_exec_failed(void);

/* The end of this process, if it is the one that is recorded. */
void lifecycle_finish(enum end_reason reason);

/* A seccomp filter is about to come. False: to a child of vfork, not to us. */
bool lifecycle_seccomp_begins(void);
/* It did not come after all; with what the first said. */
void lifecycle_seccomp_failed(bool began);

#endif

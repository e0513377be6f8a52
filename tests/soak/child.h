/* SPDX-License-Identifier: MIT */
/* What the soak program's children do. */
#ifndef TESTS_SOAK_CHILD_H
#define TESTS_SOAK_CHILD_H

#include <pthread.h>

/* Forks the next child, whose fate its number decides; returns in the parent,
 * true if there is one. */
int child_fork(void);

/* Held while a plugin is loaded or unloaded, and by a fork whose child will
 * exit(): libc's exit() would wait for ever for the list of exit handlers that
 * a thread had locked in dlclose() when the process forked. */
extern pthread_mutex_t child_exits;

/* Kills those whose time has come and reaps those that ended; `all`: waits
 * until none is left. */
void children_look(int all);

/* The program that some children become: `after-exec LEDGER NUMBER`. */
int child_after_exec(const char *number);

/* How a child calls itself again. */
extern char *own_path, *ledger_path;

#endif

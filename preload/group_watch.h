/* SPDX-License-Identifier: MIT */
/*
 * Was a signal sent to the launcher alone, or to its whole process group, and
 * so to COMMAND as well? Nothing in siginfo says so. A child that does nothing
 * but wait in the same group counts what it gets: group signals only.
 */
#ifndef PRELOAD_GROUP_WATCH_H
#define PRELOAD_GROUP_WATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct group_watch {
	pid_t watcher;	   /* 0: there is none */
	uint32_t *counts;  /* by signal; shared, the watcher adds */
	uint32_t seen[65]; /* of those, by the launcher */
};

/* All signals must be blocked. Without a watcher, nothing seems group-wide. */
void group_watch_start(struct group_watch *g);
void group_watch_end(struct group_watch *g);
/* Call once for each signal taken; waits for up to 50 ms. */
bool group_watch_has_seen(struct group_watch *g, int number);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * One line that says how far long work is: nothing in the first second, then
 * "FILE: 42% (21.3M events/s)" a few times a second, and nothing left of it in
 * the end. Only on a terminal. One thread.
 */
#ifndef ANALYZER_PROGRESS_H
#define ANALYZER_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct progress {
	FILE *file; /* NULL: silent */
	char *what; /* escaped */
	const char *unit;
	uint64_t started_ns, shown_ns; /* CLOCK_MONOTONIC; 0: not yet */
};

/* `what` is copied and escaped; `unit` is kept. Silent unless `file` is a
 * terminal. */
void progress_init(struct progress *p, FILE *file, const char *what,
		   const char *unit);
/* May be called as often as one likes. For struct profile_view: the context is
 * the progress. */
void progress_update(void *progress, uint64_t done, uint64_t total);
/* The same with a line of the caller's own, "TEXT" alone; escaped here. */
void progress_text(struct progress *p, const char *text);
/* Wipes the line out. */
void progress_release(struct progress *p);

#endif

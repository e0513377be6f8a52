/* SPDX-License-Identifier: MIT */
/*
 * A recorded process as the collector sees it from outside: is it alive, is it
 * still the program that made this ring? A process id alone says neither: ids
 * are reused, exec keeps them, and a container counts its own.
 */
#ifndef PRELOAD_PROCESS_H
#define PRELOAD_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

struct process {
	int pid;	  /* in our namespace; 0: not found, so gone */
	int pidfd;	  /* readable when it has ended; -1: none */
	uint64_t started; /* of /proc/PID/stat, for want of a pidfd */
};

/*
 * Finds the process that maps the file of this name: the one with id `pid`, or
 * another (a container's own ids). `name` is the last part of a path.
 */
void process_find(struct process *p, int pid, const char *name);
void process_release(struct process *p);
/* False once it has ended (or was not found). */
bool process_is_alive(const struct process *p);
/* Of any process: what /proc calls its state, as R or S; 0: not known. */
char process_state(int pid);
/* Does it map a file of this name? True if that can't be known. */
bool process_maps(const struct process *p, const char *name);

#endif

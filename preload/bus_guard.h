/* SPDX-License-Identifier: MIT */
/*
 * A mapped file that somebody cuts short raises SIGBUS where it is read. The
 * collector then gives that ring up, and goes on with the others. One thread.
 */
#ifndef PRELOAD_BUS_GUARD_H
#define PRELOAD_BUS_GUARD_H

#include <stdbool.h>

/* Once: catches SIGBUS from then on; outside a run it is deadly as ever. */
void bus_guard_init(void);
/* Calls function(argument). False if a SIGBUS ended it. */
bool bus_guard_run(void (*function)(void *), void *argument);

#endif

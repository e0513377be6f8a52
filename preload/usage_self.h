/* SPDX-License-Identifier: MIT */
/*
 * The process's own memory and CPU time, for a target that drains itself. Two
 * system calls and a short read; no fd is left open; no errno.
 */
#ifndef PRELOAD_USAGE_SELF_H
#define PRELOAD_USAGE_SELF_H

#include "preload/payloads.h"

/* A series_usage_function; pid is not looked at. */
int usage_self(struct usage_sample *sample, int pid);

#endif

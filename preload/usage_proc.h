/* SPDX-License-Identifier: MIT */
/*
 * Another process's memory and CPU time, read from /proc by the collector.
 */
#ifndef PRELOAD_USAGE_PROC_H
#define PRELOAD_USAGE_PROC_H

#include "preload/payloads.h"

/* A series_usage_function; -ESRCH once the process has ended. */
int usage_proc(struct usage_sample *sample, int pid);

#endif

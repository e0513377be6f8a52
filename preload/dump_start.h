/* SPDX-License-Identifier: MIT */
/*
 * The beginning of a dump: its name, the file itself with the META block, and
 * the ring file beside it. The first process writes FILE, others FILE.<pid> or
 * FILE.<pid>.<n>: whichever name does not exist yet.
 */
#ifndef PRELOAD_DUMP_START_H
#define PRELOAD_DUMP_START_H

#include <stdbool.h>
#include <stdint.h>

/* Once a process image: what every META block will say. May take the loader's
 * lock, so not in a fork child. */
void dump_start_init(void);

/* Makes dump and ring (not yet published). 0 or -errno: nothing was left. */
int dump_start(uint64_t seed, bool forked);

/* Removes both again. */
void dump_discard(void);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * From a call that was seen to an event that is committed: decide (sampler),
 * walk, intern, stamp, push. intercept.c calls these around the real
 * functions. The order matters: a release before the real call, an allocation
 * after it. None changes errno, and none may be called when the gate is
 * closed. `frame` is the hook's own frame address: [0] the caller's RBP, [1]
 * the return address.
 */
#ifndef PRELOAD_RECORDER_H
#define PRELOAD_RECORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "include/dump_format.h"

struct recorder_caller {
	const uintptr_t *frame;
};

#define RECORDER_CALLER()                                                     \
	((struct recorder_caller){                                            \
		(const uintptr_t *)__builtin_frame_address(0) })

/* What a hook keeps between the two sides of a real call. */
struct recorder_call {
	uint64_t begin; /* clock units, if this call is measured; else 0 */
	bool recorded;	/* the release was recorded */
};

/* For a new ring; also in a fork child. */
void recorder_init(uint64_t seed);

/* Before a real allocation. */
struct recorder_call recorder_before(size_t size);
/* After one that succeeded. */
void recorder_allocated(enum event_kind kind, void *block, size_t size,
			const struct recorder_call *call,
			struct recorder_caller caller);
/* Before a real release of a block (not NULL). */
struct recorder_call recorder_release(enum event_kind kind, void *block,
				      struct recorder_caller caller);
/* After it. */
void recorder_released(void *block, const struct recorder_call *call);
/* A word that changes with each event of this thread, recorded or not. */
uint64_t recorder_progress(void);
/* After a realloc that failed: takes its recorder_release back. */
void recorder_realloc_failed(void *block, const struct recorder_call *call);

#endif

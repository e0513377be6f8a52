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
#include "preload/hidden.h"
#include "preload/options.h"
#include "preload/sampled_set.h"
#include "preload/thread.h"

struct recorder_caller {
	const uintptr_t *frame;
};

/* For every function between an interposed one and the recorder that is handed
 * its frame: called by a jump, it would find the frame gone. */
#define RECORDER_IN_FRAME static inline __attribute__((always_inline))

#define RECORDER_CALLER()                                                     \
	((struct recorder_caller){                                            \
		(const uintptr_t *)__builtin_frame_address(0) })

/* What a hook keeps between the two sides of a real call. Passed by value: two
 * registers. */
struct recorder_call {
	uint64_t begin; /* clock units, if this call is measured; else 0 */
	uint32_t shift; /* of an allocation in sampled mode */
	bool recorded;	/* the release was recorded */
	bool skipped;	/* an allocation that is not sampled */
};

/* For a new ring; also in a fork child. */
void recorder_init(uint64_t seed);

/* Certainly not to be recorded: call the real function, that is all. */
static inline bool recorder_skips_allocation(size_t size)
{
	return sampler_skips(&thread_sampler, size);
}

/* Not so of bootstrap blocks and of modules' link maps: they are watched. */
static inline bool recorder_skips_release(const void *block)
{
	return !sampled_blocks_maybe((uintptr_t)block);
}

/* What remains of recorder_before() when there is something to decide. */
struct recorder_call recorder_decide(size_t size);

/* Before a real allocation. */
static inline struct recorder_call recorder_before(size_t size)
{
	struct thread *thread = thread_self;

	if (__builtin_expect(options.sample_bytes || !thread ||
			     thread->guard || thread->detail_left == 1, 0))
		return recorder_decide(size);
	thread->detail_left--;
	return (struct recorder_call){ 0 };
}
/* After one that succeeded. */
void recorder_allocated(enum event_kind kind, void *block, size_t size,
			struct recorder_call call,
			struct recorder_caller caller);
/* Before a real release of a block (not NULL). */
struct recorder_call recorder_release(enum event_kind kind, void *block,
				      struct recorder_caller caller);
/* After it, if it is measured: call.begin is not 0. */
void recorder_released(void *block, struct recorder_call call);
/* A word that changes with each event of this thread, recorded or not. */
uint64_t recorder_progress(void);
/* After a realloc that failed: takes its recorder_release back. */
void recorder_realloc_failed(void *block, struct recorder_call call);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * What the recorder keeps for each thread. Pooled: a thread that ends leaves
 * its state to one that begins. The gate, one word for the whole process,
 * says whether events are recorded at all.
 */
#ifndef PRELOAD_THREAD_H
#define PRELOAD_THREAD_H

#include <stdbool.h>
#include <stdint.h>

#include "include/ring_format.h"
#include "preload/hidden.h"
#include "preload/random.h"
#include "preload/recent_walks.h"
#include "preload/sampler.h"
#include "preload/stacks.h"
#include "preload/walk.h"

#define THREAD_SIDE_EVENTS 64

struct thread {
	/* where the next event goes; the owner's */
	struct ring_buffer *buffer;
	struct ring_event *events;
	uint64_t head;	    /* private copy of buffer->head */
	uint64_t tail_seen; /* buffer->tail, as last looked at */
	uint32_t place;	    /* head % capacity */
	uint32_t capacity;
	uint64_t buffer_offset;

	uintptr_t guard; /* 0, or the SP of the hook that is running */
	bool pushing;	 /* the fields above are being changed */
	bool waiting;	 /* in there, but for room: a handler may push */
	bool dropping;	 /* full, and the drainer stuck or failing */
	uint32_t dropped; /* since `dropping`; when to look again */
	uint32_t serial; /* unique in the process, from 1 */
	uint32_t tid;
	uint32_t detach_calls;	  /* of the key destructor */
	uint32_t free_stack_left; /* releases until the next with a stack */
	uint32_t detail_left;	  /* calls until the next that is measured */
	struct random_state random;
	uint32_t epoch; /* modules_epoch that cache and kept walk belong to */
	uint64_t last_sample; /* address; for `temporary` */
	struct thread *next;  /* in the list of free ones */

	uint32_t side_done;  /* of these, pushed already */
	uint32_t side_count; /* events that came while `pushing`; atomic */
	struct ring_event side[THREAD_SIDE_EVENTS];
	struct recent_walks recent;
	struct stacks_cache cache;
	struct unwind walk; /* stack bounds, and room for frames */
};

/* Nonzero while events are recorded in this very process; wiped by a fork, so
 * that one load tells a child. Points to a zero before the start. Both are
 * atomic. */
extern const uint32_t *thread_gate HIDDEN;

/* This thread's state; NULL: not attached yet, or detached. */
extern __thread struct thread *thread_self
	__attribute__((tls_model("initial-exec")));
/* This thread's sampler, at a fixed place: the hot path of sampled mode. Never
 * seeded in exact mode, so that it always says: look closer. */
extern __thread struct sampler thread_sampler
	__attribute__((tls_model("initial-exec")));
/* Detached: what still comes is late. */
extern __thread bool thread_ended __attribute__((tls_model("initial-exec")));

static inline bool thread_gate_open(void)
{
	const uint32_t *gate = __atomic_load_n(&thread_gate, __ATOMIC_ACQUIRE);

	return __builtin_expect(__atomic_load_n(gate, __ATOMIC_RELAXED) != 0,
				1);
}

/* A zeroed state with a new serial, or NULL: no memory. */
struct thread *thread_take(void);
/* Back into the pool; nothing refers to it any more. */
void thread_give(struct thread *thread);
/* A fork child: only `survivor` (may be NULL) is in use; serials begin again. */
void threads_after_fork(struct thread *survivor);

#endif

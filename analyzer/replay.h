/* SPDX-License-Identifier: MIT */
/*
 * All events of a recording in one order, and the blocks live at each moment.
 * Threads are merged by tick; what a tick leaves open is resolved by the
 * addresses: an allocation of an address that is live, or a release of one that
 * is not, makes its thread wait until another thread has resolved it or every
 * other thread is past its tick + REPLAY_SLACK_TICKS. Then it is forced, and
 * counted. Events pass a sink, once. Memory: 64 bytes a live block, a bounded
 * window of decoded events, 32 bytes an EVENTS block. One thread.
 */
#ifndef ANALYZER_REPLAY_H
#define ANALYZER_REPLAY_H

#include "analyzer/live_table.h"
#include "analyzer/recording.h"

#define REPLAY_SLACK_TICKS 4 /* ticks between threads are no more exact */
#define REPLAY_FAR UINT32_MAX

/* Why a block ceased to be live. */
enum replay_end {
	REPLAY_FREED,	    /* by its own event */
	REPLAY_REALLOCATED, /* REALLOC_OLD; taken back if restored() follows */
	REPLAY_IMPLICIT,    /* its address was allocated again: a free unseen */
};

struct replay_step {
	const struct event *event; /* as recorded, ids not canonical */
	struct live_block *block;  /* allocated, released or restored */
	uint64_t tick;	 /* of this event, its thread's running maximum;
			    restored(): of the release that is taken back */
	uint32_t lane;	 /* index in recording->lanes: the thread of event */
	/* released() and restored() only: */
	enum replay_end end;
	/*
	 * Allocations by the block's thread since its own; REPLAY_FAR if
	 * another thread releases it. Sampled: 0 or REPLAY_FAR, as the recorder
	 * noted it, since what was not sampled is not seen here.
	 */
	uint32_t distance;
};

/* What becomes of the events. NULL members are not called. */
struct replay_sink {
	void *context;
	/* The block is live; may set block->site. */
	void (*allocated)(void *context, const struct replay_step *step);
	/* The block is not live any more (a copy of it). */
	void (*released)(void *context, const struct replay_step *step);
	/* A realloc failed: the release of this block did not happen. The step
	 * is that of released(), but for the event. */
	void (*restored)(void *context, const struct replay_step *step);
	/* Every so often, for a progress line: of the recording's events. */
	void (*progress)(void *context, uint64_t done, uint64_t total);
};

struct replay_counts {
	uint64_t events;	 /* passed */
	uint64_t allocations;
	uint64_t releases;	 /* of live blocks, IMPLICIT_FREE included */
	uint64_t reallocations;	 /* REALLOC_NEW */
	uint64_t failed_reallocations;
	uint64_t implicit_frees; /* blocks whose release was not recorded */
	uint64_t foreign_frees;	 /* releases of blocks never recorded */
	uint64_t forced;	 /* both, after waiting for other threads */
	uint64_t waits;		 /* events that another thread had to resolve */
	uint64_t unknown;	 /* event kinds of a later format: skipped */
	uint64_t lost_events;	 /* in blocks that could not be read */
	uint64_t first_tick, last_tick;
	uint64_t peak_blocks;	 /* live at once */
};

/*
 * Passes every event to the sink. Blocks that cannot be read are noted in the
 * recording's damage list (once) and counted. Returns 0; damage is no failure.
 * `live`, if not NULL, receives the blocks still live (init'ed here; the caller
 * releases it).
 */
int replay_run(struct recording *recording, const struct replay_sink *sink,
	       struct replay_counts *counts, struct live_table *live);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * What becomes of a replay's events: the steps that a sink is told, and what
 * is counted in any case. One thread.
 */
#ifndef ANALYZER_REPLAY_SINK_H
#define ANALYZER_REPLAY_SINK_H

#include "analyzer/timeline.h"

/* Why a block ceased to be live. */
enum replay_end {
	REPLAY_FREED,	    /* by its own event */
	REPLAY_REALLOCATED, /* REALLOC_OLD; taken back if restored() follows */
	REPLAY_IMPLICIT,    /* its address was allocated again: a free unseen */
};

struct replay_step {
	const struct event *event; /* as recorded, ids not canonical */
	const struct live_block *block; /* allocated, released or restored */
	uint64_t tick;	 /* of this event, its thread's running maximum;
			    restored(): of the release that is taken back */
	uint32_t lane;	 /* index in recording->lanes: the thread of event */
	/* released() and restored() only: */
	enum replay_end end;
	/*
	 * Allocations by the block's thread since its own; TIMELINE_FAR if
	 * another thread releases it. Sampled: 0 or TIMELINE_FAR, as the recorder
	 * noted it, since what was not sampled is not seen here.
	 */
	uint32_t distance;
};

/* The age of a block released, in ticks. A live block has the low 48 bits of
 * its tick: months, whatever the uptime. */
static inline uint64_t replay_step_age(const struct replay_step *step)
{
	uint64_t age = (step->tick - live_block_tick(step->block)) &
		       (UINT64_MAX >> 16);

	return age >> 47 ? 0 : age; /* stamps of two threads may step back */
}

/* What becomes of the events. NULL members are not called. */
struct replay_sink {
	void *context;
	/*
	 * The site of a block that is about to be allocated, for block->site.
	 * Called ahead of allocated(), in an order that may yet change.
	 */
	uint32_t (*site)(void *context, const struct event *event,
			 uint32_t lane);
	/* The block is live. */
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
	uint64_t reordered;	 /* times that an order led nowhere */
	uint64_t unknown;	 /* event kinds of a later format: skipped */
	uint64_t lost_events;	 /* in blocks that could not be read */
	uint64_t first_tick, last_tick;
	uint64_t peak_blocks;	 /* live at once */
};

/* Counts a record that is final, and tells the sink of it. */
void replay_sink_pass(const struct replay_sink *sink,
		      struct replay_counts *counts,
		      const struct timeline_record *record);

#endif

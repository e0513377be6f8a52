/* SPDX-License-Identifier: MIT */
/*
 * From a ring into its dump. Order: read all heads, then write new modules,
 * then new stack nodes, then the events up to those heads, and only then move
 * the tails and wake who waits. Killed anywhere, nothing is lost, and nothing
 * is there twice (struct ring_intent).
 *
 * One thread at a time, under a lock that the caller provides. In the target:
 * no allocation, no loader, no pthread; errno changes; the dump is open only
 * during a call. The ring is not trusted: whatever it says, nothing crashes.
 */
#ifndef PRELOAD_DRAIN_H
#define PRELOAD_DRAIN_H

#include "preload/buffer_list.h"
#include "preload/series.h"
#include "preload/tree_drain.h"
#include "preload/writer.h"

enum drain_flags {
	DRAIN_ALL = 1,	/* however few events a buffer has: exit, exec */
	DRAIN_GONE = 2, /* the target is gone: what is not committed never is */
};

struct drain_setup {
	struct ring_view view;
	struct writer_space *space;
	series_usage_function *usage; /* usage_self or usage_proc; or NULL */
	int pid;		      /* that usage() is asked about */
	/* true: the dump stays open between calls, and when it cannot be
	 * written, events are dropped and counted (the collector). false: it
	 * is closed, and the events stay where they are (the target). */
	bool collector;
};

struct drain {
	struct drain_setup setup;
	struct writer writer;
	struct tree_drain tree;
	struct series series;
	uint64_t now;	      /* tick, and CLOCK_MONOTONIC, of this round's */
	uint64_t now_ns;      /* begin */
	uint64_t cpu_ns;      /* CPU time of this thread then */
	uint64_t blind_ns;    /* since when part of the list is invisible */
	uint64_t sync_ns;     /* when SYNC was last written, */
	uint64_t sync_tick;   /* its tick, */
	uint64_t since_sync;  /* and events written since */
	uint64_t taken;	      /* events taken out of buffers by the last call */
	struct buffer_heads heads; /* at this round's begin */
	uint64_t alone_since; /* tick; one thread has had buffers since, or
				 UINT64_MAX: several have them */
	bool flows;   /* events came since the round before */
	bool pressed; /* a buffer that can't grow was at least half full */
	bool dropped;	      /* events are missing from the dump */
	uint64_t first_sequence; /* of the first block of this drainer */
	bool drop_the_rest;	 /* see drain_finish */
	bool settled;		 /* no intent is left of another drainer */
	bool ended;		 /* END is written, and all is done */
};

/*
 * The dump's path and identity are the ring header's, which must be complete.
 * Touches no file.
 */
void drain_init(struct drain *d, const struct drain_setup *setup);
/* Closes the dump if it is open. */
void drain_release(struct drain *d);

/*
 * One round over all buffers: those that are worth a block (4096 events, or
 * the oldest waits for a second, or its thread waits or has left it), all with
 * flags. Frees sealed buffers that are empty, and writes SYNC, USAGE and STATS
 * when they are due. 0; -EAGAIN if not everything was visible or somebody else
 * holds the dump's lock: try again later; else -errno of writing. In the
 * target, whatever could not be written is still in its buffers then; it may
 * be tried again, or new events dropped.
 */
int drain_round(struct drain *d, unsigned int flags);
/*
 * The buffer at `offset` alone, older buffers of its thread first, and the
 * modules and nodes that it needs; or a round, if one is due. For a target
 * that drains itself and has no room. Returns as drain_round does.
 */
int drain_buffer(struct drain *d, uint64_t offset);
/*
 * The last round, usage, stats and END. On 0 all is in the dump and the ring
 * file may be removed. If the dump can't be written, events stay in the ring
 * (but a collector that began to drop goes on dropping); END is only written
 * when all is out that was committed before the last round. What comes later is
 * of a thread that still runs in a process that ends.
 */
int drain_finish(struct drain *d, enum end_reason reason, unsigned int flags);

/*
 * For a target whose collector does not drain: true if no collector holds
 * the ring file any more, and header.drainer is SELF now. From then on the
 * target must drain, no collector will. A collector that has not found
 * the ring yet counts as none.
 */
bool drain_take_over(struct ring_header *header, const char *ring_path);

#endif

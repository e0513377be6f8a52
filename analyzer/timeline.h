/* SPDX-License-Identifier: MIT */
/*
 * What an event does to the live blocks, and how to take it back. Events that
 * were taken are logged until they are committed: up to then the order between
 * threads may still turn out to be another (see order_search.h). Where no other
 * thread is near, timeline_pass() does without the log. One thread.
 */
#ifndef ANALYZER_TIMELINE_H
#define ANALYZER_TIMELINE_H

#include "analyzer/lane_cursor.h"
#include "analyzer/live_table.h"

#define TIMELINE_SLACK_TICKS 64 /* stamps of two threads are no more exact */
#define TIMELINE_FAR UINT32_MAX /* another thread releases the block */

/* What a record did to the live table. */
enum timeline_act {
	ACT_NONE,	/* nothing: a foreign free, an unknown kind */
	ACT_ALLOCATED,
	ACT_RELEASED,
	ACT_RESTORED,	/* REALLOC_FAILED: the old block is back */
};

/* A REALLOC_OLD that may yet be taken back. */
struct open_realloc {
	struct live_block block; /* address 0: it was not known */
	uint64_t tick;
	uint32_t distance;
};

struct timeline_record {
	const struct event *event;
	struct live_block block; /* that it is about */
	uint64_t tick;		 /* of the event; ACT_RESTORED: of the old */
	uint64_t lane_tick;	 /* its lane's running maximum before */
	uint32_t lane;
	uint32_t distance;
	uint8_t act;
	bool opens, closes; /* a realloc */
	bool implicit;	    /* not an event: what a forced allocation frees */
	bool forced;
	struct open_realloc closed; /* if it closes one */
};

struct timeline_lane {
	struct lane_cursor cursor;
	uint32_t allocations; /* modulo 2^32 */
	uint32_t pending;     /* records in the log */
	bool ended;
	struct open_realloc *open;
	size_t open_count, open_capacity;
};

/* Records in the log, at most; a power of two. It begins with fewer, so that
 * it stays in the cache where it can. */
#define TIMELINE_LOG 8192

struct timeline {
	struct recording *recording;
	struct lane_source source;
	struct timeline_lane *lanes;
	size_t lane_count;
	struct live_table *live;
	bool sampled;
	uint64_t *seen; /* see seen_addresses.h; NULL but in a fork child */
	/* The site of a new block, or NULL: 0. */
	uint32_t (*site)(void *context, const struct event *event,
			 uint32_t lane);
	void *context;
	struct timeline_record *log; /* circular */
	struct event *events;	     /* those of the log's records */
	uint64_t log_mask;
	uint64_t log_first, log_next;
};

void timeline_init(struct timeline *t, struct recording *recording,
		   struct live_table *live);
void timeline_release(struct timeline *t);

/* The next event of a lane, decoded if need be; NULL at its end. */
const struct event *timeline_peek(struct timeline *t, uint32_t lane);

/*
 * The address that the lane's next event is about; there must be one. For
 * REALLOC_FAILED the old block's. 0: none.
 */
uint64_t timeline_address(const struct timeline *t, uint32_t lane);

/*
 * Is the lane's next event, which does not fit, the release of a block that the
 * parent of a fork left? So it is likely if nothing was at its address before:
 * that stamps of two threads are the wrong way round is far rarer.
 */
bool timeline_is_inherited(const struct timeline *t, uint32_t lane);

/* Is the lane's next event possible now, as live blocks stand? */
bool timeline_fits(const struct timeline *t, uint32_t lane);

/*
 * Takes the lane's next event and logs it. If it does not fit, returns false,
 * unless it is forced: then an allocation frees the block that is in its way,
 * and a release does nothing. There must be room for two records in the log.
 */
bool timeline_take(struct timeline *t, uint32_t lane, bool force);

/*
 * Takes the lane's next event without logging it: into *record, whose event
 * stands in the lane's window. False if it does not fit: then nothing happened.
 */
bool timeline_pass(struct timeline *t, uint32_t lane,
		   struct timeline_record *record);

/* A record of the log, log_first <= i < log_next. */
static inline struct timeline_record *timeline_record(const struct timeline *t,
						      uint64_t i)
{
	return &t->log[i & t->log_mask];
}

/* The newest record, if the log has one and it can be undone; else NULL. */
struct timeline_record *timeline_newest(const struct timeline *t);
/* Undoes it. */
void timeline_undo(struct timeline *t);

/* The oldest record, or NULL. After use, timeline_drop(). */
struct timeline_record *timeline_oldest(const struct timeline *t);
void timeline_drop(struct timeline *t);

static inline size_t timeline_logged(const struct timeline *t)
{
	return (size_t)(t->log_next - t->log_first);
}

#endif

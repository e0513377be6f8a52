/* SPDX-License-Identifier: MIT */
/*
 * One dump, ready to be replayed: its model, the list of its EVENTS blocks by
 * thread, and what its ring file adds. This is what a command opens:
 *
 *	if (recording_open(&recording, path, &problem) < 0)
 *		return cmd_problem(path, &problem);
 *	...
 *	recording_free(recording);
 */
#ifndef ANALYZER_RECORDING_H
#define ANALYZER_RECORDING_H

#include "analyzer/dump_reader.h"
#include "analyzer/model.h"

/* Where a thread's events are, 32 bytes a block. */
struct event_block {
	uint64_t offset; /* in the file, or index into `extra` if from_ring */
	uint64_t first_tick;
	uint64_t last_tick;
	uint32_t stored_bytes; /* 0: in `extra` */
	uint32_t count;
};

/* The events of one thread, in the order in which it committed them. */
struct lane {
	uint32_t serial;
	struct event_block *blocks;
	size_t block_count, block_capacity;
	struct event *extra; /* from the ring file */
	size_t extra_count;
};

enum ring_use {
	RING_NONE = 0,	   /* no ring file: the dump is all there is */
	RING_TAKEN = 1,	   /* read; it had `ring_events` events more */
	RING_FOREIGN = 2,  /* there is one, but it is another recording's */
	RING_UNREADABLE = 3,
	RING_BUSY = 4, /* live, and changed each time it was read */
};

struct recording {
	struct dump_reader reader; /* with the damage list */
	struct model model;
	struct lane *lanes; /* by their first block's place in the file */
	size_t lane_count, lane_capacity;
	uint64_t event_count; /* as the headers say */
	uint64_t payload_bytes; /* decompressed; at most 16 times the stored */
	enum ring_use ring;
	char *ring_path;      /* of the file that `ring` is about, or NULL */
	uint64_t ring_events;
	bool ring_damaged;    /* parts of it made no sense and were left out */
	bool live;	      /* its process still runs */
};

/* 0, or a negative enum dump_error with *problem filled and *out NULL. */
int recording_open(struct recording **out, const char *path,
		   struct dump_problem *problem);
void recording_free(struct recording *recording);

/*
 * Reads every EVENTS block too, which recording_open() leaves to the replay:
 * what is damaged is added to the damage list.
 */
void recording_verify(struct recording *recording);

/* The last tick that is known of, events and usage alike; 0 if none is. */
uint64_t recording_last_tick(const struct recording *recording);

/* From the recording's start to its last tick; 0 if not known. */
double recording_run_ns(const struct recording *recording);

/* Is it whole: no damage, an END, nothing left in a ring file? */
bool recording_is_whole(const struct recording *recording);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * What was read of a ring file, and the bounds-checked way to its bytes.
 */
#ifndef ANALYZER_RING_SNAPSHOT_H
#define ANALYZER_RING_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>

#include "analyzer/model.h"
#include "include/ring_format.h"

/* One buffer's events, in the order in which they were committed. */
struct ring_piece {
	uint32_t serial; /* of the thread */
	struct event *events;
	size_t count;
};

struct ring_snapshot {
	struct ring_header header; /* as it was */
	struct ring_piece *pieces; /* a thread's pieces in their order */
	size_t piece_count, piece_capacity;
	uint64_t event_count;
	uint64_t dump_blocks; /* blocks of the dump that this continues */
	uint64_t dump_bytes;  /* where they end; UINT64_MAX: does not matter */
	bool damaged;	      /* parts made no sense and were left out */
	bool live;	      /* its process still runs */
	struct model found;   /* modules, threads and nodes; not sealed */
	int fd;
	uint64_t file_bytes;
};

/* Empties it, but for header and file. */
void ring_snapshot_clear(struct ring_snapshot *snapshot);
void ring_snapshot_release(struct ring_snapshot *snapshot);

/* Exactly len bytes at an offset of the ring file, or false. */
bool ring_snapshot_get(const struct ring_snapshot *snapshot, uint64_t offset,
		       void *into, size_t len);

/* Moves nodes, modules, threads and counters into a dump's model. */
void ring_snapshot_merge(struct ring_snapshot *snapshot, struct model *into);

#endif

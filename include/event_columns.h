/* SPDX-License-Identifier: MIT */
/*
 * The payload of an EVENTS block: events of one thread as columns. Its layout
 * is in include/README.md. State resets with every block, so that any block
 * can be read alone. Encoder and decoder are each one function over a state
 * that the caller owns (about 64 KiB: never on a target's stack).
 */
#ifndef INCLUDE_EVENT_COLUMNS_H
#define INCLUDE_EVENT_COLUMNS_H

#include "include/codec.h"
#include "include/dump_format.h"

#define EVENT_COLUMNS_MAX 65536 /* events in a block, at most */
#define EVENT_SIZE_CACHE 4096	/* last size by stack, direct-mapped */

/* The most payload bytes that count events can need. */
#define EVENT_COLUMNS_BYTES(count) ((size_t)(count) * 64 + 128)

struct event_columns {
	struct {
		uint32_t stack;
		uint32_t block; /* entry belongs to this block number */
		uint64_t size;
	} last[EVENT_SIZE_CACHE];
	uint32_t block; /* counts blocks, so that no reset has to clear */
};

/* Once, before the first block. */
void event_columns_init(struct event_columns *state);

/*
 * Writes one block's payload. Every pass reads the events once more; they must
 * not change meanwhile. Failure (w->failed) only if w is smaller than
 * EVENT_COLUMNS_BYTES(count).
 */
void event_columns_encode(struct event_columns *state, struct codec_writer *w,
			  const struct event *events, unsigned int count);

/*
 * Reads one block's payload of `count` events into `events`. Returns 0, or -1
 * if the payload is damaged (nothing in `events` may be used then).
 */
int event_columns_decode(struct event_columns *state, const void *payload,
			 size_t bytes, struct event *events,
			 unsigned int count);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Writes the payload of an EVENTS block (event_columns.h reads it): each event
 * is looked at once and goes into one buffer a column. State is the caller's
 * (about 800 KiB, of which a block touches what it needs); it is reset with
 * every block. No allocation; one thread at a time.
 */
#ifndef INCLUDE_EVENT_ENCODER_H
#define INCLUDE_EVENT_ENCODER_H

#include "include/address_model.h"
#include "include/codec.h"
#include "include/event_columns.h"

#define EVENT_ENCODER_MAX 8192	  /* events in a block */
#define EVENT_ENCODER_SLOTS 16384 /* to find an allocation by its address */

/* The most payload bytes that count events can need. */
#define EVENT_ENCODER_BYTES(count) ((count) * 64u + 128)

/* What holds for all events of a block. */
struct event_shape {
	uint8_t address_shift; /* event_address_shift() */
	uint8_t tick_shift;    /* ticks are rounded down to 1 << this */
	bool intervals;	       /* some event has an interval_shift */
};

struct event_encoder {
	struct address_model model;
	struct event_size_cache sizes;
	uint16_t slots[EVENT_ENCODER_SLOTS]; /* ordinals, two-way by address */
	struct event_shape shape;
	unsigned int count; /* events of this block */
	uint32_t stack;	    /* the previous event's */
	uint64_t tick;
	uint8_t *next[EVENT_COLUMN_COUNT];
	/* each column's bytes, at fixed places */
	uint8_t room[EVENT_ENCODER_BYTES(EVENT_ENCODER_MAX)];
};

/* Once, in zeroed memory. */
void event_encoder_init(struct event_encoder *encoder);

/* The largest shift that loses nothing; `bits` is all addresses, ored. */
static inline uint8_t event_address_shift(uint64_t bits)
{
	return (bits & 15) == 0 ? 4 : (bits & 7) == 0 ? 3 : 0;
}

/*
 * A block: begin, put, put ..., end, which writes the payload to w (and fails,
 * with w->failed, only if it has less room than EVENT_ENCODER_BYTES). What is
 * put beyond EVENT_ENCODER_MAX events is not taken: put returns how many were.
 */
void event_encoder_begin(struct event_encoder *encoder,
			 const struct event_shape *shape);
unsigned int event_encoder_put(struct event_encoder *encoder,
			       const struct event *events, unsigned int count);
void event_encoder_end(struct event_encoder *encoder, struct codec_writer *w);
/* After the last put: where in the payload a column will end. */
size_t event_encoder_column_end(struct event_encoder *encoder,
				enum event_column column);

#endif

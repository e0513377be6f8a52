/* SPDX-License-Identifier: MIT */
/*
 * Decodes EVENTS blocks ahead of whoever replays them, on a thread of its own:
 * it goes by the blocks' first ticks, and a lane that is waited for comes first.
 * What is decoded and not yet given back is bounded; where many lanes are open
 * at once, a block comes in pieces, and is decoded again for each. A small
 * recording, or a system that has no thread left, is decoded by the caller.
 * Of the calls below only one thread may make any.
 */
#ifndef ANALYZER_DECODER_H
#define ANALYZER_DECODER_H

#include "analyzer/recording.h"

/* Room before a chunk's events, for those that came before them. */
#define DECODER_HISTORY 256

/* Some events of a lane: a block's, or a part of them. */
struct decoder_chunk {
	struct event *events; /* DECODER_HISTORY more may be written before */
	uint32_t count;
	uint32_t left;	      /* of the block, after these */
	size_t block;	      /* in the lane */
	int error; /* negative enum dump_error: no events; `left` are lost */
	uint32_t capacity;	    /* private, and what follows */
	struct event *memory;
	struct decoder_chunk *next;
};

struct decoder;

/* The recording must outlive it, and not change but for its damage list. */
struct decoder *decoder_new(const struct recording *recording);
void decoder_free(struct decoder *decoder);

/*
 * The next events of a lane, in their order; waits for them. NULL at the lane's
 * end. The chunk is the caller's until decoder_give_back().
 */
struct decoder_chunk *decoder_next(struct decoder *decoder, uint32_t lane);
void decoder_give_back(struct decoder *decoder, struct decoder_chunk *chunk);

#endif

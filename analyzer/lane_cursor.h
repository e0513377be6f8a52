/* SPDX-License-Identifier: MIT */
/*
 * Reads the events of a lane, a window at a time, as the decoder hands them
 * out. The last events before a window stay, so that a reader can step back.
 */
#ifndef ANALYZER_LANE_CURSOR_H
#define ANALYZER_LANE_CURSOR_H

#include <stdbool.h>

#include "analyzer/decoder.h"

/* Events that one can step back at least, across windows. */
#define LANE_HISTORY DECODER_HISTORY

struct lane_cursor {
	const struct lane *lane;
	uint32_t index;		    /* the lane's, in the recording */
	uint32_t start, at, end;    /* `at` is the next event */
	const struct event *events; /* [start, end) are valid */
	uint64_t tick;		    /* running maximum of events passed */
	uint32_t left;		    /* of the window's block, after it */
	size_t next_block;
	struct decoder_chunk *chunk;
};

/* What all cursors of a recording share. */
struct lane_source {
	struct recording *recording;
	struct decoder *decoder;
	uint64_t lost_events; /* in blocks that could not be read */
};

void lane_source_init(struct lane_source *source, struct recording *recording);
void lane_source_release(struct lane_source *source);
void lane_cursor_init(struct lane_cursor *cursor,
		      const struct lane_source *source, uint32_t lane);
/* Also at the lane's end, once nobody steps back any more. */
void lane_cursor_release(struct lane_cursor *cursor,
			 struct lane_source *source);

/*
 * Fills an empty window (at == end) with what comes next. False at the lane's
 * end. A block that cannot be read is noted in the recording's damage list,
 * counted and skipped.
 */
bool lane_cursor_fill(struct lane_cursor *cursor, struct lane_source *source);

/* Of an empty window: see lane_cursor_tick(). */
uint64_t lane_cursor_tick_ahead(const struct lane_cursor *cursor);

/*
 * The tick of the next event, or of its block if that is not decoded yet;
 * UINT64_MAX at the lane's end.
 */
static inline uint64_t lane_cursor_tick(const struct lane_cursor *cursor)
{
	uint64_t tick;

	if (cursor->at == cursor->end)
		return lane_cursor_tick_ahead(cursor);
	tick = cursor->events[cursor->at].tick;
	return tick > cursor->tick ? tick : cursor->tick;
}

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Reads the events of lanes, one block of each decoded at a time, on demand.
 * With many lanes open at once only a window of a block is kept, and the block
 * decoded again for the next: memory is bounded whatever the number of threads.
 * The last events before a window stay, so that a reader can step back.
 */
#ifndef ANALYZER_LANE_CURSOR_H
#define ANALYZER_LANE_CURSOR_H

#include <stdbool.h>

#include "analyzer/recording.h"

/* Events that one can step back at least, across windows. */
#define LANE_HISTORY 256

struct lane_cursor {
	const struct lane *lane;
	const struct event *events; /* [start, end) are valid */
	uint32_t start, at, end;    /* `at` is the next event */
	uint32_t before, size;	    /* of the block: before, in the window */
	uint64_t tick;		    /* running maximum of events passed */
	size_t next_block;
	struct event *window;
	size_t capacity;
};

/* What all cursors of a recording share. */
struct lane_source {
	struct recording *recording;
	struct dump_payload payload;
	struct event_columns *columns;
	struct event *scratch; /* one whole block; NULL until needed */
	size_t held;	       /* events of capacity in all windows */
	uint64_t lost_events;  /* in blocks that could not be read */
};

void lane_source_init(struct lane_source *source, struct recording *recording);
void lane_source_release(struct lane_source *source);
void lane_cursor_init(struct lane_cursor *cursor, const struct lane *lane);
/* Also at the lane's end, once nobody steps back any more. */
void lane_cursor_release(struct lane_cursor *cursor,
			 struct lane_source *source);

/*
 * Fills an empty window (at == end) with what comes next. False at the lane's
 * end. A block that cannot be read is noted in the recording's damage list,
 * counted and skipped.
 */
bool lane_cursor_fill(struct lane_cursor *cursor, struct lane_source *source);

/*
 * The tick of the next event, or of its block if that is not decoded yet;
 * UINT64_MAX at the lane's end.
 */
uint64_t lane_cursor_tick(const struct lane_cursor *cursor);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Reads the events of lanes, one block of each decoded at a time, on demand.
 * With many lanes open at once only a window of a block is kept, and the block
 * decoded again for the next: memory is bounded whatever the number of threads.
 */
#ifndef ANALYZER_LANE_CURSOR_H
#define ANALYZER_LANE_CURSOR_H

#include <stdbool.h>

#include "analyzer/recording.h"

struct lane_cursor {
	const struct lane *lane;
	const struct event *events; /* the window: valid until the next fill */
	uint32_t at, len;	    /* next of it, its size */
	uint32_t before;	    /* events of the block before the window */
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
	struct event *scratch; /* one whole block */
	size_t held;	       /* events of capacity in all windows */
	uint64_t lost_events;  /* in blocks that could not be read */
};

void lane_source_init(struct lane_source *source, struct recording *recording);
void lane_source_release(struct lane_source *source);
void lane_cursor_init(struct lane_cursor *cursor, const struct lane *lane);
void lane_cursor_release(struct lane_cursor *cursor);

/*
 * Fills an empty window (at == len) with what comes next. False at the lane's
 * end, and then nothing is held. A block that cannot be read is noted in the
 * recording's damage list, counted and skipped.
 */
bool lane_cursor_fill(struct lane_cursor *cursor, struct lane_source *source);

/*
 * The tick of the next event, or of its block if that is not decoded yet;
 * UINT64_MAX at the lane's end.
 */
uint64_t lane_cursor_tick(const struct lane_cursor *cursor);

#endif

/* SPDX-License-Identifier: MIT */
#include "analyzer/lane_cursor.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"
#include "include/event_columns.h"

/* Of all windows: 12 MiB, but WINDOW_MIN a lane in any case. */
#define WINDOWS_MAX (256u << 10)
#define WINDOW_MIN 256

void lane_source_init(struct lane_source *source, struct recording *recording)
{
	memset(source, 0, sizeof(*source));
	source->recording = recording;
	source->columns = xcalloc(1, sizeof(*source->columns));
	event_columns_init(source->columns);
}

void lane_source_release(struct lane_source *source)
{
	dump_payload_release(&source->payload);
	free(source->columns);
	free(source->scratch);
	memset(source, 0, sizeof(*source));
}

void lane_cursor_init(struct lane_cursor *cursor, const struct lane *lane)
{
	memset(cursor, 0, sizeof(*cursor));
	cursor->lane = lane;
}

void lane_cursor_release(struct lane_cursor *cursor, struct lane_source *source)
{
	source->held -= cursor->capacity;
	free(cursor->window);
	cursor->window = NULL;
	cursor->events = NULL;
	cursor->capacity = 0;
	cursor->start = 0;
	cursor->at = 0;
	cursor->end = 0;
}

/* How much of `left` events this cursor may decode and keep. */
static uint32_t window_size(const struct lane_cursor *cursor,
			    const struct lane_source *source, uint32_t left)
{
	size_t others = source->held - cursor->capacity;
	size_t room = others < WINDOWS_MAX ? (WINDOWS_MAX - others) / 2 : 0;

	if (room < WINDOW_MIN)
		room = WINDOW_MIN;
	return left <= room ? left : (uint32_t)room;
}

/* Room for a window behind the history, which moves to the front. */
static void make_room(struct lane_cursor *cursor, struct lane_source *source,
		      uint32_t size)
{
	uint32_t keep = cursor->end - cursor->start;
	size_t wanted = LANE_HISTORY + (size_t)size;
	struct event *window = cursor->window;

	if (keep > LANE_HISTORY)
		keep = LANE_HISTORY;
	if (wanted > cursor->capacity || wanted < cursor->capacity / 4) {
		window = xcalloc(wanted, sizeof(*window));
		source->held += wanted - cursor->capacity;
		cursor->capacity = wanted;
	}
	if (keep)
		memmove(window, cursor->window + cursor->end - keep,
			keep * sizeof(*window));
	if (window != cursor->window)
		free(cursor->window);
	cursor->window = window;
	cursor->events = window;
	cursor->start = 0;
	cursor->at = keep;
	cursor->end = keep;
}

/* 0, or a negative enum dump_error. */
static int decode(struct lane_source *source, const struct event_block *block,
		  struct event *into)
{
	int ret = dump_reader_load(&source->recording->reader, block->offset,
				   block->stored_bytes, &source->payload);

	if (ret == 0 &&
	    event_columns_decode(source->columns, source->payload.bytes,
				 source->payload.len, into, block->count) < 0)
		ret = DUMP_ERROR_CONTENT;
	return ret;
}

/* `size` events of a block from `before` on, behind the history. */
static int copy_events(struct lane_cursor *cursor, struct lane_source *source,
		       const struct event_block *block, uint32_t size)
{
	struct event *into = cursor->window + cursor->end;
	const struct event *from;
	int ret = 0;

	if (block->stored_bytes && size == block->count)
		return decode(source, block, into);
	if (block->stored_bytes) {
		if (!source->scratch)
			source->scratch =
				xcalloc(EVENT_COLUMNS_MAX, sizeof(*into));
		ret = decode(source, block, source->scratch);
		from = source->scratch;
	} else {
		from = cursor->lane->extra + block->offset;
	}
	if (ret == 0)
		memcpy(into, from + cursor->before, size * sizeof(*into));
	return ret;
}

/* The block from its event `before` on; false if it cannot be read. */
static bool fill_from(struct lane_cursor *cursor, struct lane_source *source,
		      const struct event_block *block)
{
	uint32_t left = block->count - cursor->before;
	uint32_t size = window_size(cursor, source, left);
	int ret;

	make_room(cursor, source, size);
	ret = copy_events(cursor, source, block, size);
	if (ret < 0) {
		dump_reader_note(&source->recording->reader, ret,
				 block->offset, block->stored_bytes);
		source->lost_events += left;
		return false;
	}
	cursor->size = size;
	cursor->end += size;
	return true;
}

bool lane_cursor_fill(struct lane_cursor *cursor, struct lane_source *source)
{
	const struct lane *lane = cursor->lane;

	cursor->before += cursor->size;
	cursor->size = 0;
	if (cursor->next_block > 0) {
		const struct event_block *block =
			&lane->blocks[cursor->next_block - 1];

		if (cursor->before < block->count &&
		    fill_from(cursor, source, block))
			return true;
	}
	while (cursor->next_block < lane->block_count) {
		const struct event_block *block =
			&lane->blocks[cursor->next_block++];

		cursor->before = 0;
		if (fill_from(cursor, source, block))
			return true;
	}
	cursor->before = UINT32_MAX; /* of the last block: nothing is left */
	return false;
}

uint64_t lane_cursor_tick(const struct lane_cursor *cursor)
{
	const struct event_block *blocks = cursor->lane->blocks;
	size_t next = cursor->next_block;
	uint64_t tick = cursor->tick;

	if (cursor->at < cursor->end)
		tick = cursor->events[cursor->at].tick;
	else if (next && cursor->before < blocks[next - 1].count &&
		 cursor->size < blocks[next - 1].count - cursor->before)
		tick = cursor->tick;
	else if (next < cursor->lane->block_count)
		tick = blocks[next].first_tick;
	else
		return UINT64_MAX;
	return tick > cursor->tick ? tick : cursor->tick;
}

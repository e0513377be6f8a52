/* SPDX-License-Identifier: MIT */
#include "analyzer/lane_cursor.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"
#include "include/event_columns.h"

/* Of all windows: 12 MiB, but WINDOW_MIN a lane in any case. */
#define WINDOWS_MAX (256u << 10)
#define WINDOW_MIN 128

void lane_source_init(struct lane_source *source, struct recording *recording)
{
	memset(source, 0, sizeof(*source));
	source->recording = recording;
	source->columns = xcalloc(1, sizeof(*source->columns));
	source->scratch = xcalloc(EVENT_COLUMNS_MAX, sizeof(struct event));
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

void lane_cursor_release(struct lane_cursor *cursor)
{
	free(cursor->window);
	cursor->window = NULL;
	cursor->capacity = 0;
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

static void resize(struct lane_cursor *cursor, struct lane_source *source,
		   uint32_t size)
{
	if (size <= cursor->capacity && cursor->capacity / 4 <= size)
		return;
	source->held -= cursor->capacity;
	free(cursor->window);
	cursor->window = xcalloc(size, sizeof(*cursor->window));
	cursor->capacity = size;
	source->held += size;
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

/* The block from its event `before` on; false if it cannot be read. */
static bool fill_from(struct lane_cursor *cursor, struct lane_source *source,
		      const struct event_block *block)
{
	uint32_t left = block->count - cursor->before;
	uint32_t size = window_size(cursor, source, left);
	struct event *into;
	int ret;

	resize(cursor, source, size);
	into = size == block->count ? cursor->window : source->scratch;
	ret = decode(source, block, into);
	if (ret < 0) {
		dump_reader_note(&source->recording->reader, ret,
				 block->offset, block->stored_bytes);
		source->lost_events += left;
		return false;
	}
	if (into != cursor->window)
		memcpy(cursor->window, into + cursor->before,
		       size * sizeof(*into));
	cursor->events = cursor->window;
	cursor->at = 0;
	cursor->len = size;
	return true;
}

/* The rest of the block whose window is used up, if there is more of it. */
static bool fill_rest(struct lane_cursor *cursor, struct lane_source *source)
{
	const struct event_block *block;

	if (cursor->next_block == 0)
		return false;
	block = &cursor->lane->blocks[cursor->next_block - 1];
	cursor->before += cursor->len;
	cursor->at = 0;
	cursor->len = 0;
	return cursor->before < block->count &&
	       fill_from(cursor, source, block);
}

bool lane_cursor_fill(struct lane_cursor *cursor, struct lane_source *source)
{
	const struct lane *lane = cursor->lane;

	if (fill_rest(cursor, source))
		return true;
	while (cursor->next_block < lane->block_count) {
		const struct event_block *block =
			&lane->blocks[cursor->next_block++];

		cursor->before = 0;
		if (block->stored_bytes == 0) {
			cursor->events = lane->extra + block->offset;
			cursor->at = 0;
			cursor->len = block->count;
			return true;
		}
		if (fill_from(cursor, source, block))
			return true;
		cursor->before = block->count;
	}
	source->held -= cursor->capacity;
	lane_cursor_release(cursor);
	return false;
}

uint64_t lane_cursor_tick(const struct lane_cursor *cursor)
{
	const struct event_block *blocks = cursor->lane->blocks;
	size_t next = cursor->next_block;
	uint64_t tick = cursor->tick;

	if (cursor->at < cursor->len)
		tick = cursor->events[cursor->at].tick;
	else if (next && cursor->before + cursor->len < blocks[next - 1].count)
		tick = cursor->tick;
	else if (next < cursor->lane->block_count)
		tick = blocks[next].first_tick;
	else
		return UINT64_MAX;
	return tick > cursor->tick ? tick : cursor->tick;
}

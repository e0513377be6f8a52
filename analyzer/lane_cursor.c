/* SPDX-License-Identifier: MIT */
#include "analyzer/lane_cursor.h"

#include <string.h>

void lane_source_init(struct lane_source *source, struct recording *recording)
{
	source->recording = recording;
	source->decoder = decoder_new(recording);
	source->lost_events = 0;
}

void lane_source_release(struct lane_source *source)
{
	decoder_free(source->decoder);
	memset(source, 0, sizeof(*source));
}

void lane_cursor_init(struct lane_cursor *cursor,
		      const struct lane_source *source, uint32_t lane)
{
	memset(cursor, 0, sizeof(*cursor));
	cursor->lane = &source->recording->lanes[lane];
	cursor->index = lane;
}

void lane_cursor_release(struct lane_cursor *cursor, struct lane_source *source)
{
	if (cursor->chunk)
		decoder_give_back(source->decoder, cursor->chunk);
	cursor->chunk = NULL;
	cursor->events = NULL;
	cursor->start = 0;
	cursor->at = 0;
	cursor->end = 0;
}

/* The chunk becomes the window, behind the last events of the one before. */
static void take_chunk(struct lane_cursor *cursor, struct lane_source *source,
		       struct decoder_chunk *chunk)
{
	uint32_t keep = cursor->end - cursor->start;
	struct event *window;

	if (keep > LANE_HISTORY)
		keep = LANE_HISTORY;
	window = chunk->events - keep;
	if (keep)
		memcpy(window, cursor->events + cursor->end - keep,
		       keep * sizeof(*window));
	lane_cursor_release(cursor, source);
	cursor->chunk = chunk;
	cursor->events = window;
	cursor->at = keep;
	cursor->end = keep + chunk->count;
}

static void lose_chunk(struct lane_cursor *cursor, struct lane_source *source,
		       struct decoder_chunk *chunk)
{
	const struct event_block *block = &cursor->lane->blocks[chunk->block];

	dump_reader_note(&source->recording->reader, chunk->error,
			 block->offset, block->stored_bytes);
	source->lost_events += chunk->left;
	decoder_give_back(source->decoder, chunk);
}

bool lane_cursor_fill(struct lane_cursor *cursor, struct lane_source *source)
{
	struct decoder_chunk *chunk;

	cursor->left = 0;
	while ((chunk = decoder_next(source->decoder, cursor->index))) {
		cursor->next_block = chunk->block + 1;
		if (chunk->error == 0) {
			cursor->left = chunk->left;
			take_chunk(cursor, source, chunk);
			return true;
		}
		lose_chunk(cursor, source, chunk);
	}
	return false;
}

uint64_t lane_cursor_tick_ahead(const struct lane_cursor *cursor)
{
	const struct lane *lane = cursor->lane;
	uint64_t tick = cursor->tick;

	if (cursor->left == 0) {
		if (cursor->next_block == lane->block_count)
			return UINT64_MAX;
		tick = lane->blocks[cursor->next_block].first_tick;
	}
	return tick > cursor->tick ? tick : cursor->tick;
}

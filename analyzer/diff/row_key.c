/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/row_key.h"
#include "analyzer/memory.h"

#include <inttypes.h>
#include <stdlib.h>

static uint32_t take(struct frame_keys *keys, char *text)
{
	uint32_t number = frame_pool_text(&keys->texts, text);

	free(text);
	return number;
}

static const char *text_of(const struct frame_keys *keys, uint32_t text)
{
	return keys->texts.texts[text];
}

static uint32_t place_key(struct frame_keys *keys, const struct frame_key *key)
{
	return take(keys, xasprintf("[%s+%" PRIx64 "]",
				    text_of(keys, key->module), key->offset));
}

static uint32_t function_key(struct frame_keys *keys,
			     const struct frame_key *key)
{
	return key->function ? key->function : place_key(keys, key);
}

static uint32_t file_key(struct frame_keys *keys, const char *file,
			 uint32_t line)
{
	return take(keys, line ? xasprintf("%s:%" PRIu32, file, line) :
				 xasprintf("%s", file));
}

uint32_t row_key(struct frame_keys *keys, const struct frame_pool *pool,
		 const struct snapshot_row *row, enum report_by by,
		 uint32_t *wide)
{
	uint32_t i = row->stack >= POOL_STACK_FIRST ?
			     pool->stacks[row->stack].frame : 0;
	const struct pool_frame *frame = &pool->frames[i];
	const struct frame_key *key = &keys->keys[i];
	uint32_t line = by == REPORT_BY_LINE ? frame->line : 0;

	*wide = 0;
	switch (by) {
	case REPORT_BY_FUNCTION:
		if (key->role == FRAME_LIBRARY)
			*wide = key->plain;
		return function_key(keys, key);
	case REPORT_BY_FILE:
	case REPORT_BY_LINE:
		if (!frame->file)
			return function_key(keys, key);
		*wide = file_key(keys, text_of(keys, key->file), line);
		return file_key(keys, pool->texts[frame->file], line);
	case REPORT_BY_MODULE:
		return take(keys, xasprintf("[%s]", text_of(keys, key->module)));
	default:
		return take(keys, xasprintf("%s", pool->texts[row->name]));
	}
}

/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/row_key.h"
#include "analyzer/memory.h"
#include "analyzer/symbolize.h"

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

/* Below a function that is known, its place in that. */
static uint32_t line_key(struct frame_keys *keys, const struct frame_pool *pool,
			 const struct pool_frame *frame, uint32_t scope)
{
	const char *file = pool->texts[frame->file];

	if (!scope || !frame->start_line || frame->line < frame->start_line)
		return file_key(keys, file, frame->line);
	return take(keys, xasprintf("%s %s+%" PRIu32, symbol_basename(file),
				    pool->texts[scope],
				    frame->line - frame->start_line));
}

uint32_t row_key(struct frame_keys *keys, const struct frame_pool *pool,
		 const struct snapshot *snapshot, size_t row, uint32_t *wide)
{
	const struct snapshot_row *r = &snapshot->rows[row];
	uint32_t i = r->stack >= POOL_STACK_FIRST ?
			     pool->stacks[r->stack].frame : 0;
	const struct pool_frame *frame = &pool->frames[i];
	const struct frame_key *key = &keys->keys[i];

	*wide = 0;
	switch (snapshot->by) {
	case REPORT_BY_FUNCTION:
		if (key->role == FRAME_LIBRARY)
			*wide = key->plain;
		return function_key(keys, key);
	case REPORT_BY_FILE:
		if (!frame->file)
			return function_key(keys, key);
		*wide = file_key(keys, text_of(keys, key->file), 0);
		return file_key(keys, pool->texts[frame->file], 0);
	case REPORT_BY_LINE:
		if (!frame->file)
			return function_key(keys, key);
		*wide = file_key(keys, text_of(keys, key->file), frame->line);
		return line_key(keys, pool, frame, snapshot->scopes[row]);
	case REPORT_BY_MODULE:
		return take(keys, xasprintf("[%s]", text_of(keys, key->module)));
	default:
		return take(keys, xasprintf("%s", pool->texts[r->name]));
	}
}

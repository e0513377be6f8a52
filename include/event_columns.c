/* SPDX-License-Identifier: MIT */
#include "include/event_columns.h"
#include "include/fast_varint.h"

#include <string.h>

/* Above EVENT_KIND_MASK in the kind column's byte. */
#define KIND_SAME_SIZE 0x20 /* as this stack's last event in the block */
#define KIND_DETAIL 0x40
#define KIND_STACK 0x80 /* the stack column has an entry */

enum column {
	COLUMN_KIND,
	COLUMN_STACK,
	COLUMN_SIZE,
	COLUMN_ADDRESS,
	COLUMN_TICK,
	COLUMN_DETAIL,
	COLUMN_INTERVAL,
	COLUMN_COUNT,
};

void event_columns_init(struct event_columns *state)
{
	memset(state, 0, sizeof(*state));
}

static void begin_block(struct event_columns *state)
{
	if (++state->block == 0) {
		memset(state->last, 0, sizeof(state->last));
		state->block = 1;
	}
}

static bool same_size(struct event_columns *state, uint32_t stack,
		      uint64_t size)
{
	unsigned int slot = stack % EVENT_SIZE_CACHE;
	bool same = state->last[slot].block == state->block &&
		    state->last[slot].stack == stack &&
		    state->last[slot].size == size;

	state->last[slot].block = state->block;
	state->last[slot].stack = stack;
	state->last[slot].size = size;
	return same;
}

static unsigned int address_shift(const struct event *events,
				  unsigned int count)
{
	uint64_t bits = 0;

	for (unsigned int i = 0; i < count; i++)
		bits |= events[i].address;
	return (bits & 15) == 0 ? 4 : (bits & 7) == 0 ? 3 : 0;
}

static uint8_t kind_byte(struct event_columns *state, const struct event *e)
{
	uint8_t byte = e->kind;

	if (e->has_detail)
		byte |= KIND_DETAIL;
	if (e->stack)
		byte |= KIND_STACK;
	if (event_is_allocation(e->kind) && same_size(state, e->stack, e->size))
		byte |= KIND_SAME_SIZE;
	return byte;
}

/* What the deltas of one block refer to. */
struct previous {
	uint64_t address;
	uint64_t tick;
	uint32_t stack;
	unsigned int shift;
};

static void put_detail(struct codec_writer *w, const struct event *e)
{
	if (event_is_allocation(e->kind))
		codec_put_zigzag(w, (int64_t)(e->usable_bytes - e->size));
	codec_put_varint(w, e->duration);
}

static void put_field(struct codec_writer *w, enum column column,
		      const struct event *e, uint8_t kind,
		      struct previous *previous)
{
	switch (column) {
	case COLUMN_STACK:
		if (!(kind & KIND_STACK))
			break;
		codec_put_zigzag(w, (int64_t)e->stack - previous->stack);
		previous->stack = e->stack;
		break;
	case COLUMN_SIZE:
		if (event_is_allocation(e->kind) && !(kind & KIND_SAME_SIZE))
			codec_put_varint(w, e->size);
		break;
	case COLUMN_ADDRESS: {
		uint64_t address = e->address >> previous->shift;

		codec_put_zigzag(w, (int64_t)(address - previous->address));
		previous->address = address;
		break;
	}
	case COLUMN_TICK:
		codec_put_zigzag(w, (int64_t)(e->tick - previous->tick));
		previous->tick = e->tick;
		break;
	case COLUMN_DETAIL:
		if (kind & KIND_DETAIL)
			put_detail(w, e);
		break;
	case COLUMN_INTERVAL:
		codec_put_u8(w, e->interval_shift);
		break;
	default:
		break;
	}
}

/*
 * A column: its length in a fixed four bytes, so that it can be filled in
 * afterwards, then its bytes.
 */
static uint8_t *begin_column(struct codec_writer *w)
{
	uint8_t *length = w->next;
	static const uint8_t zero[4];

	codec_put_raw(w, zero, sizeof(zero));
	return w->failed ? NULL : length;
}

static void end_column(struct codec_writer *w, uint8_t *length)
{
	uint32_t bytes;

	if (w->failed)
		return;
	bytes = (uint32_t)(w->next - length - 4);
	memcpy(length, &bytes, 4);
}

void event_columns_encode(struct event_columns *state, struct codec_writer *w,
			  const struct event *events, unsigned int count)
{
	struct previous previous = { .shift = address_shift(events, count) };
	const uint8_t *kinds;
	uint8_t *length;
	bool sampled = false;

	begin_block(state);
	for (unsigned int i = 0; i < count; i++)
		sampled |= events[i].interval_shift != 0;
	codec_put_u8(w, (uint8_t)(previous.shift | (sampled ? 0x80 : 0)));
	length = begin_column(w);
	kinds = w->next;
	for (unsigned int i = 0; i < count; i++)
		codec_put_u8(w, kind_byte(state, &events[i]));
	end_column(w, length);
	for (int column = COLUMN_STACK; column < COLUMN_COUNT; column++) {
		if (column == COLUMN_INTERVAL && !sampled)
			break;
		length = begin_column(w);
		for (unsigned int i = 0; i < count && !w->failed; i++)
			put_field(w, (enum column)column, &events[i], kinds[i],
				  &previous);
		end_column(w, length);
	}
}

static struct codec_reader get_column(struct codec_reader *r)
{
	const uint8_t *raw = codec_get_raw(r, 4);
	uint32_t bytes = 0;

	if (raw)
		memcpy(&bytes, raw, 4);
	return codec_get_sub(r, bytes);
}

static inline void get_size(struct event_columns *state, struct codec_reader *r,
			    struct event *e, uint8_t kind)
{
	unsigned int slot = e->stack % EVENT_SIZE_CACHE;

	e->size = 0;
	if (!event_is_allocation(e->kind))
		return;
	if (kind & KIND_SAME_SIZE) {
		if (state->last[slot].block != state->block ||
		    state->last[slot].stack != e->stack)
			r->failed = true;
		e->size = state->last[slot].size;
		return;
	}
	e->size = fast_varint_short(r);
	state->last[slot].block = state->block;
	state->last[slot].stack = e->stack;
	state->last[slot].size = e->size;
}

static void get_detail(struct codec_reader *r, struct event *e)
{
	if (event_is_allocation(e->kind))
		e->usable_bytes = e->size + (uint64_t)codec_get_zigzag(r);
	e->duration = codec_get_varint(r);
}

static inline void get_event(struct event_columns *state,
			     struct codec_reader *c, struct event *e,
			     struct previous *previous)
{
	uint8_t kind = *c[COLUMN_KIND].next++;

	e->kind = kind & EVENT_KIND_MASK;
	e->has_detail = (kind & KIND_DETAIL) != 0;
	e->interval_shift = 0;
	e->usable_bytes = 0;
	e->duration = 0;
	e->stack = 0;
	if (kind & KIND_STACK) {
		previous->stack +=
			(uint32_t)fast_zigzag(&c[COLUMN_STACK]);
		e->stack = previous->stack;
	}
	get_size(state, &c[COLUMN_SIZE], e, kind);
	previous->address += (uint64_t)fast_zigzag(&c[COLUMN_ADDRESS]);
	e->address = previous->address << previous->shift;
	previous->tick += (uint64_t)fast_zigzag_short(&c[COLUMN_TICK]);
	e->tick = previous->tick;
	if (e->has_detail)
		get_detail(&c[COLUMN_DETAIL], e);
}

static void get_intervals(struct codec_reader *r, struct event *events,
			  unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		events[i].interval_shift = codec_get_u8(r) & 63;
}

int event_columns_decode(struct event_columns *state, const void *payload,
			 size_t bytes, struct event *events,
			 unsigned int count)
{
	struct codec_reader columns[COLUMN_COUNT];
	struct previous previous = { 0 };
	struct codec_reader r;
	uint8_t first;

	begin_block(state);
	codec_reader_init(&r, payload, bytes);
	first = codec_get_u8(&r);
	previous.shift = first & 0x7f;
	if (previous.shift > 4)
		return -1;
	for (int i = 0; i < COLUMN_INTERVAL; i++)
		columns[i] = get_column(&r);
	codec_reader_init(&columns[COLUMN_INTERVAL], r.next, 0);
	if (first & 0x80)
		columns[COLUMN_INTERVAL] = get_column(&r);
	if (codec_left(&columns[COLUMN_KIND]) != count)
		return -1;
	for (unsigned int i = 0; i < count; i++)
		get_event(state, columns, &events[i], &previous);
	if (first & 0x80)
		get_intervals(&columns[COLUMN_INTERVAL], events, count);
	for (int i = 0; i < COLUMN_COUNT; i++)
		r.failed |= columns[i].failed || codec_left(&columns[i]) != 0;
	return r.failed || codec_left(&r) != 0 ? -1 : 0;
}

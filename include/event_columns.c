/* SPDX-License-Identifier: MIT */
#include "include/event_columns.h"

#include <string.h>

#include "include/fast_varint.h"

void event_size_cache_init(struct event_size_cache *cache)
{
	memset(cache, 0, sizeof(*cache));
}

void event_size_cache_begin(struct event_size_cache *cache)
{
	if (++cache->block == 0) {
		memset(cache->last, 0, sizeof(cache->last));
		cache->block = 1;
	}
}

void event_columns_init(struct event_columns *state)
{
	memset(state, 0, sizeof(*state));
}

/* What the deltas of one block refer to. */
struct previous {
	uint64_t tick;
	uint32_t stack;
	unsigned int tick_shift;
};

static struct codec_reader get_column(struct codec_reader *r)
{
	return codec_get_sub(r, codec_get_varint(r));
}

static inline void get_size(struct event_columns *state, struct codec_reader *r,
			    struct event *e, uint8_t kind)
{
	unsigned int slot = e->stack % EVENT_SIZE_CACHE;

	e->size = 0;
	if (!event_is_allocation(e->kind))
		return;
	if (kind & EVENT_SAME_SIZE) {
		if (state->sizes.last[slot].block != state->sizes.block ||
		    state->sizes.last[slot].stack != e->stack)
			r->failed = true;
		e->size = state->sizes.last[slot].size;
		return;
	}
	e->size = fast_varint_short(r);
	state->sizes.last[slot].block = state->sizes.block;
	state->sizes.last[slot].stack = e->stack;
	state->sizes.last[slot].size = e->size;
}

static void get_detail(struct codec_reader *r, struct event *e)
{
	if (event_is_allocation(e->kind))
		e->usable_bytes = e->size + (uint64_t)codec_get_zigzag(r);
	e->duration = codec_get_varint(r);
}

static inline uint64_t get_allocated(struct address_model *m,
				     struct codec_reader *c, uint64_t size)
{
	uint64_t n = fast_varint_short(&c[EVENT_COLUMN_REFERENCE]);
	unsigned int class = address_class(size);
	uint64_t address;

	if (n > m->count[class]) {
		c[EVENT_COLUMN_REFERENCE].failed = true;
		n = 0;
	}
	if (n) {
		address = address_released(m, class, (unsigned int)n - 1);
		address_model_take(m, class, (unsigned int)n - 1);
	} else {
		address = m->next + (uint64_t)fast_zigzag(
					    &c[EVENT_COLUMN_ADDRESS]);
		address_model_foretell(m, address, size);
	}
	address_model_add(m, class, address);
	return address;
}

static inline uint64_t get_released(struct address_model *m,
				    struct codec_reader *c)
{
	uint64_t age = fast_varint_short(&c[EVENT_COLUMN_REFERENCE]);
	unsigned int place;

	if (age == 0) {
		m->last_release +=
			(uint64_t)fast_zigzag(&c[EVENT_COLUMN_ADDRESS]);
		return m->last_release;
	}
	if (age > m->allocations || age > ADDRESS_WINDOW) {
		c[EVENT_COLUMN_REFERENCE].failed = true;
		return 0;
	}
	place = (m->allocations - (uint32_t)age) % ADDRESS_WINDOW;
	address_model_release(m, place);
	return m->allocated[place];
}

static inline void get_event(struct event_columns *state,
			     struct codec_reader *c, struct event *e,
			     struct previous *previous)
{
	uint8_t kind = *c[EVENT_COLUMN_KIND].next++;

	e->kind = kind & EVENT_KIND_MASK;
	e->has_detail = (kind & EVENT_HAS_DETAIL) != 0;
	e->interval_shift = 0;
	e->usable_bytes = 0;
	e->duration = 0;
	e->stack = 0;
	if (kind & EVENT_HAS_STACK) {
		previous->stack += (uint32_t)fast_zigzag(
			&c[EVENT_COLUMN_STACK]);
		e->stack = previous->stack;
	}
	get_size(state, &c[EVENT_COLUMN_SIZE], e, kind);
	e->address = event_is_allocation(e->kind) ?
			     get_allocated(&state->model, c, e->size) :
			     get_released(&state->model, c);
	e->address <<= state->model.shift;
	previous->tick += (uint64_t)fast_zigzag_short(&c[EVENT_COLUMN_TICK]);
	e->tick = previous->tick << previous->tick_shift;
	if (e->has_detail)
		get_detail(&c[EVENT_COLUMN_DETAIL], e);
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
	struct codec_reader columns[EVENT_COLUMN_COUNT];
	struct previous previous = { 0 };
	struct codec_reader r;
	uint8_t first;

	codec_reader_init(&r, payload, bytes);
	first = codec_get_u8(&r);
	previous.tick_shift = EVENT_TICK_SHIFT(first);
	if ((first & EVENT_ADDRESS_SHIFT_MASK) > 4)
		return -1;
	event_size_cache_begin(&state->sizes);
	address_model_begin(&state->model, first & EVENT_ADDRESS_SHIFT_MASK);
	for (int i = 0; i < EVENT_COLUMN_INTERVAL; i++)
		columns[i] = get_column(&r);
	codec_reader_init(&columns[EVENT_COLUMN_INTERVAL], r.next, 0);
	if (first & EVENT_INTERVALS)
		columns[EVENT_COLUMN_INTERVAL] = get_column(&r);
	if (codec_left(&columns[EVENT_COLUMN_KIND]) != count)
		return -1;
	for (unsigned int i = 0; i < count; i++)
		get_event(state, columns, &events[i], &previous);
	if (first & EVENT_INTERVALS)
		get_intervals(&columns[EVENT_COLUMN_INTERVAL], events, count);
	for (int i = 0; i < EVENT_COLUMN_COUNT; i++)
		r.failed |= columns[i].failed || codec_left(&columns[i]) != 0;
	return r.failed || codec_left(&r) != 0 ? -1 : 0;
}

/* SPDX-License-Identifier: MIT */
#include "include/event_encoder.h"

#include <string.h>

/* The most bytes that one event can take in each column. */
static const uint8_t widest[EVENT_COLUMN_COUNT] = {
	[EVENT_COLUMN_KIND] = 1,    [EVENT_COLUMN_STACK] = 5,
	[EVENT_COLUMN_SIZE] = 10,   [EVENT_COLUMN_REFERENCE] = 2,
	[EVENT_COLUMN_ADDRESS] = 10, [EVENT_COLUMN_TICK] = 10,
	[EVENT_COLUMN_DETAIL] = 20, [EVENT_COLUMN_INTERVAL] = 1,
};

void event_encoder_init(struct event_encoder *encoder)
{
	event_size_cache_init(&encoder->sizes);
}

static uint8_t *column_start(struct event_encoder *encoder, int column)
{
	size_t offset = 0;

	for (int i = 0; i < column; i++)
		offset += (size_t)widest[i] * EVENT_ENCODER_MAX;
	return encoder->room + offset;
}

void event_encoder_begin(struct event_encoder *encoder,
			 const struct event_shape *shape)
{
	event_size_cache_begin(&encoder->sizes);
	address_model_begin(&encoder->model, shape->address_shift);
	encoder->shape = *shape;
	encoder->count = 0;
	encoder->stack = 0;
	encoder->tick = 0;
	for (int i = 0; i < EVENT_COLUMN_COUNT; i++)
		encoder->next[i] = column_start(encoder, i);
}

/* In local variables, so that no byte stored makes the compiler read the
 * cursors again. */
struct cursors {
	uint8_t *next[EVENT_COLUMN_COUNT];
};

#define PUT(cursors, column, value)                  \
	((cursors)->next[EVENT_COLUMN_##column] =    \
		 codec_varint((cursors)->next[EVENT_COLUMN_##column], value))

static inline unsigned int slot_of(uint64_t address)
{
	return (unsigned int)((address * 0x9e3779b97f4a7c15u) >> 32) %
	       EVENT_ENCODER_SLOTS;
}

/* How many allocations ago the block at `address` was allocated; 0: no idea.
 * A slot may be of an earlier block of events: the model knows better. */
static inline unsigned int age_of(const struct event_encoder *encoder,
				  uint64_t address)
{
	const struct address_model *m = &encoder->model;
	unsigned int slot = slot_of(address);

	for (unsigned int way = 0; way < 2; way++) {
		unsigned int ordinal = encoder->slots[slot ^ way];
		unsigned int age = m->allocations - ordinal;

		if (ordinal < m->allocations && age <= ADDRESS_WINDOW &&
		    m->allocated[ordinal % ADDRESS_WINDOW] == address)
			return age;
	}
	return 0;
}

static inline void remember(struct event_encoder *encoder, unsigned int class,
			    uint64_t address)
{
	unsigned int slot = slot_of(address);

	encoder->slots[slot ^ 1] = encoder->slots[slot];
	encoder->slots[slot] = (uint16_t)encoder->model.allocations;
	address_model_add(&encoder->model, class, address);
}

static inline void put_allocated(struct event_encoder *encoder,
				 struct cursors *c, const struct event *e)
{
	struct address_model *m = &encoder->model;
	uint64_t address = e->address >> m->shift;
	unsigned int class = address_class(e->size);
	unsigned int n = 0;

	while (n < m->count[class] && address_released(m, class, n) != address)
		n++;
	if (n < m->count[class]) {
		PUT(c, REFERENCE, n + 1);
		address_model_take(m, class, n);
	} else {
		PUT(c, REFERENCE, 0);
		PUT(c, ADDRESS, codec_zigzag((int64_t)(address - m->next)));
		address_model_foretell(m, address, e->size);
	}
	remember(encoder, class, address);
}

static inline void put_released(struct event_encoder *encoder,
				struct cursors *c, const struct event *e)
{
	struct address_model *m = &encoder->model;
	uint64_t address = e->address >> m->shift;
	unsigned int age = age_of(encoder, address);

	PUT(c, REFERENCE, age);
	if (age) {
		address_model_release(m,
				      (m->allocations - age) % ADDRESS_WINDOW);
	} else {
		PUT(c, ADDRESS,
		    codec_zigzag((int64_t)(address - m->last_release)));
		m->last_release = address;
	}
}

static inline void put_detail(struct cursors *c, const struct event *e)
{
	if (event_is_allocation(e->kind))
		PUT(c, DETAIL,
		    codec_zigzag((int64_t)(e->usable_bytes - e->size)));
	PUT(c, DETAIL, e->duration);
}

static inline void put_event(struct event_encoder *encoder, struct cursors *c,
			     const struct event *e)
{
	uint64_t tick = e->tick >> encoder->shape.tick_shift;
	uint8_t kind = e->kind;

	if (e->stack) {
		kind |= EVENT_HAS_STACK;
		PUT(c, STACK, codec_zigzag((int64_t)e->stack - encoder->stack));
		encoder->stack = e->stack;
	}
	if (event_is_allocation(e->kind)) {
		if (event_size_is_same(&encoder->sizes, e->stack, e->size))
			kind |= EVENT_SAME_SIZE;
		else
			PUT(c, SIZE, e->size);
		put_allocated(encoder, c, e);
	} else {
		put_released(encoder, c, e);
	}
	PUT(c, TICK, codec_zigzag((int64_t)(tick - encoder->tick)));
	encoder->tick = tick;
	if (e->has_detail) {
		kind |= EVENT_HAS_DETAIL;
		put_detail(c, e);
	}
	*c->next[EVENT_COLUMN_KIND]++ = kind;
	if (encoder->shape.intervals)
		*c->next[EVENT_COLUMN_INTERVAL]++ = e->interval_shift;
}

unsigned int event_encoder_put(struct event_encoder *encoder,
			       const struct event *events, unsigned int count)
{
	struct cursors cursors;

	if (count > EVENT_ENCODER_MAX - encoder->count)
		count = EVENT_ENCODER_MAX - encoder->count;
	memcpy(cursors.next, encoder->next, sizeof(cursors.next));
	for (unsigned int i = 0; i < count; i++)
		put_event(encoder, &cursors, &events[i]);
	memcpy(encoder->next, cursors.next, sizeof(cursors.next));
	encoder->count += count;
	return count;
}

static uint32_t column_bytes(struct event_encoder *encoder, int column)
{
	return (uint32_t)(encoder->next[column] -
			  column_start(encoder, column));
}

size_t event_encoder_column_end(struct event_encoder *encoder,
				enum event_column column)
{
	uint8_t length[10];
	size_t end = 1;

	for (int i = 0; i <= (int)column; i++) {
		uint32_t bytes = column_bytes(encoder, i);

		end += (size_t)(codec_varint(length, bytes) - length) + bytes;
	}
	return end;
}

void event_encoder_end(struct event_encoder *encoder, struct codec_writer *w)
{
	int columns = encoder->shape.intervals ? EVENT_COLUMN_COUNT :
						 EVENT_COLUMN_INTERVAL;

	codec_put_u8(w, (uint8_t)(encoder->shape.address_shift |
				  encoder->shape.tick_shift << 3 |
				  (encoder->shape.intervals ? EVENT_INTERVALS : 0)));
	for (int i = 0; i < columns; i++) {
		codec_put_bytes(w, column_start(encoder, i),
				column_bytes(encoder, i));
	}
}

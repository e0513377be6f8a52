/* SPDX-License-Identifier: MIT */
#include "preload/event_drain.h"

#include <errno.h>

#include "include/event_encoder.h"
#include "preload/buffer_list.h"
#include "preload/payloads.h"

#define INTERVAL_SHIFT_MAX 63
/*
 * Fine ticks are for the order between threads; for one alone 1 us will do. It
 * is less than a reader allows for stamps that are early.
 */
#define ALONE_TICK_SHIFT 4
#define FEW_EVENTS 64 /* of a thread that has ended */
#define GATHER_EVENTS 64 /* at a time: they stay in the innermost cache */

/* What one look at the ring found. */
struct batch {
	unsigned int count; /* events */
	unsigned int names;
	uint64_t from;
	uint64_t to; /* one past the last ring event taken */
	uint64_t first_tick;
	uint64_t last_tick;
	uint64_t addresses; /* all of them, ored */
	uint8_t tick_shift;
	bool intervals;
};

static const struct ring_event *at(const struct ring_view_buffer *buffer,
				   uint64_t count)
{
	return &buffer->events[count % buffer->capacity];
}

/* Bits from..to: no branches, since kinds come in no order. */
#define KINDS(from, to) ((2u << (to)) - (1u << (from)))

static bool is_event(unsigned int kind)
{
	const uint32_t events = KINDS(EVENT_MALLOC, EVENT_ALLOCATION_LAST) |
				KINDS(EVENT_FREE, EVENT_RELEASE_LAST) |
				KINDS(EVENT_REALLOC_FAILED,
				      EVENT_REALLOC_FAILED);

	return events >> kind & 1;
}

static uint8_t interval_shift(const struct ring_event *ring)
{
	return ring->extra <= INTERVAL_SHIFT_MAX ? (uint8_t)ring->extra : 0;
}

static void note(struct batch *batch, const struct ring_event *ring)
{
	uint64_t tick = ring_event_tick(ring->what);

	if (batch->count++ == 0 || tick < batch->first_tick)
		batch->first_tick = tick;
	if (tick > batch->last_tick)
		batch->last_tick = tick;
	batch->addresses |= ring->address;
	batch->intervals |= interval_shift(ring) != 0;
}

/*
 * Looks at ring events until `head` or until they fill a block, an owner and
 * its detail together.
 */
static void survey(const struct ring_view_buffer *buffer, uint64_t head,
		   struct batch *batch)
{
	const struct ring_event *ring = at(buffer, batch->from);
	const struct ring_event *end = buffer->events + buffer->capacity;
	uint64_t i;

	for (i = batch->from; i < head; i++) {
		unsigned int kind = ring_event_kind(ring->what);

		if (batch->count == EVENT_ENCODER_MAX && kind != EVENT_DETAIL)
			break;
		batch->names += kind == EVENT_THREAD_NAME;
		if (is_event(kind))
			note(batch, ring);
		if (++ring == end)
			ring = buffer->events;
	}
	batch->to = i;
	if (buffer->ring->named == batch->to)
		batch->names = 0; /* in the dump already */
}

static void take(struct event *e, const struct ring_event *ring)
{
	e->kind = (uint8_t)ring_event_kind(ring->what);
	e->tick = ring_event_tick(ring->what);
	e->address = ring->address;
	e->size = event_is_allocation(e->kind) ? ring->size : 0;
	e->stack = ring->stack;
	e->has_detail = 0;
	e->interval_shift = interval_shift(ring);
}

static void take_detail(struct event *owner, const struct ring_event *ring)
{
	owner->has_detail = 1;
	owner->usable_bytes =
		event_is_allocation(owner->kind) ? ring->address : 0;
	owner->duration = ring->size;
}

/*
 * Ring events up to batch->to, details folded into their owners, into the
 * encoder. Returns the number of events.
 */
static unsigned int encode(struct event_encoder *encoder,
			   const struct ring_view_buffer *buffer,
			   const struct batch *batch)
{
	const struct ring_event *ring = at(buffer, batch->from);
	const struct ring_event *end = buffer->events + buffer->capacity;
	struct event events[GATHER_EVENTS];
	unsigned int count = 0, total = 0;
	struct event *last = NULL;

	for (uint64_t i = batch->from; i < batch->to; i++) {
		unsigned int kind = ring_event_kind(ring->what);

		if (kind == EVENT_DETAIL) {
			if (last)
				take_detail(last, ring);
			last = NULL;
		} else if (is_event(kind)) {
			if (count == GATHER_EVENTS) {
				total += event_encoder_put(encoder, events,
							   count);
				count = 0;
			}
			last = &events[count++];
			take(last, ring);
		}
		if (++ring == end)
			ring = buffer->events;
	}
	return total + event_encoder_put(encoder, events, count);
}

/* Names among ring events from..to - 1; how many. */
static unsigned int put_names(struct codec_writer *payload,
			      const struct ring_view_buffer *buffer,
			      uint64_t from, uint64_t to)
{
	unsigned int count = 0;

	for (uint64_t i = from; i < to; i++) {
		const struct ring_event *ring = at(buffer, i);

		if (ring_event_kind(ring->what) != EVENT_THREAD_NAME)
			continue;
		payload_put_thread(payload, buffer->ring->thread, ring);
		count++;
	}
	return count;
}

static int append_names(struct writer *w, const struct ring_view_buffer *buffer,
			const struct batch *batch,
			const struct writer_effect *effect)
{
	struct codec_writer *payload = writer_begin(w);
	struct writer_block block = { .type = DUMP_THREADS, .effect = effect };

	block.count = put_names(payload, buffer, batch->from, batch->to);
	return writer_append(w, &block);
}

static bool is_small_rest(const struct ring_view_buffer *buffer)
{
	uint64_t pending = buffer_pending(buffer);

	return buffer->ring->round_state == RING_BUFFER_SEALED && pending > 0 &&
	       pending <= FEW_EVENTS;
}

/* Once they are in the dump; killed before it, they may be there twice. */
static void note_named(const struct ring_view *view)
{
	struct buffer_list list;
	struct ring_view_buffer b;

	buffer_list_begin(&list, view);
	while (buffer_list_next(&list, &b))
		if (is_small_rest(&b))
			b.ring->named = b.ring->round_head;
}

int event_drain_names(struct writer *w, const struct ring_view *view)
{
	struct codec_writer *payload = writer_begin(w);
	struct writer_block block = { .type = DUMP_THREADS };
	struct buffer_list list;
	struct ring_view_buffer b;
	unsigned int buffers = 0;
	int ret;

	buffer_list_begin(&list, view);
	while (buffer_list_next(&list, &b)) {
		uint64_t tail = b.ring->tail;

		if (!is_small_rest(&b))
			continue;
		block.count += put_names(payload, &b, tail,
					 tail + buffer_pending(&b));
		buffers++;
	}
	if (buffers < 2 || block.count == 0)
		return 0;
	ret = writer_append(w, &block);
	if (ret == 0)
		note_named(view);
	return ret == -EMSGSIZE ? 0 : ret; /* more than fit: one by one */
}

static int append_events(struct writer *w,
			 const struct ring_view_buffer *buffer,
			 const struct batch *batch,
			 const struct writer_effect *effect)
{
	struct event_shape shape = {
		.address_shift = event_address_shift(batch->addresses),
		.tick_shift = batch->tick_shift,
		.intervals = batch->intervals,
	};
	struct writer_block block = {
		.type = DUMP_EVENTS,
		.thread = buffer->ring->thread,
		.first_tick = batch->first_tick >> shape.tick_shift
						   << shape.tick_shift,
		.last_tick = batch->last_tick,
		.effect = effect,
	};
	struct event_encoder *encoder = writer_space_encoder(w->space);
	int ret;

	event_encoder_begin(encoder, &shape);
	block.count = encode(encoder, buffer, batch);
	/* kinds, and what is noise, have little in common with the rest */
	block.cuts[0] = event_encoder_column_end(encoder, EVENT_COLUMN_KIND);
	block.cuts[1] = event_encoder_column_end(encoder, EVENT_COLUMN_ADDRESS);
	event_encoder_end(encoder, writer_begin(w));
	ret = writer_append(w, &block);
	if (ret == 0)
		__atomic_add_fetch(&w->ring->stats[STAT_EVENTS], block.count,
				   __ATOMIC_RELAXED);
	return ret;
}

int event_drain_block(struct writer *w, const struct ring_view_buffer *buffer,
		      uint64_t head, uint64_t alone_since)
{
	struct batch batch = { .from = buffer->ring->tail };
	struct writer_effect effect = {
		.buffer = buffer->ring,
		.buffer_offset = buffer->offset,
		.nodes = w->ring->drained_nodes,
		.modules = w->ring->drained_modules,
	};
	int ret = 0;

	if (ring_view_pending(buffer, head) == 0)
		return 0;
	survey(buffer, head, &batch);
	if (batch.first_tick > alone_since)
		batch.tick_shift = ALONE_TICK_SHIFT;
	effect.tail = batch.to;
	/* names first, the tail moves with the last block; they may be there
	 * twice after a kill, which changes nothing */
	if (batch.names)
		ret = append_names(w, buffer, &batch,
				   batch.count ? NULL : &effect);
	if (ret == 0 && batch.count)
		ret = append_events(w, buffer, &batch, &effect);
	if (ret == 0 && !batch.names && !batch.count)
		writer_move_tail(buffer->ring, batch.to);
	return ret;
}

void event_drain_drop(struct writer *w, const struct ring_view_buffer *buffer,
		      uint64_t head)
{
	uint64_t tail = buffer->ring->tail;
	uint64_t count = 0;

	if (ring_view_pending(buffer, head) == 0)
		return;
	for (uint64_t i = tail; i < head; i++)
		count += is_event(ring_event_kind(at(buffer, i)->what));
	__atomic_add_fetch(&w->ring->stats[STAT_DROPPED_EVENTS], count,
			   __ATOMIC_RELAXED);
	writer_move_tail(buffer->ring, head);
}

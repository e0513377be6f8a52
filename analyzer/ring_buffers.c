/* SPDX-License-Identifier: MIT */
#include "analyzer/ring_buffers.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"

#define INTERVAL_SHIFT_MAX 63

/* A buffer that has events left, and how many of its thread come before. */
struct found_buffer {
	struct ring_buffer ring;
	uint64_t offset;
	size_t depth;
};

struct found_buffers {
	struct found_buffer *list;
	size_t count, capacity;
};

static bool is_sound(const struct ring_snapshot *snapshot, uint64_t offset,
		     const struct ring_buffer *ring)
{
	if (offset < RING_HEADER_BYTES || offset % RING_PAGE ||
	    ring->bytes > RING_BUFFER_BYTES_MAX ||
	    ring->bytes < sizeof(*ring) ||
	    ring->bytes > snapshot->file_bytes - offset)
		return false;
	return ring->capacity > 0 &&
	       ring->capacity <= (ring->bytes - sizeof(*ring)) /
					 sizeof(struct ring_event) &&
	       ring->tail <= ring->head &&
	       ring->head - ring->tail <= ring->capacity;
}

static void find_buffers(struct ring_snapshot *snapshot, bool settle,
			 struct found_buffers *found)
{
	const struct ring_intent *intent = &snapshot->header.intent;
	uint64_t offset = snapshot->header.buffers;
	uint64_t left = snapshot->file_bytes;

	/* they do not overlap, and none comes twice */
	while (offset) {
		struct found_buffer buffer = { .offset = offset };
		struct ring_buffer *ring = &buffer.ring;

		uint64_t bytes = sizeof(*ring);

		if (ring_snapshot_get(snapshot, offset, ring, sizeof(*ring)) &&
		    ring->bytes > bytes)
			bytes = ring->bytes;
		if (bytes > left ||
		    !ring_snapshot_get(snapshot, offset, ring, sizeof(*ring))) {
			snapshot->damaged = true;
			return;
		}
		left -= bytes;
		if (settle && intent->buffer == offset &&
		    ring->head - intent->tail <= ring->head - ring->tail)
			ring->tail = intent->tail;
		if (!is_sound(snapshot, offset, ring)) {
			snapshot->damaged = true;
		} else if (ring->state != RING_BUFFER_FREE &&
			   ring->head != ring->tail) {
			GROW(found->list, found->capacity, found->count);
			found->list[found->count++] = buffer;
		}
		offset = ring->older;
	}
}

static int compare_offsets(const void *a, const void *b)
{
	const struct found_buffer *x = a;
	const struct found_buffer *y = b;

	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static int compare_depths(const void *a, const void *b)
{
	const struct found_buffer *x = a;
	const struct found_buffer *y = b;

	if (x->ring.thread != y->ring.thread)
		return x->ring.thread < y->ring.thread ? -1 : 1;
	if (x->depth != y->depth)
		return x->depth < y->depth ? -1 : 1;
	return compare_offsets(a, b);
}

/* How many buffers must be drained before this one. */
static size_t chain_depth(struct ring_snapshot *snapshot,
			  const struct found_buffers *found,
			  const struct found_buffer *buffer)
{
	size_t depth = 0;

	while (buffer && buffer->ring.before) {
		struct found_buffer key = { .offset = buffer->ring.before };
		uint32_t thread = buffer->ring.thread;

		buffer = bsearch(&key, found->list, found->count, sizeof(key),
				 compare_offsets);
		/* drained, and perhaps another thread's by now */
		if (buffer && buffer->ring.thread != thread)
			break;
		if (++depth > found->count) {
			snapshot->damaged = true;
			break;
		}
	}
	return depth;
}

static void order_buffers(struct ring_snapshot *snapshot,
			  struct found_buffers *found)
{
	if (found->count == 0)
		return;
	qsort(found->list, found->count, sizeof(*found->list),
	      compare_offsets);
	for (size_t i = 0; i < found->count; i++)
		found->list[i].depth =
			chain_depth(snapshot, found, &found->list[i]);
	qsort(found->list, found->count, sizeof(*found->list), compare_depths);
}

static bool is_event(unsigned int kind)
{
	return event_is_allocation(kind) || event_is_release(kind) ||
	       kind == EVENT_REALLOC_FAILED;
}

static void take_name(struct ring_snapshot *snapshot, uint32_t serial,
		      const struct ring_event *event)
{
	struct model_thread thread = { .serial = serial, .tid = event->stack };
	uint64_t tick = ring_event_tick(event->what);
	char name[16];

	memcpy(name, &event->address, 8);
	memcpy(name + 8, &event->size, 8);
	thread.name = name;
	if (event->extra == THREAD_STARTED)
		thread.started_tick = tick;
	if (event->extra == THREAD_ENDED)
		thread.ended_tick = tick;
	model_add_thread(&snapshot->found, &thread,
			 strnlen(name, sizeof(name)));
}

static void take_detail(struct event *owner, const struct ring_event *ring)
{
	owner->has_detail = 1;
	owner->usable_bytes =
		event_is_allocation(owner->kind) ? ring->address : 0;
	owner->duration = ring->size;
}

static struct event convert(const struct ring_event *ring)
{
	struct event event = {
		.tick = ring_event_tick(ring->what),
		.address = ring->address,
		.stack = ring->stack,
		.kind = (uint8_t)ring_event_kind(ring->what),
	};

	if (event_is_allocation(event.kind))
		event.size = ring->size;
	if (ring->extra <= INTERVAL_SHIFT_MAX)
		event.interval_shift = (uint8_t)ring->extra;
	return event;
}

/* The events between tail and head, oldest first. */
static struct ring_event *copy_events(const struct ring_snapshot *snapshot,
				      const struct found_buffer *buffer)
{
	const struct ring_buffer *ring = &buffer->ring;
	uint64_t count = ring->head - ring->tail;
	uint64_t from = ring->tail % ring->capacity;
	uint64_t first = ring->capacity - from < count ? ring->capacity - from :
							 count;
	uint64_t area = buffer->offset + sizeof(*ring);
	struct ring_event *events = xcalloc(count, sizeof(*events));

	if (ring_snapshot_get(snapshot, area + from * sizeof(*events), events,
			  first * sizeof(*events)) &&
	    ring_snapshot_get(snapshot, area, events + first,
			  (count - first) * sizeof(*events)))
		return events;
	free(events);
	return NULL;
}

static void take_buffer(struct ring_snapshot *snapshot,
			const struct found_buffer *buffer)
{
	struct ring_piece piece = { .serial = buffer->ring.thread };
	uint64_t count = buffer->ring.head - buffer->ring.tail;
	struct ring_event *raw = copy_events(snapshot, buffer);
	struct event *last = NULL;

	if (!raw) {
		snapshot->damaged = true;
		return;
	}
	piece.events = xcalloc(count, sizeof(*piece.events));
	for (uint64_t i = 0; i < count; i++) {
		unsigned int kind = ring_event_kind(raw[i].what);

		if (kind == EVENT_DETAIL && last)
			take_detail(last, &raw[i]);
		last = NULL;
		if (kind == EVENT_THREAD_NAME)
			take_name(snapshot, piece.serial, &raw[i]);
		if (!is_event(kind))
			continue;
		last = &piece.events[piece.count++];
		*last = convert(&raw[i]);
	}
	free(raw);
	GROW(snapshot->pieces, snapshot->piece_capacity,
	     snapshot->piece_count);
	snapshot->pieces[snapshot->piece_count++] = piece;
	snapshot->event_count += piece.count;
}

void ring_buffers_read(struct ring_snapshot *snapshot, bool settle)
{
	struct found_buffers found = { 0 };

	find_buffers(snapshot, settle, &found);
	order_buffers(snapshot, &found);
	for (size_t i = 0; i < found.count; i++)
		take_buffer(snapshot, &found.list[i]);
	free(found.list);
}

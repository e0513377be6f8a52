/* SPDX-License-Identifier: MIT */
#include "preload/buffer_list.h"

void buffer_list_begin(struct buffer_list *list, const struct ring_view *view)
{
	list->view = view;
	list->next = ring_view_newest(view);
	list->left = ring_view_bytes(view);
}

bool buffer_list_next(struct buffer_list *list, struct ring_view_buffer *buffer)
{
	if (list->next == 0 ||
	    !ring_view_buffer(list->view, list->next, buffer) ||
	    buffer->bytes > list->left)
		return false;
	list->left -= buffer->bytes;
	list->next = buffer->ring->older;
	return true;
}

/* The state is read before: sealed makes the head final. */
void buffer_read_head(struct ring_buffer *ring)
{
	ring->round_state = __atomic_load_n(&ring->state, __ATOMIC_ACQUIRE);
	ring->round_head = __atomic_load_n(&ring->head, __ATOMIC_ACQUIRE);
}

bool buffer_list_read_heads(const struct ring_view *view,
			    struct buffer_heads *heads)
{
	struct buffer_list list;
	struct ring_view_buffer b;

	*heads = (struct buffer_heads){ 0 };
	buffer_list_begin(&list, view);
	__builtin_ia32_mfence(); /* the round's tick was read before this */
	while (buffer_list_next(&list, &b)) {
		buffer_read_head(b.ring);
		heads->count += b.ring->round_state != RING_BUFFER_FREE;
		heads->sum += b.ring->round_head;
	}
	return list.next == 0;
}

bool buffer_list_has_one_thread(const struct ring_view *view)
{
	struct buffer_list list;
	struct ring_view_buffer b;
	uint32_t thread = 0;

	buffer_list_begin(&list, view);
	while (buffer_list_next(&list, &b)) {
		if (__atomic_load_n(&b.ring->state, __ATOMIC_ACQUIRE) ==
		    RING_BUFFER_FREE)
			continue;
		if (thread && b.ring->thread != thread)
			return false;
		thread = b.ring->thread;
	}
	return list.next == 0;
}

uint64_t buffer_pending(const struct ring_view_buffer *buffer)
{
	return ring_view_pending(buffer, buffer->ring->round_head);
}

bool buffer_is_blocked(const struct ring_view *view,
		       const struct ring_view_buffer *buffer)
{
	uint64_t before =
		__atomic_load_n(&buffer->ring->before, __ATOMIC_ACQUIRE);
	struct ring_view_buffer older;

	if (before == 0 || before == buffer->offset ||
	    !ring_view_buffer(view, before, &older) ||
	    older.ring->round_state == RING_BUFFER_FREE ||
	    older.ring->thread != buffer->ring->thread)
		return false;
	return older.ring->round_state != RING_BUFFER_SEALED ||
	       buffer_pending(&older) > 0;
}

static bool is_emptied(const struct ring_view_buffer *buffer)
{
	return buffer->ring->round_state == RING_BUFFER_SEALED &&
	       buffer->ring->tail == buffer->ring->round_head;
}

static bool mark_emptied(const struct ring_view *view)
{
	struct buffer_list list;
	struct ring_view_buffer b;
	bool any = false;

	buffer_list_begin(&list, view);
	while (buffer_list_next(&list, &b)) {
		b.ring->round_emptied = is_emptied(&b);
		any |= is_emptied(&b);
	}
	return any;
}

static void release_successors(const struct ring_view *view)
{
	struct buffer_list list;
	struct ring_view_buffer b;
	struct ring_view_buffer older;

	buffer_list_begin(&list, view);
	while (buffer_list_next(&list, &b)) {
		uint64_t before =
			__atomic_load_n(&b.ring->before, __ATOMIC_ACQUIRE);

		if (before && ring_view_buffer(view, before, &older) &&
		    older.ring->round_emptied)
			__atomic_store_n(&b.ring->before, 0, __ATOMIC_RELEASE);
	}
}

void buffer_list_free_emptied(const struct ring_view *view)
{
	struct buffer_list list;
	struct ring_view_buffer b;

	if (!mark_emptied(view))
		return;
	release_successors(view);
	buffer_list_begin(&list, view);
	while (buffer_list_next(&list, &b)) {
		if (!b.ring->round_emptied)
			continue;
		b.ring->round_emptied = 0;
		b.ring->pending_ns = 0;
		b.ring->round_state = RING_BUFFER_FREE;
		__atomic_store_n(&b.ring->state, RING_BUFFER_FREE,
				 __ATOMIC_RELEASE);
	}
}

uint64_t buffer_list_complete_tick(const struct ring_view *view, uint64_t now)
{
	struct buffer_list list;
	struct ring_view_buffer b;
	uint64_t tick = now;

	buffer_list_begin(&list, view);
	while (buffer_list_next(&list, &b)) {
		uint64_t first;

		if (buffer_pending(&b) == 0)
			continue;
		first = ring_event_tick(
			b.events[b.ring->tail % b.capacity].what);
		if (first < tick)
			tick = first;
	}
	return tick;
}

bool buffer_list_is_taken(const struct ring_view *view)
{
	struct buffer_list list;
	struct ring_view_buffer b;

	buffer_list_begin(&list, view);
	while (buffer_list_next(&list, &b))
		if (buffer_pending(&b))
			return false;
	return true;
}

bool buffer_list_is_drained(const struct ring_view *view)
{
	struct buffer_list list;
	struct ring_view_buffer b;

	buffer_list_begin(&list, view);
	while (buffer_list_next(&list, &b))
		if (ring_view_pending(&b, __atomic_load_n(&b.ring->head,
							  __ATOMIC_ACQUIRE)))
			return false;
	return true;
}

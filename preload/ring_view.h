/* SPDX-License-Identifier: MIT */
/*
 * Bounds-checked access to a ring, wherever it is mapped: the target's own
 * chunks, the collector's mapping, a test's array. Nothing read through it is
 * trusted: an offset that leads out of the ring gives NULL.
 */
#ifndef PRELOAD_RING_VIEW_H
#define PRELOAD_RING_VIEW_H

#include <stddef.h>

#include "include/ring_format.h"

struct ring_view {
	struct ring_header *header;
	/* NULL unless bytes [offset, offset + bytes) are in the ring. */
	void *(*at)(void *context, uint64_t offset, size_t bytes);
	void *context;
};

/* The buffer at an offset, its whole area checked, or NULL. */
struct ring_buffer *ring_view_buffer(const struct ring_view *view,
				     uint64_t offset);
/* The event at a count (head and tail count) of a checked buffer. */
struct ring_event *ring_view_event(struct ring_buffer *buffer, uint64_t count);
/* The newest buffer's offset, and then each older one's; 0 at the end. */
uint64_t ring_view_newest(const struct ring_view *view);
/* Node by id, or NULL. */
struct ring_node *ring_view_node(const struct ring_view *view, uint32_t id);
/* Module chunk by number, RING_MODULE_CHUNK bytes, or NULL. */
uint8_t *ring_view_modules(const struct ring_view *view, unsigned int chunk);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Bounds-checked access to a ring, wherever it is mapped: the target's own
 * chunks, the collector's mapping, a test's array. Nothing read through it is
 * trusted: an offset that leads out of the ring gives NULL.
 */
#ifndef PRELOAD_RING_VIEW_H
#define PRELOAD_RING_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "include/ring_format.h"

struct ring_view {
	struct ring_header *header;
	/* NULL unless bytes [offset, offset + bytes) are in the ring. */
	void *(*at)(void *context, uint64_t offset, size_t bytes);
	void *context;
};

/* A buffer whose area was checked; its fixed fields, copied. */
struct ring_view_buffer {
	struct ring_buffer *ring;
	struct ring_event *events;
	uint64_t offset;
	uint32_t capacity;
	uint32_t bytes;
};

/* The buffer at an offset; false if there is none. */
bool ring_view_buffer(const struct ring_view *view, uint64_t offset,
		      struct ring_view_buffer *buffer);
/* Committed events from tail to `head`; 0 if that makes no sense. */
uint64_t ring_view_pending(const struct ring_view_buffer *buffer,
			   uint64_t head);
/* The newest buffer's offset; each one's `older` leads on. */
uint64_t ring_view_newest(const struct ring_view *view);
/*
 * How much of the ring there is: what its header says, or less if that is not
 * true. Nothing in it overlaps: a list of more than that is a circle.
 */
uint64_t ring_view_bytes(const struct ring_view *view);
/* All nodes of a chunk, or NULL. */
struct ring_node *ring_view_nodes(const struct ring_view *view,
				  unsigned int chunk);
/* Module chunk by number, RING_MODULE_CHUNK bytes, or NULL. */
uint8_t *ring_view_modules(const struct ring_view *view, unsigned int chunk);

#endif

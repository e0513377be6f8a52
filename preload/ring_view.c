/* SPDX-License-Identifier: MIT */
#include "preload/ring_view.h"

#define BUFFER_BYTES_LIMIT (16u << 20) /* far above RING_BUFFER_BYTES_MAX */

bool ring_view_buffer(const struct ring_view *view, uint64_t offset,
		      struct ring_view_buffer *buffer)
{
	struct ring_buffer *ring =
		offset ? view->at(view->context, offset, sizeof(*ring)) : NULL;
	uint32_t bytes;
	uint32_t capacity;

	if (!ring || offset % 64 != 0)
		return false;
	bytes = __atomic_load_n(&ring->bytes, __ATOMIC_RELAXED);
	capacity = __atomic_load_n(&ring->capacity, __ATOMIC_RELAXED);
	if (bytes > BUFFER_BYTES_LIMIT || capacity == 0 ||
	    sizeof(*ring) + (uint64_t)capacity * sizeof(struct ring_event) >
		    bytes)
		return false;
	ring = view->at(view->context, offset, bytes);
	if (!ring)
		return false;
	buffer->ring = ring;
	buffer->events = (struct ring_event *)(ring + 1);
	buffer->offset = offset;
	buffer->capacity = capacity;
	buffer->bytes = bytes;
	return true;
}

uint64_t ring_view_pending(const struct ring_view_buffer *buffer, uint64_t head)
{
	uint64_t tail = __atomic_load_n(&buffer->ring->tail, __ATOMIC_RELAXED);

	/* they count from 0: whoever goes from tail to head gets there */
	return tail <= head && head - tail <= buffer->capacity ? head - tail :
								 0;
}

uint64_t ring_view_newest(const struct ring_view *view)
{
	return __atomic_load_n(&view->header->buffers, __ATOMIC_ACQUIRE);
}

uint64_t ring_view_bytes(const struct ring_view *view)
{
	uint64_t said =
		__atomic_load_n(&view->header->file_bytes, __ATOMIC_ACQUIRE);
	uint64_t seen = 0;

	if (said == 0 || view->at(view->context, said - 1, 1))
		return said;
	while (said - seen > RING_PAGE) {
		uint64_t middle = seen + (said - seen) / 2;

		if (view->at(view->context, middle, 1))
			seen = middle;
		else
			said = middle;
	}
	return said;
}

struct ring_node *ring_view_nodes(const struct ring_view *view,
				  unsigned int chunk)
{
	uint64_t offset;

	if (chunk >= RING_NODE_CHUNKS)
		return NULL;
	offset = __atomic_load_n(&view->header->node_chunks[chunk],
				 __ATOMIC_ACQUIRE);
	if (offset == 0 || offset % 64 != 0)
		return NULL;
	return view->at(view->context, offset, ring_node_chunk_bytes(chunk));
}

uint8_t *ring_view_modules(const struct ring_view *view, unsigned int chunk)
{
	uint64_t offset;

	if (chunk >= RING_MODULE_CHUNKS)
		return NULL;
	offset = __atomic_load_n(&view->header->module_chunks[chunk],
				 __ATOMIC_ACQUIRE);
	if (offset == 0 || offset % 64 != 0)
		return NULL;
	return view->at(view->context, offset, RING_MODULE_CHUNK);
}

/* SPDX-License-Identifier: MIT */
#include "analyzer/lane_heap.h"

#include <stdbool.h>
#include <stdlib.h>

#include "analyzer/memory.h"

void lane_heap_init(struct lane_heap *heap, size_t lane_count)
{
	heap->keys = xcalloc(lane_count, sizeof(*heap->keys));
	heap->count = 0;
}

void lane_heap_release(struct lane_heap *heap)
{
	free(heap->keys);
	heap->keys = NULL;
	heap->count = 0;
}

static bool before(const struct lane_key *a, const struct lane_key *b)
{
	return a->tick != b->tick ? a->tick < b->tick : a->lane < b->lane;
}

static void sift_down(struct lane_heap *heap)
{
	struct lane_key key = heap->keys[0];
	size_t at = 0;

	for (;;) {
		size_t child = 2 * at + 1;

		if (child + 1 < heap->count &&
		    before(&heap->keys[child + 1], &heap->keys[child]))
			child++;
		if (child >= heap->count || !before(&heap->keys[child], &key))
			break;
		heap->keys[at] = heap->keys[child];
		at = child;
	}
	heap->keys[at] = key;
}

void lane_heap_push(struct lane_heap *heap, uint32_t lane, uint64_t tick)
{
	struct lane_key key = { .tick = tick, .lane = lane };
	size_t at = heap->count++;

	while (at > 0 && before(&key, &heap->keys[(at - 1) / 2])) {
		heap->keys[at] = heap->keys[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	heap->keys[at] = key;
}

void lane_heap_pop(struct lane_heap *heap)
{
	heap->keys[0] = heap->keys[--heap->count];
	if (heap->count)
		sift_down(heap);
}

/* A key's children are not before it: whole branches are left out. */
static size_t list_from(const struct lane_heap *heap, size_t at, uint64_t tick,
			uint32_t *lanes)
{
	size_t count = 1;

	if (at >= heap->count || heap->keys[at].tick > tick)
		return 0;
	lanes[0] = heap->keys[at].lane;
	count += list_from(heap, 2 * at + 1, tick, lanes + count);
	count += list_from(heap, 2 * at + 2, tick, lanes + count);
	return count;
}

size_t lane_heap_list(const struct lane_heap *heap, uint64_t tick,
		      uint32_t *lanes)
{
	return list_from(heap, 0, tick, lanes);
}

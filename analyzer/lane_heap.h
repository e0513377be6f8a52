/* SPDX-License-Identifier: MIT */
/*
 * Lanes by the tick of their next event: a binary heap of (tick, lane). Equal
 * ticks come in the lanes' order, so that replays repeat exactly.
 */
#ifndef ANALYZER_LANE_HEAP_H
#define ANALYZER_LANE_HEAP_H

#include <stddef.h>
#include <stdint.h>

struct lane_key {
	uint64_t tick;
	uint32_t lane;
};

struct lane_heap {
	struct lane_key *keys; /* keys[0] is the first of all */
	size_t count;
};

/* Room for lane_count lanes, each in it once at most. */
void lane_heap_init(struct lane_heap *heap, size_t lane_count);
void lane_heap_release(struct lane_heap *heap);
void lane_heap_push(struct lane_heap *heap, uint32_t lane, uint64_t tick);
/* Removes keys[0]. */
void lane_heap_pop(struct lane_heap *heap);

/*
 * Writes the lanes up to `tick` to `lanes` (room for all), in no order; returns
 * how many.
 */
size_t lane_heap_list(const struct lane_heap *heap, uint64_t tick,
		      uint32_t *lanes);

#endif

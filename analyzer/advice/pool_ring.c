/* SPDX-License-Identifier: MIT */
/*
 * A ring of C objects, handed out in turn: an allocation looks at the next slot
 * only. An empty one is filled, by a real allocation, and keeps its object; if
 * the object is still in use, the allocation is a real one, and so is its free.
 */
#include "analyzer/advice/pool_policy.h"
#include "analyzer/live_table.h"
#include "analyzer/memory.h"

#include <stdlib.h>

enum slot { SLOT_EMPTY, SLOT_IDLE, SLOT_BUSY };

/* A block's number among those of its class says which slots it looked at; the
 * bits, by cap, which of them it got. */
struct ring_block {
	uint64_t address, number;
	uint32_t got;
};

struct pool_ring {
	const struct pool_caps *caps;
	size_t classes;
	uint8_t **slots;   /* by class and cap */
	uint64_t *numbers; /* of the next block, by class */
	struct live_table live;
	struct pool_gauge gauges[POOL_CAPS];
	struct ring_block *released; /* by lane: the last one */
	size_t lane_room;
};

/* Caps that a ring can have. */
static size_t cap_count(const struct pool_ring *p)
{
	return p->caps->count - 1;
}

static void *begin(const struct pool_options *options)
{
	struct pool_ring *p = xcalloc(1, sizeof(*p));

	p->caps = options->caps;
	p->classes = options->size_count;
	p->slots = xcalloc(p->classes * POOL_CAPS, sizeof(*p->slots));
	for (size_t i = 0; i < p->classes; i++)
		for (size_t j = 0; j < cap_count(p); j++)
			p->slots[i * POOL_CAPS + j] =
				xcalloc((size_t)p->caps->caps[j], 1);
	p->numbers = xcalloc(p->classes, sizeof(*p->numbers));
	live_table_init(&p->live);
	return p;
}

static void end(void *state)
{
	struct pool_ring *p = state;

	for (size_t i = 0; i < p->classes * POOL_CAPS; i++)
		free(p->slots[i]);
	free(p->slots);
	free(p->numbers);
	free(p->released);
	live_table_release(&p->live);
	free(p);
}

static uint8_t *slot_of(const struct pool_ring *p, uint32_t class, size_t cap,
			uint64_t number)
{
	return &p->slots[class * POOL_CAPS + cap]
			[number % p->caps->caps[cap]];
}

/* The live table keeps a number as a tick, bits as a site. */
static void remember(struct pool_ring *p, const struct ring_block *block)
{
	const struct live_block live = {
		.address = block->address,
		.tick_high = block->number >> 32 & 0xffff,
		.tick_low = block->number & 0xffffffff,
		.site = block->got,
	};

	if (live.address)
		live_table_add(&p->live, &live);
}

static void allocate(void *state, const struct pool_move *move)
{
	struct pool_ring *p = state;
	struct ring_block block = { .address = move->address,
				    .number = p->numbers[move->class]++ };

	for (size_t i = 0; i < cap_count(p); i++) {
		uint8_t *slot = slot_of(p, move->class, i, block.number);

		pool_gauge_heap(&p->gauges[i], move->heap_bytes);
		if (*slot == SLOT_BUSY)
			continue;
		if (*slot == SLOT_IDLE) {
			p->gauges[i].hits++;
			pool_gauge_change(&p->gauges[i], move->tick, -1,
					  move->bytes);
		}
		*slot = SLOT_BUSY;
		block.got |= UINT32_C(1) << i;
	}
	remember(p, &block);
}

/* In case that it is taken back. */
static void note_released(struct pool_ring *p, uint32_t lane,
			  const struct ring_block *block)
{
	size_t room = p->lane_room;

	while (room <= lane)
		room = room * 2 + 8;
	if (room > p->lane_room)
		p->released = xreallocarray(p->released, room,
					    sizeof(*p->released));
	for (; p->lane_room < room; p->lane_room++)
		p->released[p->lane_room] = (struct ring_block){ 0 };
	p->released[lane] = *block;
}

static void release(void *state, const struct pool_move *move)
{
	struct pool_ring *p = state;
	struct ring_block block = { .address = move->address };
	struct live_block live = { 0 };

	if (live_table_take(&p->live, move->address, &live)) {
		block.number = live_block_tick(&live);
		block.got = live.site;
	}
	for (size_t i = 0; i < cap_count(p); i++) {
		pool_gauge_heap(&p->gauges[i], move->heap_bytes);
		if (!(block.got >> i & 1))
			continue;
		*slot_of(p, move->class, i, block.number) = SLOT_IDLE;
		pool_gauge_change(&p->gauges[i], move->tick, 1, move->bytes);
	}
	note_released(p, move->lane, &block);
}

static void restore(void *state, const struct pool_move *move)
{
	struct pool_ring *p = state;
	struct ring_block block = { 0 };

	if (move->lane < p->lane_room &&
	    p->released[move->lane].address == move->address)
		block = p->released[move->lane];
	block.address = move->address;
	for (size_t i = 0; i < cap_count(p); i++) {
		uint8_t *slot = slot_of(p, move->class, i, block.number);

		pool_gauge_heap(&p->gauges[i], move->heap_bytes);
		if (!(block.got >> i & 1))
			continue;
		if (*slot == SLOT_IDLE) {
			*slot = SLOT_BUSY;
			pool_gauge_change(&p->gauges[i], move->tick, -1,
					  move->bytes);
		} else { /* somebody got it meanwhile */
			block.got &= ~(UINT32_C(1) << i);
			p->gauges[i].hits--;
		}
	}
	remember(p, &block);
}

static void finish(void *state, uint64_t tick, double heap_bytes)
{
	struct pool_ring *p = state;

	(void)tick;
	for (size_t i = 0; i < cap_count(p); i++)
		pool_gauge_heap(&p->gauges[i], heap_bytes);
}

static void figures(const void *state, size_t cap, struct pool_span span,
		    struct pool_figures *out)
{
	const struct pool_ring *p = state;

	pool_gauge_figures(&p->gauges[cap], span, out);
}

const struct pool_policy pool_ring = {
	.word = "ring",
	.about = "that many objects, handed out in turn",
	.needs_cap = true,
	.locked = true,
	.begin = begin,
	.end = end,
	.allocate = allocate,
	.release = release,
	.restore = restore,
	.finish = finish,
	.figures = figures,
};

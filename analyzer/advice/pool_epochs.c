/* SPDX-License-Identifier: MIT */
/*
 * As Go's sync.Pool: each thread has a private slot and a list of its own. Who
 * finds both empty takes from the others' lists, then what the epoch before
 * left: its own slot, anybody's list. What an epoch and the next one have not
 * used is let go; in Go they are what lies between two garbage collections,
 * here tau. Since objects are alike, and a thread takes from any list before it
 * misses, only the lists' sum matters.
 */
#include "analyzer/advice/pool_policy.h"
#include "analyzer/memory.h"

#include <stdlib.h>

/* When a private slot was filled: the epoch + 1; 0: it is empty. */
struct private_slot {
	uint64_t now, old;
};

struct epoch_class {
	uint64_t shared_now, shared_old; /* in all threads' lists */
	uint64_t idle_now, idle_old;	 /* and in their slots */
	uint64_t bytes;			 /* of an object */
};

struct pool_epochs {
	struct pool_gauge gauge;
	uint64_t tau_ticks;
	uint64_t first_tick; /* of epoch 0 */
	uint64_t epoch;
	bool begun;
	size_t classes;
	struct epoch_class *of_class;
	struct private_slot *slots; /* by lane and class */
	size_t lane_room;
};

static void *begin(const struct pool_options *options)
{
	struct pool_epochs *p = xcalloc(1, sizeof(*p));

	p->tau_ticks = options->tau_ticks;
	p->classes = options->size_count;
	p->of_class = xcalloc(p->classes, sizeof(*p->of_class));
	for (size_t i = 0; i < p->classes; i++)
		p->of_class[i].bytes = options->sizes[i];
	return p;
}

static void end(void *state)
{
	struct pool_epochs *p = state;

	free(p->of_class);
	free(p->slots);
	free(p);
}

/* One epoch ends; false if nothing is left to let go. */
static bool turn(struct pool_epochs *p)
{
	uint64_t tick = p->first_tick + ++p->epoch * p->tau_ticks;
	bool left = false;

	for (size_t i = 0; i < p->classes; i++) {
		struct epoch_class *c = &p->of_class[i];

		pool_gauge_change(&p->gauge, tick, -(int64_t)c->idle_old,
				  c->bytes);
		c->idle_old = c->idle_now;
		c->shared_old = c->shared_now;
		c->idle_now = c->shared_now = 0;
		left = left || c->idle_old;
	}
	return left;
}

static void advance(struct pool_epochs *p, uint64_t tick)
{
	uint64_t epoch;

	if (!p->begun)
		p->first_tick = tick;
	p->begun = true;
	epoch = (tick - p->first_tick) / p->tau_ticks;
	while (p->epoch < epoch && turn(p))
		continue;
	p->epoch = epoch;
}

static struct private_slot *slot_of(struct pool_epochs *p, uint32_t lane,
				    uint32_t class)
{
	struct private_slot *slot;
	size_t room = p->lane_room, used = room * p->classes;

	while (room <= lane)
		room = room * 2 + 8;
	if (room > p->lane_room) {
		p->slots = xreallocarray(p->slots, room * p->classes,
					 sizeof(*p->slots));
		for (; used < room * p->classes; used++)
			p->slots[used] = (struct private_slot){ 0 };
		p->lane_room = room;
	}
	slot = &p->slots[lane * p->classes + class];
	if (slot->now && slot->now != p->epoch + 1) {
		slot->old = slot->now;
		slot->now = 0;
	}
	if (slot->old != p->epoch)
		slot->old = 0;
	return slot;
}

/* False: there is none. */
static bool take(struct pool_epochs *p, uint32_t lane, uint32_t class)
{
	struct private_slot *slot = slot_of(p, lane, class);
	struct epoch_class *c = &p->of_class[class];

	if (slot->now || c->shared_now) {
		c->shared_now -= !slot->now;
		slot->now = 0;
		c->idle_now--;
		return true;
	}
	if (!slot->old && !c->shared_old)
		return false;
	c->shared_old -= !slot->old;
	slot->old = 0;
	c->idle_old--;
	return true;
}

static void allocate(void *state, const struct pool_move *move)
{
	struct pool_epochs *p = state;

	pool_gauge_heap(&p->gauge, move->heap_bytes);
	advance(p, move->tick);
	if (!take(p, move->lane, move->class))
		return;
	p->gauge.hits++;
	pool_gauge_change(&p->gauge, move->tick, -1, move->bytes);
}

static void release(void *state, const struct pool_move *move)
{
	struct pool_epochs *p = state;
	struct epoch_class *c = &p->of_class[move->class];
	struct private_slot *slot;

	pool_gauge_heap(&p->gauge, move->heap_bytes);
	advance(p, move->tick);
	slot = slot_of(p, move->lane, move->class);
	c->shared_now += slot->now > 0;
	slot->now = p->epoch + 1;
	c->idle_now++;
	pool_gauge_change(&p->gauge, move->tick, 1, move->bytes);
}

static void restore(void *state, const struct pool_move *move)
{
	struct pool_epochs *p = state;

	pool_gauge_heap(&p->gauge, move->heap_bytes);
	advance(p, move->tick);
	if (take(p, move->lane, move->class))
		pool_gauge_change(&p->gauge, move->tick, -1, move->bytes);
	else
		p->gauge.hits--;
}

static void finish(void *state, uint64_t tick, double heap_bytes)
{
	struct pool_epochs *p = state;

	pool_gauge_heap(&p->gauge, heap_bytes);
	advance(p, tick);
}

static void figures(const void *state, size_t cap, struct pool_span span,
		    struct pool_figures *out)
{
	const struct pool_epochs *p = state;

	(void)cap;
	pool_gauge_figures(&p->gauge, span, out);
}

const struct pool_policy pool_epochs = {
	.word = "sync",
	.about = "as Go's sync.Pool; unused for two epochs: freed",
	.uncapped = true,
	.timed = true,
	.begin = begin,
	.end = end,
	.allocate = allocate,
	.release = release,
	.restore = restore,
	.finish = finish,
	.figures = figures,
};

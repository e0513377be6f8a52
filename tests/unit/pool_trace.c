/* SPDX-License-Identifier: MIT */
#include "tests/unit/pool_trace.h"

#include <string.h>

#include "tests/unit/dump_builder.h"

#define PLACES 48
#define NOBODY UINT32_MAX

struct place {
	uint64_t size;
	uint32_t owner;
	uint32_t restorer; /* whose realloc is going to fail, or NOBODY */
};

static void put(struct trace *t, enum act act, const struct place *place,
		size_t index, uint32_t lane, uint64_t heap)
{
	t->steps[t->count++] = (struct trace_step){
		.act = act,
		.step = { .tick = t->last_tick,
			  .size = place->size,
			  .address = 0x1000 + index * 64,
			  .lane = lane,
			  .owner = place->owner,
			  .heap_bytes = heap },
	};
}

/* A thread's failed realloc, before whatever else it does. */
static bool restore(struct trace *t, struct place *places, uint32_t lane,
		    uint64_t heap)
{
	for (size_t i = 0; i < PLACES; i++) {
		if (places[i].size == 0 || places[i].restorer != lane)
			continue;
		put(t, RESTORE, &places[i], i, lane, heap);
		places[i].restorer = NOBODY;
		return true;
	}
	return false;
}

/* One call of a random thread at a random place; `bias` of 8 calls allocate. */
static void call(struct trace *t, struct place *places, uint64_t *seed,
		 uint32_t lanes, uint32_t bias)
{
	size_t i = builder_random(seed) % PLACES;
	uint32_t lane = (uint32_t)(builder_random(seed) % lanes);
	uint64_t heap = builder_random(seed) % 3000;
	bool live = places[i].size > 0;

	if (restore(t, places, lane, heap) ||
	    (live && places[i].restorer != NOBODY) ||
	    live != (builder_random(seed) % 8 >= bias))
		return;
	if (!live) {
		places[i].size = 1 + builder_random(seed) % 100;
		places[i].owner = lane;
		places[i].restorer = NOBODY;
		put(t, ALLOCATE, &places[i], i, lane, heap);
		return;
	}
	put(t, RELEASE, &places[i], i, lane, heap);
	if (t->restores && builder_random(seed) % 4 == 0)
		places[i].restorer = lane;
	else
		places[i].size = 0;
}

void pool_trace_make(struct trace *t, uint64_t seed)
{
	struct place places[PLACES] = { 0 };
	uint64_t lanes, bias, pause, steps;

	memset(t, 0, sizeof(*t));
	lanes = 1 + builder_random(&seed) % 5;
	t->size_count = 1 + builder_random(&seed) % 3;
	t->sizes[0] = t->size_count > 1 ? 20 : 90;
	t->sizes[1] = 50;
	t->sizes[2] = 90;
	t->tau = 1 + builder_random(&seed) % 60;
	t->restores = builder_random(&seed) % 2;
	pool_caps_init(&t->caps, builder_random(&seed) % 2 ? 3 : 0);
	steps = 1 + builder_random(&seed) % STEPS_MAX;
	pause = 1 + builder_random(&seed) % 20;
	bias = 1 + builder_random(&seed) % 7;
	t->last_tick = builder_random(&seed) % 1000;
	for (size_t i = 0; i < steps; i++) {
		if (builder_random(&seed) % 40 == 0)
			bias = 1 + builder_random(&seed) % 7;
		t->last_tick += builder_random(&seed) % pause;
		call(t, places, &seed, (uint32_t)lanes, (uint32_t)bias);
	}
	t->last_tick += builder_random(&seed) % 50;
	t->last_heap = builder_random(&seed) % 3000;
}

struct pool_sim *pool_trace_simulate(const struct trace *t,
				     const struct pool_policy *policy)
{
	const struct pool_options options = {
		.caps = &t->caps,
		.sizes = t->sizes,
		.size_count = t->size_count,
		.tau_ticks = t->tau,
	};
	struct pool_sim *sim = pool_sim_new(policy, &options);

	for (size_t i = 0; i < t->count; i++) {
		const struct pool_step *step = &t->steps[i].step;

		if (t->steps[i].act == ALLOCATE)
			pool_sim_allocate(sim, step);
		else if (t->steps[i].act == RELEASE)
			pool_sim_release(sim, step);
		else
			pool_sim_restore(sim, step);
	}
	pool_sim_finish(sim, t->last_tick, t->last_heap);
	return sim;
}

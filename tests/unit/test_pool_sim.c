/* SPDX-License-Identifier: MIT */
/*
 * Pools simulated over random traces, against one that keeps every object,
 * under every policy and cap; and what must hold of them whatever the trace.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/advice/pool_price.h"
#include "analyzer/advice/pool_sim.h"
#include "tests/unit/dump_builder.h"
#include "tests/unit/plain_pool.h"

#define STEPS_MAX 400
#define PLACES 48

enum act { ALLOCATE, RELEASE, RESTORE };

struct trace_step {
	enum act act;
	struct pool_step step;
};

struct trace {
	struct trace_step steps[2 * STEPS_MAX];
	size_t count;
	uint64_t last_tick, last_heap;
	uint64_t sizes[3];
	size_t size_count;
	uint64_t tau;
	struct pool_caps caps;
	bool restores;
};

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

static void make(struct trace *t, uint64_t seed)
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

static struct pool_sim *simulate(const struct trace *t,
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

static void plain_simulate(const struct trace *t, struct plain_pool *plain)
{
	for (size_t i = 0; i < t->count; i++) {
		const struct pool_step *step = &t->steps[i].step;

		if (t->steps[i].act == ALLOCATE)
			plain_pool_allocate(plain, step);
		else if (t->steps[i].act == RELEASE)
			plain_pool_release(plain, step);
		else
			plain_pool_restore(plain, step);
	}
	plain_pool_finish(plain, t->last_tick, t->last_heap);
}

static void compare_idle(const struct pool_idle *idle, const double *plain)
{
	assert_true(idle->peak == plain[0]);
	assert_true(fabs(idle->mean - plain[1]) <= 1e-9 * (1 + plain[1]));
	assert_true(idle->end == plain[2]);
}

static void compare(uint64_t seed, enum plain_policy which)
{
	const struct pool_policy *policy = pool_policy_at(which);
	struct pool_figures f;
	struct trace t;
	struct pool_sim *sim;

	make(&t, seed);
	sim = simulate(&t, policy);
	for (size_t cap = pool_sim_first_cap(sim);
	     cap <= pool_sim_last_cap(sim); cap++) {
		struct plain_pool plain;

		plain_pool_init(&plain, which, t.caps.caps[cap], t.tau);
		plain.sizes = t.sizes;
		plain.size_count = t.size_count;
		plain_simulate(&t, &plain);
		pool_sim_figures(sim, cap, &f);
		if (plain.hits < 0) { /* more restores than hits */
			plain.calls_saved -= 2 * plain.hits;
			plain.hits = 0;
		}
		if (f.hits != (uint64_t)plain.hits ||
		    f.peak_bytes != plain.peak_bytes)
			fail_msg("seed %lu, %s, cap %lu: %lu hits, plainly "
				 "%ld; peak %g, %g", seed, policy->word,
				 t.caps.caps[cap], f.hits, plain.hits,
				 f.peak_bytes, plain.peak_bytes);
		compare_idle(&f.idle_blocks, plain.blocks);
		compare_idle(&f.idle_bytes, plain.bytes);
		/* frees of what is idle in the end were spared, too */
		assert_int_equal(f.calls_saved + (uint64_t)f.idle_blocks.end,
				 plain.calls_saved);
		plain_pool_release_all(&plain);
	}
	pool_sim_free(sim);
}

static void compare_seeds(enum plain_policy which)
{
	for (uint64_t seed = 1; seed <= 1500; seed++)
		compare(seed * 7919, which);
}

static void test_shared(void **state)
{
	(void)state;
	compare_seeds(PLAIN_SHARED);
}

static void test_freeing(void **state)
{
	(void)state;
	compare_seeds(PLAIN_FREEING);
}

static void test_owner(void **state)
{
	(void)state;
	compare_seeds(PLAIN_OWNER);
}

static void test_epochs(void **state)
{
	(void)state;
	compare_seeds(PLAIN_SYNC);
}

static void test_ring(void **state)
{
	(void)state;
	compare_seeds(PLAIN_RING);
}

static void test_trim(void **state)
{
	(void)state;
	compare_seeds(PLAIN_TRIM);
}

/* L_max and L_end over all pool sizes, counted from the trace alone. */
static void count_live(const struct trace *t, uint64_t *most, uint64_t *last)
{
	uint64_t live[3] = { 0 }, peak[3] = { 0 };

	for (size_t i = 0; i < t->count; i++) {
		size_t class = 0;

		while (class < t->size_count &&
		       t->steps[i].step.size > t->sizes[class])
			class++;
		if (class == t->size_count)
			continue;
		live[class] += t->steps[i].act == RELEASE ? UINT64_MAX : 1;
		if (live[class] > peak[class])
			peak[class] = live[class];
	}
	*most = peak[0] + peak[1] + peak[2];
	*last = live[0] + live[1] + live[2];
}

/* An unbounded shared list misses L_max times and keeps L_max - L_end; all hit
 * more with more room, and none more than that. */
static void test_identities(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 4000; seed++) {
		struct pool_totals totals;
		struct pool_figures f;
		struct pool_sim *sim;
		uint64_t most, last;
		struct trace t;

		make(&t, seed * 104729);
		count_live(&t, &most, &last);
		sim = simulate(&t, pool_policy_named("shared"));
		pool_sim_totals(sim, &totals);
		pool_sim_figures(sim, pool_sim_last_cap(sim), &f);
		assert_int_equal(totals.misses_least, most);
		assert_int_equal(totals.live_end, last);
		assert_int_equal(totals.pooled - f.hits, most);
		assert_true(f.idle_blocks.end == (double)(most - last));
		assert_true(totals.allocations == 0 ||
			    fabs(pool_totals_bound(&totals) -
				 (double)f.hits /
				 (double)totals.allocations) < 1e-12);
		pool_sim_free(sim);
	}
}

static void test_monotone(void **state)
{
	static const char *const words[] = { "shared", "freeing", "owner" };

	(void)state;
	for (uint64_t seed = 1; seed <= 3000; seed++) {
		struct pool_figures f, bound;
		struct pool_sim *sim;
		struct trace t;
		uint64_t before = 0;

		make(&t, seed * 15485863);
		sim = simulate(&t, pool_policy_named("shared"));
		pool_sim_figures(sim, pool_sim_last_cap(sim), &bound);
		pool_sim_free(sim);
		sim = simulate(&t, pool_policy_named(words[seed % 3]));
		for (size_t i = 0; i < t.caps.count; i++) {
			pool_sim_figures(sim, i, &f);
			assert_true(f.hits >= before);
			assert_true(f.hits <= bound.hits);
			before = f.hits;
		}
		pool_sim_free(sim);
	}
}

/* Bursts of `burst` allocations, then as many releases. */
static struct pool_sim *bursts(const char *word, const struct pool_caps *caps,
			       uint64_t burst, int times)
{
	const uint64_t size = 64;
	const struct pool_options options = {
		.caps = caps, .sizes = &size, .size_count = 1, .tau_ticks = 10,
	};
	struct pool_sim *sim = pool_sim_new(pool_policy_named(word), &options);
	struct pool_step step = { .size = 64 };

	for (int i = 0; i < times; i++) {
		for (step.address = 1; step.address <= burst; step.address++) {
			step.tick++;
			pool_sim_allocate(sim, &step);
		}
		for (step.address = 1; step.address <= burst; step.address++) {
			step.tick++;
			pool_sim_release(sim, &step);
		}
	}
	pool_sim_finish(sim, step.tick, 0);
	return sim;
}

static void test_knee(void **state)
{
	struct pool_caps caps;
	struct pool_figures f;
	struct pool_sim *sim;

	(void)state;
	pool_caps_init(&caps, 0);
	sim = bursts("shared", &caps, 100, 1000);
	assert_int_equal(caps.caps[pool_sim_knee(sim)], 128);
	pool_sim_figures(sim, pool_caps_find(&caps, 64), &f);
	assert_int_equal(f.hits, 64 * 999);
	assert_int_equal(f.calls_saved, 64 * 999 * 2);
	pool_sim_figures(sim, pool_caps_find(&caps, 128), &f);
	assert_int_equal(f.hits, 100 * 999);
	assert_true(f.idle_bytes.peak == 6400 && f.idle_bytes.end == 6400);
	pool_sim_free(sim);
	pool_caps_init(&caps, 100);
	sim = bursts("freeing", &caps, 100, 1000);
	assert_int_equal(caps.caps[pool_sim_knee(sim)], 100);
	pool_sim_free(sim);
	sim = bursts("ring", &caps, 100, 1000);
	assert_int_equal(caps.caps[pool_sim_knee(sim)], 100);
	pool_sim_free(sim);
}

static void test_caps(void **state)
{
	struct pool_caps caps;

	(void)state;
	pool_caps_init(&caps, 0);
	assert_int_equal(caps.count, 18);
	assert_int_equal(caps.caps[16], 65536);
	assert_true(caps.caps[17] == POOL_CAP_NONE);
	pool_caps_init(&caps, 4);
	assert_int_equal(caps.count, 18);
	pool_caps_init(&caps, 5);
	assert_int_equal(caps.count, 19);
	assert_int_equal(caps.caps[3], 5);
	assert_int_equal(pool_caps_find(&caps, 5), 3);
	pool_caps_init(&caps, POOL_CAP_MAX);
	assert_int_equal(caps.caps[17], POOL_CAP_MAX);
	assert_int_equal(caps.count, 19);
}

/* Two pools that take turns, and one that is there all the time. */
static void test_price(void **state)
{
	struct pool_price price = { 0 };
	struct pool_share a = { 0 }, b = { 0 }, c = { 0 };

	(void)state;
	pool_price_allocate(&price, &c, 5);
	pool_price_allocate(&price, &a, 100);
	assert_int_equal(pool_price_bytes(&price), 0);
	pool_price_release(&price, &a, 100);
	pool_price_allocate(&price, &b, 70);
	assert_int_equal(pool_price_bytes(&price), 70);
	pool_price_allocate(&price, &a, 100);
	assert_int_equal(pool_price_bytes(&price), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_caps),
		cmocka_unit_test(test_shared),
		cmocka_unit_test(test_freeing),
		cmocka_unit_test(test_owner),
		cmocka_unit_test(test_epochs),
		cmocka_unit_test(test_ring),
		cmocka_unit_test(test_trim),
		cmocka_unit_test(test_identities),
		cmocka_unit_test(test_monotone),
		cmocka_unit_test(test_knee),
		cmocka_unit_test(test_price),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

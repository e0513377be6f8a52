/* SPDX-License-Identifier: MIT */
/* What holds of pools whatever the trace, and of traces that are known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "tests/unit/pool_trace.h"

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

		pool_trace_make(&t, seed * 104729);
		count_live(&t, &most, &last);
		sim = pool_trace_simulate(&t, pool_policy_named("shared"));
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

		pool_trace_make(&t, seed * 15485863);
		sim = pool_trace_simulate(&t, pool_policy_named("shared"));
		pool_sim_figures(sim, pool_sim_last_cap(sim), &bound);
		pool_sim_free(sim);
		sim = pool_trace_simulate(&t,
					  pool_policy_named(words[seed % 3]));
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_identities),
		cmocka_unit_test(test_monotone),
		cmocka_unit_test(test_knee),
		cmocka_unit_test(test_caps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

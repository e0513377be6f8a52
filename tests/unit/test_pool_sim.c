/* SPDX-License-Identifier: MIT */
/*
 * Pools simulated over random traces, against one that keeps every object,
 * under every policy and cap.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "tests/unit/plain_pool.h"
#include "tests/unit/pool_trace.h"

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

	pool_trace_make(&t, seed);
	sim = pool_trace_simulate(&t, policy);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shared),
		cmocka_unit_test(test_freeing),
		cmocka_unit_test(test_owner),
		cmocka_unit_test(test_epochs),
		cmocka_unit_test(test_ring),
		cmocka_unit_test(test_trim),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

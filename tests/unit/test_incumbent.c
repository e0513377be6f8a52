/* SPDX-License-Identifier: MIT */
/*
 * The incumbent on traces small enough to work out by hand, by glibc's rules at
 * several versions, and on garbage. tests/e2e/tcache.sh has the comparison with
 * what glibc really did.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "analyzer/advice/incumbent.h"
#include "tests/unit/dump_builder.h"

#define HEAP UINT64_C(0x555555560000)
#define AT(n) (HEAP + 0x2a0 + 0x70 * (uint64_t)(n)) /* of 100 bytes each */
#define SIZE 100

static struct lane lanes[2] = { { .serial = 1 }, { .serial = 2 } };
static struct model_thread threads[2] = { { .serial = 1 }, { .serial = 2 } };
static char path[] = "/lib/x86_64-linux-gnu/libc.so.6";
static uint64_t now;

static struct incumbent *with(const char *version, const char *tunables)
{
	static char texts[2][80];
	struct recording recording = { .lanes = lanes, .lane_count = 2 };
	struct model_meta *meta = &recording.model.meta;

	strcpy(texts[0], version);
	strcpy(texts[1], tunables);
	meta->allocator = path;
	meta->allocator_version = texts[0];
	meta->tunables = texts[1];
	meta->mode = MODE_EXACT;
	recording.model.threads = threads;
	recording.model.thread_count = 2;
	now = 1;
	return incumbent_new(&recording);
}

static bool call(struct incumbent *in, uint32_t lane, unsigned int kind,
		 struct live_block block)
{
	struct event event = { .kind = (uint8_t)kind };
	struct replay_step step = { .event = &event, .block = &block,
				    .tick = now++, .lane = lane };

	if (event_is_allocation(kind))
		return incumbent_allocated(in, &step);
	step.end = kind == EVENT_REALLOC_OLD ? REPLAY_REALLOCATED : REPLAY_FREED;
	incumbent_released(in, &step);
	return false;
}

static bool take(struct incumbent *in, uint32_t lane, uint64_t address)
{
	return call(in, lane, EVENT_MALLOC,
		    (struct live_block){ .address = address, .size = SIZE });
}

static void give(struct incumbent *in, uint32_t lane, uint64_t address)
{
	call(in, lane, EVENT_FREE,
	     (struct live_block){ .address = address, .size = SIZE });
}

static unsigned int fill(struct incumbent *in, int blocks)
{
	unsigned int hits = 0;

	for (int i = 0; i < blocks; i++)
		hits += take(in, 0, AT(i));
	for (int i = 0; i < blocks; i++)
		give(in, 0, AT(i));
	return hits;
}

/* Ten are freed: seven into the cache, three into a fastbin. Seven come back,
 * last first; then a miss brings the two that are left along. */
static void test_stashing(void **state)
{
	static const int order[] = { 6, 5, 4, 3, 2, 1, 0, 9, 7, 8 };
	static const bool served[] = { 1, 1, 1, 1, 1, 1, 1, 0, 1, 1 };
	struct incumbent *in = with("2.36", "");
	struct incumbent_totals totals;

	(void)state;
	assert_int_equal(fill(in, 10), 0);
	for (int i = 0; i < 10; i++)
		assert_int_equal(take(in, 0, AT(order[i])), served[i]);
	totals = incumbent_totals(in);
	assert_int_equal(totals.calls, 20);
	assert_int_equal(totals.hits, 9);
	assert_int_equal(totals.corrected, 0);
	incumbent_free(in);
}

/* How many of twenty blocks, freed one after the other, come back from the cache,
 * last first. */
static unsigned int depth(const char *version, const char *tunables)
{
	struct incumbent *in = with(version, tunables);
	unsigned int hits = 0;

	fill(in, 20);
	for (int i = 19; i >= 0; i--)
		hits += take(in, 0, AT(i));
	incumbent_free(in);
	return hits;
}

static void test_versions(void **state)
{
	struct incumbent *in;

	(void)state;
	assert_null(with("2.25", ""));
	assert_null(with("", ""));
	assert_int_equal(depth("2.36", "glibc.malloc.tcache_count=0"), 0);
	assert_int_equal(depth("2.36", "glibc.malloc.tcache_max=64"), 0);
	assert_int_equal(depth("2.36", "glibc.malloc.tcache_count=20"), 20);
	assert_int_equal(depth("2.36", "x=1:glibc.malloc.tcache_count=0"), 0);
	assert_int_equal(depth("2.36", "glibc.malloc.tcache_count=20:"
				       "glibc.malloc.tcache_count=99999"), 20);
	for (int calls_cache = 0; calls_cache < 2; calls_cache++) {
		in = with(calls_cache ? "2.41" : "2.40", "");
		fill(in, 1);
		assert_int_equal(call(in, 0, EVENT_CALLOC,
				      (struct live_block){ .address = AT(0),
							   .size = SIZE }),
				 calls_cache);
		incumbent_free(in);
	}
}

/* The thread that frees has it, not the one that allocated; and when it ends,
 * the others find it in the bins. */
static void test_threads(void **state)
{
	struct incumbent *in = with("2.36", "");

	(void)state;
	assert_false(take(in, 0, AT(0)));
	assert_false(take(in, 0, AT(1)));
	give(in, 1, AT(0));
	assert_true(take(in, 1, AT(0)));
	give(in, 1, AT(0));
	incumbent_free(in);

	threads[1].ended_tick = 5;
	in = with("2.36", "");
	take(in, 0, AT(0));
	take(in, 0, AT(1));
	give(in, 1, AT(0));
	give(in, 1, AT(1));
	now = 6;
	assert_false(take(in, 0, AT(0))); /* last into the fastbin */
	assert_true(take(in, 0, AT(1))); /* came along */
	incumbent_free(in);
	threads[1].ended_tick = 0;
}

/* A block that grows in place takes its free neighbour, if that was merged. */
static void test_growing(void **state)
{
	struct incumbent *in = with("2.36", "glibc.malloc.tcache_count=0:"
					    "glibc.malloc.mxfast=0");
	struct live_block old = { .address = AT(0), .size = SIZE };
	struct live_block larger = { .address = AT(0), .size = 200 };

	(void)state;
	for (int i = 0; i < 3; i++)
		take(in, 0, AT(i));
	give(in, 0, AT(1));
	call(in, 0, EVENT_REALLOC_OLD, old);
	assert_false(call(in, 0, EVENT_REALLOC_NEW, larger));
	assert_int_equal(incumbent_totals(in).corrected, 0);
	incumbent_free(in);

	in = with("2.36", "");
	take(in, 0, AT(0));
	take(in, 0, AT(1));
	call(in, 0, EVENT_REALLOC_OLD, old); /* fails: it is still there */
	incumbent_restored(in, &(struct replay_step){
		.event = &(struct event){ 0 }, .block = &old, .tick = now });
	give(in, 0, AT(0));
	assert_true(take(in, 0, AT(0)));
	incumbent_free(in);
}

/* Nothing that a dump may say does harm. */
static void test_garbage(void **state)
{
	struct incumbent *in = with("2.36", "");
	uint64_t seed = 7;

	(void)state;
	for (int i = 0; i < 300000; i++) {
		uint64_t r = builder_random(&seed);
		struct live_block block = {
			.address = r % 3 ? HEAP + 16 * (r >> 8 & 0xfff) :
					   builder_random(&seed) >> (r & 31),
			.size = builder_random(&seed) >> (r >> 40 & 63),
		};

		call(in, (uint32_t)(r >> 30 & 3), (unsigned int)(r >> 20) & 31,
		     block);
	}
	assert_true(incumbent_totals(in).hits <= incumbent_totals(in).calls);
	incumbent_free(in);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stashing),
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_growing),
		cmocka_unit_test(test_garbage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

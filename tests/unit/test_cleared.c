/* SPDX-License-Identifier: MIT */
/* What calloc has to clear: used memory, fresh memory, mapped blocks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "analyzer/advice/cleared.h"
#include "tests/unit/dump_builder.h"

#define REGION (UINT64_C(64) << 20)
#define HEAP (UINT64_C(0x5555) << 26)

struct world {
	struct recording recording;
	struct census census;
	struct signal_pass pass;
	struct cleared cleared;
	struct signal_part part;
};

static void begin(struct world *w)
{
	static char none[] = "";

	memset(w, 0, sizeof(*w));
	w->recording.model.meta.allocator = none;
	w->recording.model.meta.allocator_version = none;
	w->recording.model.meta.tunables = none;
	w->pass.recording = &w->recording;
	w->pass.count = 1;
	cleared_init(&w->cleared, &w->pass);
	w->part = cleared_part(&w->cleared);
}

static void allocate(struct world *w, unsigned int kind, uint64_t address,
		     uint64_t size)
{
	const struct event event = { .kind = kind };
	const struct live_block block = { .address = address, .size = size };
	const struct replay_step step = { .event = &event, .block = &block };
	const struct signal_step s = { .step = &step, .weight = 1 };

	w->part.allocated(w->part.context, &s);
}

static void check(const struct world *w, double used, double fresh,
		  double mapped)
{
	const struct cleared_sums *sums = &w->cleared.sums[0];

	assert_float_equal(sums->used, used, 0);
	assert_float_equal(sums->fresh, fresh, 0);
	assert_float_equal(sums->mapped, mapped, 0);
}

static void test_used_and_fresh(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	allocate(&w, EVENT_CALLOC, HEAP + 0x1010, 1000);
	check(&w, 0, 1000, 0);
	allocate(&w, EVENT_CALLOC, HEAP + 0x1010, 1000); /* again */
	check(&w, 1000, 1000, 0);
	allocate(&w, EVENT_MALLOC, HEAP + 0x2000, 0x1000); /* used by others */
	allocate(&w, EVENT_CALLOC, HEAP + 0x2800, 0x1000); /* half of it */
	check(&w, 1000 + 0x800, 1000 + 0x800, 0);
	allocate(&w, EVENT_CALLOC, HEAP + REGION + 64, 500); /* elsewhere */
	check(&w, 1000 + 0x800, 1500 + 0x800, 0);
	cleared_release(&w.cleared);
}

static void test_across_regions(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	allocate(&w, EVENT_MALLOC, HEAP + REGION - 100, 50);
	allocate(&w, EVENT_CALLOC, HEAP + REGION - 100, 300);
	check(&w, 50, 250, 0);
	allocate(&w, EVENT_CALLOC, HEAP + REGION - 100, 300);
	check(&w, 350, 250, 0);
	cleared_release(&w.cleared);
}

static void test_mapped(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	allocate(&w, EVENT_CALLOC, HEAP + 16, 128 << 10);
	check(&w, 0, 0, 128 << 10);
	allocate(&w, EVENT_CALLOC, HEAP + 32, 128 << 10); /* in the heap */
	check(&w, 0, 128 << 10, 128 << 10);
	allocate(&w, EVENT_CALLOC, HEAP + 16, 1000);
	check(&w, 1000, 128 << 10, 128 << 10); /* below one that was there */
	cleared_release(&w.cleared);
}

/* All bytes are of one kind, whatever the blocks are, in bounded time. */
static void test_nonsense(void **state)
{
	const struct cleared_sums *sums;
	uint64_t seed = 3;
	double all = 0;
	struct world w;

	(void)state;
	begin(&w);
	for (int i = 0; i < 20000; i++) {
		uint64_t random = builder_random(&seed);
		uint64_t size = builder_random(&seed) >> 16 >> (random & 47);

		allocate(&w, EVENT_CALLOC, random >> (random >> 8 & 31), size);
		all += (double)size;
	}
	sums = &w.cleared.sums[0];
	assert_float_equal(sums->used + sums->fresh + sums->mapped, all,
			   all * 1e-9);
	cleared_release(&w.cleared);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_used_and_fresh),
		cmocka_unit_test(test_across_regions),
		cmocka_unit_test(test_mapped),
		cmocka_unit_test(test_nonsense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* The USAGE series: how often, and how much of it a sudden end can take. */
#include "tests/unit/fake_ring.h"

#define MS UINT64_C(1000000)

static int asked;

static int usage(struct usage_sample *sample, int pid)
{
	(void)pid;
	sample->rss_bytes = (uint64_t)++asked << 20;
	return 0;
}

static void test_little_waits_in_memory(void **state)
{
	struct series series;
	struct probe p;
	struct fake f;

	(void)state;
	asked = 0;
	fake_init(&f, "/tmp");
	assert_int_equal(writer_open(&f.drain.writer), 0);
	series_init(&series, usage, 0);
	for (uint64_t i = 0; i < 200; i++) {
		struct series_moment moment = {
			.tick = i,
			.monotonic_ns = 1000 * MS + i * 10 * MS,
			.flow = true,
		};

		assert_int_equal(series_write(&series, &f.drain.writer,
					      &moment), 0);
		assert_true(series.count <= 10);
	}
	assert_int_equal(asked, 200);
	probe_dump(&p, f.path);
	assert_true(p.whole);
	assert_in_range(p.blocks[DUMP_USAGE], 19, 21);
	probe_release(&p);
	fake_release(&f);
}

static void test_idle_is_sampled_seldom(void **state)
{
	struct series series;
	struct fake f;

	(void)state;
	asked = 0;
	fake_init(&f, "/tmp");
	assert_int_equal(writer_open(&f.drain.writer), 0);
	series_init(&series, usage, 0);
	for (uint64_t i = 0; i <= 300; i++) {
		struct series_moment moment = {
			.tick = i,
			.monotonic_ns = 1000 * MS + i * 10 * MS,
			.last = i == 300,
		};

		assert_int_equal(series_write(&series, &f.drain.writer,
					      &moment), 0);
		assert_int_equal(series.count, 0);
	}
	assert_int_equal(asked, 4);
	fake_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_little_waits_in_memory),
		cmocka_unit_test(test_idle_is_sampled_seldom),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

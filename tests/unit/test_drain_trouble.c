/* SPDX-License-Identifier: MIT */
/* Draining when things go wrong: killed drainers, full disks, broken rings. */
#include "tests/unit/fake_ring.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>

/* Drains until it is killed. */
static void drain_for_ever(struct fake *f)
{
	struct drain d;

	fake_drain(f, &d, true);
	for (;;)
		drain_round(&d, DRAIN_ALL);
}

/* Drainers are killed at random moments; each next one goes on. */
static void test_kill_the_drainer(void **state)
{
	struct ring_buffer *b;
	uint64_t n = 0;
	struct probe p;
	struct fake f;

	(void)state;
	fake_init(&f, "/tmp");
	b = fake_buffer(&f, RING_BUFFER_BYTES_MIN, 1);
	srand(1);
	for (int kills = 0; kills < 150; kills++) {
		uint64_t until = n + 1 + (uint64_t)(rand() % 2000);
		pid_t child = fork();

		if (child == 0)
			drain_for_ever(&f);
		while (n < until)
			n += fake_commit(b, EVENT_MALLOC, n * 16, n, 2);
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
	}
	assert_int_equal(drain_finish(&f.drain, END_EXIT, DRAIN_ALL), 0);
	probe_dump(&p, f.path);
	assert_true(p.whole);
	assert_numbered(&p, 1, n);
	probe_release(&p);
	fake_release(&f);
}

/* The very window: the block stands, or half of it, the tail does not. */
static void test_killed_between_write_and_tail(void **state)
{
	(void)state;
	for (int torn = 0; torn < 2; torn++) {
		struct ring_buffer *b;
		struct ring_header before;
		struct drain next;
		struct probe p;
		off_t length;
		struct fake f;

		fake_init(&f, "/tmp");
		b = fake_buffer(&f, RING_BUFFER_BYTES_MIN, 1);
		FAKE_MALLOCS(b, 0, 50);
		assert_int_equal(drain_round(&f.drain, DRAIN_ALL), 0);
		FAKE_MALLOCS(b, 50, 100);
		length = file_bytes(f.path);
		before = *f.header;
		/* no series or sync in this round: only EVENTS */
		f.drain.sync_tick = UINT64_MAX;
		f.drain.series.stats_ns = f.drain.now_ns;
		assert_int_equal(drain_round(&f.drain, DRAIN_ALL), 0);
		before.intent = f.header->intent;
		before.intent.armed = before.dump_sequence + 1;
		assert_int_equal(before.intent.dump_bytes, length);
		*f.header = before;
		b->tail = 50;
		if (torn)
			assert_int_equal(truncate(f.path, length + 80), 0);
		drain_release(&f.drain);
		fake_drain(&f, &next, true);
		assert_int_equal(drain_finish(&next, END_DIED, DRAIN_GONE), 0);
		probe_dump(&p, f.path);
		assert_true(p.whole);
		assert_numbered(&p, 1, 100);
		probe_release(&p);
		drain_release(&next);
		fake_release(&f);
	}
}

/* Finished twice is finished once. */
static void test_finish_again(void **state)
{
	struct drain next;
	struct probe p;
	struct fake f;

	(void)state;
	fake_init(&f, "/tmp");
	FAKE_MALLOCS(fake_buffer(&f, RING_BUFFER_BYTES_MIN, 1), 0, 5);
	assert_int_equal(drain_finish(&f.drain, END_EXIT, DRAIN_ALL), 0);
	fake_drain(&f, &next, true);
	assert_int_equal(drain_finish(&next, END_DIED, DRAIN_ALL), 0);
	probe_dump(&p, f.path);
	assert_int_equal(p.blocks[DUMP_END], 1);
	assert_int_equal(p.end_reason, END_EXIT);
	probe_release(&p);
	drain_release(&next);
	fake_release(&f);
}

static void limit_files(uint64_t bytes)
{
	struct rlimit limit = { bytes, RLIM_INFINITY };

	setrlimit(RLIMIT_FSIZE, &limit);
}

/* No room: the collector drops and counts, and says so in the dump. */
static void test_full_dump_in_the_collector(void **state)
{
	struct ring_buffer *b;
	struct probe p;
	struct fake f;

	(void)state;
	fake_init(&f, "/tmp");
	b = fake_buffer(&f, RING_BUFFER_BYTES_MIN, 1);
	FAKE_MALLOCS(b, 0, 50);
	assert_int_equal(drain_round(&f.drain, DRAIN_ALL), 0);
	limit_files((uint64_t)file_bytes(f.path) + WRITER_RESERVE_BYTES);
	FAKE_MALLOCS(b, 50, 100);
	assert_int_equal(drain_round(&f.drain, DRAIN_ALL), 0);
	assert_int_equal(b->tail, 100);
	FAKE_MALLOCS(b, 100, 120);
	assert_int_equal(
		drain_finish(&f.drain, END_DIED, DRAIN_ALL | DRAIN_GONE), 0);
	limit_files(RLIM_INFINITY);
	probe_dump(&p, f.path);
	assert_true(p.whole);
	assert_numbered(&p, 1, 50);
	assert_int_equal(p.stats[STAT_DROPPED_EVENTS], 70);
	assert_int_equal(p.stats[STAT_WRITE_ERRNO], EFBIG);
	assert_int_equal(p.end_reason, END_DIED);
	probe_release(&p);
	fake_release(&f);
}

/* In the target they stay where they are, for a later --finish. */
static void test_full_dump_in_the_target(void **state)
{
	struct ring_buffer *b;
	struct drain self;
	struct probe p;
	struct fake f;

	(void)state;
	fake_init(&f, "/tmp");
	b = fake_buffer(&f, RING_BUFFER_BYTES_MIN, 1);
	fake_drain(&f, &self, false);
	FAKE_MALLOCS(b, 0, 50);
	assert_int_equal(drain_buffer(&self, fake_offset(&f, b)), 0);
	assert_int_equal(self.writer.file.fd, -1);
	limit_files((uint64_t)file_bytes(f.path) + WRITER_RESERVE_BYTES);
	FAKE_MALLOCS(b, 50, 100);
	assert_int_equal(drain_buffer(&self, fake_offset(&f, b)), -EFBIG);
	assert_int_equal(drain_round(&self, DRAIN_ALL), -EFBIG);
	assert_int_equal(b->tail, 50);
	limit_files(RLIM_INFINITY);
	assert_int_equal(drain_finish(&f.drain, END_DIED, DRAIN_ALL), 0);
	probe_dump(&p, f.path);
	assert_true(p.whole);
	assert_numbered(&p, 1, 100);
	probe_release(&p);
	fake_release(&f);
}

/* Garbage in the ring may cost events, never the drainer. */
static void test_broken_ring(void **state)
{
	(void)state;
	srand(2);
	for (int i = 0; i < 300; i++) {
		struct ring_buffer *b;
		struct fake f;

		fake_init(&f, "/tmp");
		fake_module(&f, "/lib/x.so");
		for (int n = 0; n < 50; n++)
			fake_node(&f, (uint32_t)n / 2, 0x1000);
		for (uint32_t n = 1; n < 5; n++) {
			b = fake_buffer(&f, RING_BUFFER_BYTES_MIN, n);
			FAKE_MALLOCS(b, 0, 50);
		}
		for (int n = 0; n < 40; n++) {
			/* buffers lie last; headers are what matters */
			uint64_t at =
				rand() % 3 ? (uint64_t)rand() % 2000
					   : f.end -
						     RING_PAGE *
							     (1 +
							      (uint64_t)rand() %
								      4) +
						     (uint64_t)rand() % 200;

			if (at < offsetof(struct ring_header, dump_path) ||
			    at >= RING_HEADER_BYTES)
				f.memory[at] = (uint8_t)rand();
		}
		f.header->file_bytes = f.end;
		drain_round(&f.drain, DRAIN_ALL);
		drain_round(&f.drain, 0);
		drain_finish(&f.drain, END_DIED, DRAIN_ALL | DRAIN_GONE);
		fake_release(&f);
	}
}

static void test_circular_list(void **state)
{
	struct ring_buffer *b;
	struct fake f;

	(void)state;
	fake_init(&f, "/tmp");
	b = fake_buffer(&f, RING_BUFFER_BYTES_MIN, 1);
	b->older = fake_offset(&f, b);
	b->before = b->older;
	FAKE_MALLOCS(b, 0, 10);
	drain_finish(&f.drain, END_DIED, DRAIN_ALL | DRAIN_GONE);
	assert_int_equal(b->tail, 10);
	fake_release(&f);
}

/* The header must not say how long a circle is. */
static void test_circle_in_huge_ring(void **state)
{
	struct ring_buffer *a, *b;
	struct fake f;

	(void)state;
	fake_init(&f, "/tmp");
	a = fake_buffer(&f, RING_BUFFER_BYTES_MIN, 1);
	b = fake_buffer(&f, RING_BUFFER_BYTES_MIN, 1);
	a->older = fake_offset(&f, b);
	b->older = fake_offset(&f, a);
	f.header->file_bytes = 1ull << 62;
	FAKE_MALLOCS(b, 0, 10);
	drain_finish(&f.drain, END_DIED, DRAIN_ALL | DRAIN_GONE);
	assert_int_equal(b->tail, 10);
	fake_release(&f);
}

/* A tail before the first event there ever was. */
static void test_tail_beyond_head(void **state)
{
	struct ring_buffer *b;
	struct fake f;

	(void)state;
	fake_init(&f, "/tmp");
	b = fake_buffer(&f, RING_BUFFER_BYTES_MIN, 1);
	FAKE_MALLOCS(b, 0, 10);
	b->tail = UINT64_MAX - 2;
	drain_finish(&f.drain, END_DIED, DRAIN_ALL | DRAIN_GONE);
	assert_int_equal(b->tail, UINT64_MAX - 2);
	fake_release(&f);
}

/* One chunk that stands for all nodes there can be makes no large dump. */
static void test_chunk_many_times(void **state)
{
	const uint64_t nodes = FAKE_BYTES / sizeof(struct ring_node);
	struct probe probe;
	struct fake f;

	(void)state;
	fake_init(&f, "/tmp");
	for (int i = 1; i < (int)RING_NODE_CHUNKS; i++)
		f.header->node_chunks[i] = RING_HEADER_BYTES;
	f.header->nodes_reserved = STACK_NODES_MAX;
	f.header->file_bytes = 1ull << 62;
	drain_finish(&f.drain, END_DIED, DRAIN_ALL | DRAIN_GONE);
	probe_dump(&probe, f.path);
	assert_true(probe.whole);
	assert_true(probe.nodes + probe.holes <= nodes);
	probe_release(&probe);
	fake_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kill_the_drainer),
		cmocka_unit_test(test_killed_between_write_and_tail),
		cmocka_unit_test(test_finish_again),
		cmocka_unit_test(test_full_dump_in_the_collector),
		cmocka_unit_test(test_full_dump_in_the_target),
		cmocka_unit_test(test_broken_ring),
		cmocka_unit_test(test_circular_list),
		cmocka_unit_test(test_circle_in_huge_ring),
		cmocka_unit_test(test_tail_beyond_head),
		cmocka_unit_test(test_chunk_many_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

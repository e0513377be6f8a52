/* SPDX-License-Identifier: MIT */
/* Draining: every committed event, once, in order, whatever happens. */
#include "tests/unit/fake_ring.h"

#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>

static void test_round_trip(void **state)
{
	struct ring_buffer *b;
	struct probe p;
	struct fake f;

	(void)state;
	fake_init(&f, "/tmp");
	b = fake_buffer(&f, RING_BUFFER_BYTES_MIN, 7);
	fake_commit(b, EVENT_THREAD_NAME, 0x6e69616d, 0, 4711); /* "main" */
	fake_commit(b, EVENT_MALLOC, 0x1000, 100, 5);
	fake_commit(b, EVENT_DETAIL, 104, 333, 0);
	fake_commit(b, EVENT_FREE, 0x1000, 77, 6);
	fake_commit(b, EVENT_DETAIL, 0, 99, 0);
	fake_commit(b, EVENT_REALLOC_FAILED, 0x1000, 0, 0);
	assert_int_equal(drain_finish(&f.drain, END_EXIT, DRAIN_ALL), 0);
	probe_dump(&p, f.path);
	assert_true(p.whole);
	assert_int_equal(p.events, 3);
	assert_int_equal(p.thread[0], 7);
	assert_int_equal(p.blocks[DUMP_THREADS], 1);
	assert_int_equal(p.event[0].kind, EVENT_MALLOC);
	assert_int_equal(p.event[0].size, 100);
	assert_int_equal(p.event[0].stack, 5);
	assert_int_equal(p.event[0].usable_bytes, 104);
	assert_int_equal(p.event[0].duration, 333);
	assert_int_equal(p.event[1].kind, EVENT_FREE);
	assert_int_equal(p.event[1].size, 0);
	assert_int_equal(p.event[1].duration, 99);
	assert_int_equal(p.event[2].has_detail, 0);
	assert_int_equal(p.stats[STAT_EVENTS], 3);
	assert_int_equal(p.end_reason, END_EXIT);
	assert_int_equal(b->tail, b->head);
	probe_release(&p);
	fake_release(&f);
}

/* Commits one event and drains it; did its tick come through unchanged? */
static bool tick_is_kept(struct fake *f, struct ring_buffer *b)
{
	const struct ring_event *events = (void *)(b + 1);
	uint64_t tick;
	uint64_t read;
	struct probe p;

	do
		fake_commit(b, EVENT_MALLOC, 0x1000, 100, 0);
	while ((ring_event_tick(events[b->head - 1].what) & 15) == 0);
	tick = ring_event_tick(events[b->head - 1].what);
	assert_int_equal(drain_round(&f->drain, DRAIN_ALL), 0);
	probe_dump(&p, f->path);
	read = p.event[p.events - 1].tick;
	assert_true(p.whole && (read == tick || read == (tick & ~15ull)));
	probe_release(&p);
	return read == tick;
}

/* Fine ticks are for the order between threads. */
static void test_ticks_of_one_thread_are_coarse(void **state)
{
	struct ring_buffer *one;
	struct ring_buffer *two;
	struct fake f;

	(void)state;
	fake_init(&f, "/tmp");
	one = fake_buffer(&f, RING_BUFFER_BYTES_MIN, 1);
	assert_true(tick_is_kept(&f, one)); /* who was there before? */
	assert_false(tick_is_kept(&f, one));
	two = fake_buffer(&f, RING_BUFFER_BYTES_MIN, 2);
	assert_true(tick_is_kept(&f, one));
	two->state = RING_BUFFER_SEALED;
	assert_true(tick_is_kept(&f, one));
	assert_int_equal(two->state, RING_BUFFER_FREE);
	fake_commit(one, EVENT_MALLOC, 0x1000, 100, 0);
	assert_true(tick_is_kept(&f, one)); /* the two were there together */
	assert_false(tick_is_kept(&f, one));
	fake_release(&f);
}

/* Names alone make no EVENTS block, and move the tail. */
static void test_names_alone(void **state)
{
	struct ring_buffer *b;
	struct probe p;
	struct fake f;

	(void)state;
	fake_init(&f, "/tmp");
	b = fake_buffer(&f, RING_BUFFER_BYTES_MIN, 7);
	fake_commit(b, EVENT_THREAD_NAME, 0x6e69616d, 0, 4711);
	assert_int_equal(drain_round(&f.drain, DRAIN_ALL), 0);
	assert_int_equal(b->tail, 1);
	probe_dump(&p, f.path);
	assert_int_equal(p.blocks[DUMP_THREADS], 1);
	assert_int_equal(p.blocks[DUMP_EVENTS], 0);
	probe_release(&p);
	fake_release(&f);
}

/* Threads that ended after a few events: their names share a block. */
static void test_names_of_ended_threads(void **state)
{
	struct ring_buffer *b[3];
	struct probe p;
	struct fake f;

	(void)state;
	fake_init(&f, "/tmp");
	for (uint32_t i = 0; i < 3; i++) {
		b[i] = fake_buffer(&f, RING_BUFFER_BYTES_MIN, 7 + i);
		fake_commit(b[i], EVENT_THREAD_NAME, 0x6e69616d, 0, 4711);
		fake_commit(b[i], EVENT_MALLOC, 0x1000 + i * 16, 100, 0);
		b[i]->state = RING_BUFFER_SEALED;
	}
	assert_int_equal(drain_round(&f.drain, 0), 0);
	b[0]->state = RING_BUFFER_ACTIVE; /* taken by another thread */
	b[0]->thread = 10;
	fake_commit(b[0], EVENT_THREAD_NAME, 0x6e69616d, 0, 4711);
	assert_int_equal(drain_round(&f.drain, DRAIN_ALL), 0);
	probe_dump(&p, f.path);
	assert_true(p.whole);
	assert_int_equal(p.blocks[DUMP_THREADS], 2);
	assert_int_equal(p.thread_records, 4);
	assert_int_equal(p.blocks[DUMP_EVENTS], 3);
	for (int i = 0; i < 3; i++)
		assert_int_equal(b[i]->tail, b[i]->head);
	probe_release(&p);
	fake_release(&f);
}

static void test_small_buffers_are_spared(void **state)
{
	struct ring_buffer *small;
	struct ring_buffer *large;
	struct fake f;

	(void)state;
	fake_init(&f, "/tmp");
	small = fake_buffer(&f, RING_BUFFER_BYTES_MIN, 1);
	large = fake_buffer(&f, RING_BUFFER_BYTES_MAX, 2);
	FAKE_MALLOCS(small, 0, small->capacity);
	FAKE_MALLOCS(large, 0, 8000);
	assert_int_equal(drain_round(&f.drain, 0), 0);
	assert_int_equal(small->tail, 0);
	assert_int_equal(large->tail, 0);
	FAKE_MALLOCS(large, 8000, 8200);
	assert_int_equal(drain_round(&f.drain, 0), 0);
	assert_int_equal(small->tail, 0);
	assert_int_equal(large->tail, 8192); /* the rest would be small */
	small->waiters = 1;
	assert_int_equal(drain_round(&f.drain, 0), 0);
	assert_int_equal(small->tail, small->head);
	small->waiters = 0;
	small->full_grown = 1;
	FAKE_MALLOCS(small, 0, small->capacity / 2);
	assert_int_equal(drain_round(&f.drain, 0), 0);
	assert_int_equal(small->tail, small->head);
	FAKE_MALLOCS(small, 0, 1);
	assert_int_equal(drain_round(&f.drain, 0), 0);
	small->pending_ns -= 1000000001;
	assert_int_equal(drain_round(&f.drain, 0), 0);
	assert_int_equal(small->tail, small->head);
	fake_release(&f);
}

static void test_chain_goes_oldest_first(void **state)
{
	struct ring_buffer *chain[3];
	struct probe p;
	struct fake f;

	(void)state;
	for (int way = 0; way < 3; way++) {
		fake_init(&f, "/tmp");
		for (int i = 0; i < 3; i++) {
			chain[i] =
				fake_buffer(&f, RING_BUFFER_BYTES_MIN << i, 1);
			if (i > 0) {
				chain[i]->before =
					fake_offset(&f, chain[i - 1]);
				chain[i - 1]->state = RING_BUFFER_SEALED;
			}
			FAKE_MALLOCS(chain[i], 100 * (uint64_t)i,
				     100 * (uint64_t)i + 100);
		}
		if (way == 0)
			assert_int_equal(drain_round(&f.drain, DRAIN_ALL), 0);
		else if (way == 1)
			assert_int_equal(
				drain_buffer(&f.drain,
					     fake_offset(&f, chain[2])),
				0);
		else
			assert_int_equal(drain_finish(&f.drain, END_DIED,
						      DRAIN_ALL | DRAIN_GONE),
					 0);
		assert_int_equal(drain_round(&f.drain, 0), 0);
		probe_dump(&p, f.path);
		assert_true(p.whole);
		assert_numbered(&p, 1, 300);
		probe_release(&p);
		assert_int_equal(chain[0]->state, RING_BUFFER_FREE);
		assert_int_equal(chain[1]->state, RING_BUFFER_FREE);
		assert_int_equal(chain[2]->state, RING_BUFFER_ACTIVE);
		assert_int_equal(chain[2]->before, 0);
		fake_release(&f);
	}
}

/* Whose event comes when the last round is over, before the END. */
static struct ring_buffer *late;

static int commit_late(struct usage_sample *sample, int pid)
{
	(void)sample, (void)pid;
	FAKE_MALLOCS(late, 50, 51);
	return 0;
}

static void test_end_does_not_wait_for_who_is_late(void **state)
{
	struct probe p;
	struct fake f;

	(void)state;
	fake_init(&f, "/tmp");
	late = fake_buffer(&f, RING_BUFFER_BYTES_MIN, 1);
	FAKE_MALLOCS(late, 0, 50);
	series_init(&f.drain.series, commit_late, 1);
	assert_int_equal(drain_finish(&f.drain, END_EXIT, DRAIN_ALL), 0);
	assert_int_equal(late->head, 51);
	assert_int_equal(drain_round(&f.drain, DRAIN_ALL), 0);
	assert_int_equal(drain_buffer(&f.drain, fake_offset(&f, late)), 0);
	probe_dump(&p, f.path);
	assert_true(p.whole);
	assert_int_equal(p.end_reason, END_EXIT);
	assert_numbered(&p, 1, 50);
	probe_release(&p);
	fake_release(&f);
}

/* A successor whose older buffer is not sealed yet waits. */
static void test_unsealed_blocks(void **state)
{
	struct ring_buffer *older;
	struct ring_buffer *newer;
	struct fake f;

	(void)state;
	fake_init(&f, "/tmp");
	older = fake_buffer(&f, RING_BUFFER_BYTES_MIN, 1);
	newer = fake_buffer(&f, RING_BUFFER_BYTES_MIN, 1);
	newer->before = fake_offset(&f, older);
	FAKE_MALLOCS(newer, 0, 10);
	assert_int_equal(drain_round(&f.drain, DRAIN_ALL), 0);
	assert_int_equal(newer->tail, 0);
	older->state = RING_BUFFER_SEALED;
	assert_int_equal(drain_round(&f.drain, DRAIN_ALL), 0);
	assert_int_equal(newer->tail, 10);
	fake_release(&f);
}

static void test_holes(void **state)
{
	struct ring_buffer *b;
	uint32_t id;
	struct ring_node *nodes;
	struct probe p;
	struct drain next;
	struct fake f;

	(void)state;
	fake_init(&f, "/tmp");
	nodes = (void *)(f.memory + f.header->node_chunks[0]);
	b = fake_buffer(&f, RING_BUFFER_BYTES_MIN, 1);
	fake_module(&f, "/usr/lib/libc.so.6");
	fake_node(&f, STACK_ROOT, 0x1234);
	id = fake_node(&f, 2, 0);
	fake_node(&f, 2, 0x5678);
	FAKE_MALLOCS(b, 0, 1);
	assert_int_equal(drain_round(&f.drain, DRAIN_ALL), 0);
	assert_int_equal(f.header->drained_nodes, id);
	assert_int_equal(f.header->drained_modules, 1);
	assert_int_equal(drain_round(&f.drain, DRAIN_ALL), 0);
	probe_dump(&p, f.path);
	assert_int_equal(p.blocks[DUMP_STACKS], 1);
	assert_int_equal(p.nodes, 2);
	assert_int_equal(p.holes, 1);
	assert_int_equal(p.modules, 1);
	probe_release(&p);
	/* the next drainer sends everything from the hole on again */
	drain_release(&f.drain);
	fake_drain(&f, &next, true);
	nodes[id].address = 0x9abc;
	assert_int_equal(drain_round(&next, DRAIN_ALL), 0);
	assert_int_equal(f.header->drained_nodes, f.header->nodes_reserved);
	probe_dump(&p, f.path);
	assert_int_equal(p.nodes, 4);
	probe_release(&p);
	drain_release(&next);
	fake_release(&f);
}

static void test_hole_filled_later(void **state)
{
	struct ring_node *nodes;
	uint32_t id;
	struct probe p;
	struct fake f;

	(void)state;
	fake_init(&f, "/tmp");
	nodes = (void *)(f.memory + f.header->node_chunks[0]);
	id = fake_node(&f, STACK_ROOT, 0);
	fake_node(&f, STACK_ROOT, 0x5678);
	assert_int_equal(drain_round(&f.drain, 0), 0);
	nodes[id].address = 0x9abc;
	fake_node(&f, id, 0x1111);
	assert_int_equal(drain_round(&f.drain, 0), 0);
	assert_int_equal(f.header->drained_nodes, f.header->nodes_reserved);
	probe_dump(&p, f.path);
	assert_int_equal(p.nodes, 3);
	assert_int_equal(p.holes, 1);
	probe_release(&p);
	fake_release(&f);
}

static void test_many_nodes_and_modules(void **state)
{
	char path[1000];
	struct probe p;
	struct fake f;

	(void)state;
	fake_init(&f, "/tmp");
	memset(path, 'x', sizeof(path));
	for (int i = 0; i < 8; i++) {
		snprintf(path + 900, 50, "%d", i);
		fake_module(&f, path);
	}
	for (uint32_t i = 2; i < RING_NODES_FIRST; i++)
		fake_node(&f, i / 2, 0x1000 + i * 8u);
	f.header->nodes_reserved += 100; /* their chunk is not there yet */
	assert_int_equal(drain_round(&f.drain, 0), 0);
	probe_dump(&p, f.path);
	assert_true(p.whole);
	assert_int_equal(p.nodes, RING_NODES_FIRST - 2);
	assert_int_equal(p.modules, 8);
	assert_int_equal(f.header->drained_modules, 8);
	probe_release(&p);
	fake_release(&f);
}

#define THREADS 4
#define EVENTS_EACH 100000

struct producer {
	pthread_t id;
	struct ring_buffer *buffer;
};

static void *produce(void *argument)
{
	struct producer *self = argument;
	struct ring_buffer *b = self->buffer;

	for (uint64_t n = 0; n < EVENTS_EACH; n++) {
		while (!fake_commit(b, EVENT_MALLOC, n * 16, n % 100, 2)) {
			uint64_t tail;

			__atomic_add_fetch(&b->waiters, 1, __ATOMIC_SEQ_CST);
			tail = __atomic_load_n(&b->tail, __ATOMIC_SEQ_CST);
			if (b->head - tail >= b->capacity)
				syscall(SYS_futex, &b->tail, FUTEX_WAIT,
					(uint32_t)tail, NULL, NULL, 0);
			__atomic_sub_fetch(&b->waiters, 1, __ATOMIC_SEQ_CST);
		}
	}
	__atomic_store_n(&b->state, RING_BUFFER_SEALED, __ATOMIC_RELEASE);
	return NULL;
}

static void start_producers(struct fake *f, struct producer *producers)
{
	for (uint32_t i = 0; i < THREADS; i++) {
		producers[i].buffer =
			fake_buffer(f, RING_BUFFER_BYTES_MIN << (i % 3), i + 1);
		assert_int_equal(pthread_create(&producers[i].id, NULL, produce,
						&producers[i]),
				 0);
	}
}

/* A wait that nobody ends would hang here: the wake-ups are tested as well. */
static void test_threads_that_wait(void **state)
{
	struct producer producers[THREADS];
	bool busy = true;
	struct probe p;
	struct fake f;

	(void)state;
	fake_init(&f, "/tmp");
	start_producers(&f, producers);
	while (busy) {
		busy = false;
		assert_int_equal(drain_round(&f.drain, 0), 0);
		for (int i = 0; i < THREADS; i++)
			busy |= __atomic_load_n(&producers[i].buffer->state,
						__ATOMIC_ACQUIRE) !=
				RING_BUFFER_FREE;
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(producers[i].id, NULL);
	assert_int_equal(drain_finish(&f.drain, END_EXIT, DRAIN_ALL), 0);
	probe_dump(&p, f.path);
	assert_true(p.whole);
	for (uint32_t i = 0; i < THREADS; i++)
		assert_numbered(&p, i + 1, EVENTS_EACH);
	assert_int_equal(p.stats[STAT_EVENTS], THREADS * EVENTS_EACH);
	assert_true(p.blocks[DUMP_SYNC] > 0);
	probe_release(&p);
	fake_release(&f);
}

static void test_take_over(void **state)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	struct fake f;
	int fd;

	(void)state;
	fake_init(&f, "/tmp");
	fd = open(f.path, O_RDWR | O_CLOEXEC); /* stands for the ring file */
	f.header->drainer = RING_DRAIN_COLLECTOR;
	assert_int_equal(fcntl(fd, F_OFD_SETLK, &lock), 0);
	assert_false(drain_take_over(f.header, f.path));
	assert_int_equal(f.header->drainer, RING_DRAIN_COLLECTOR);
	close(fd);
	assert_true(drain_take_over(f.header, f.path));
	assert_int_equal(f.header->drainer, RING_DRAIN_SELF);
	fake_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_ticks_of_one_thread_are_coarse),
		cmocka_unit_test(test_names_alone),
		cmocka_unit_test(test_names_of_ended_threads),
		cmocka_unit_test(test_small_buffers_are_spared),
		cmocka_unit_test(test_chain_goes_oldest_first),
		cmocka_unit_test(test_end_does_not_wait_for_who_is_late),
		cmocka_unit_test(test_unsealed_blocks),
		cmocka_unit_test(test_holes),
		cmocka_unit_test(test_hole_filled_later),
		cmocka_unit_test(test_many_nodes_and_modules),
		cmocka_unit_test(test_threads_that_wait),
		cmocka_unit_test(test_take_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

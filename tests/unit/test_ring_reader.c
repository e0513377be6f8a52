/* SPDX-License-Identifier: MIT */
/*
 * Reading the ring file that a killed process left beside its dump: what it
 * adds, what it must belong to, and that nothing in it is believed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyzer/profile.h"
#include "include/ring_format.h"
#include "tests/unit/dump_builder.h"
#include "tests/unit/rounds.h"

#define BUFFER_BYTES 4096
#define CAPACITY ((BUFFER_BYTES - sizeof(struct ring_buffer)) / 32)
#define RING_BYTES (RING_HEADER_BYTES + 4 * BUFFER_BYTES + 65536 + 16384)
#define NODES_AT (RING_HEADER_BYTES + 4 * BUFFER_BYTES)
#define MODULES_AT (NODES_AT + 65536)

struct fixture {
	struct dump_builder b;
	uint8_t *ring;
	char path[BUILDER_PATH_MAX + 8];
};

static struct ring_header *header(struct fixture *f)
{
	return (struct ring_header *)(void *)f->ring;
}

static struct ring_buffer *buffer(struct fixture *f, unsigned int i)
{
	return (struct ring_buffer *)(void *)(f->ring + RING_HEADER_BYTES +
					      i * BUFFER_BYTES);
}

static void commit(struct fixture *f, unsigned int i, unsigned int kind,
		   uint64_t tick, uint64_t address)
{
	struct ring_buffer *b = buffer(f, i);
	struct ring_event *events = (void *)(b + 1);

	events[b->head++ % CAPACITY] = (struct ring_event){
		.what = ring_event_what(tick, kind),
		.address = address,
		.size = 10,
		.stack = 3,
	};
}

static void add_buffer(struct fixture *f, unsigned int i, uint32_t thread,
		       uint64_t start)
{
	struct ring_buffer *b = buffer(f, i);

	*b = (struct ring_buffer){
		.bytes = BUFFER_BYTES,
		.capacity = CAPACITY,
		.older = header(f)->buffers,
		.state = RING_BUFFER_ACTIVE,
		.thread = thread,
		.head = start,
		.tail = start,
	};
	header(f)->buffers = RING_HEADER_BYTES + i * BUFFER_BYTES;
}

static void add_tree(struct fixture *f)
{
	struct ring_header *h = header(f);
	struct ring_node *nodes = (void *)(f->ring + NODES_AT);
	struct ring_module *module = (void *)(f->ring + MODULES_AT);

	h->node_chunks[0] = NODES_AT;
	h->nodes_reserved = 5;
	h->drained_nodes = 2;
	nodes[2] = (struct ring_node){ .address = 0x10, .parent = 0 };
	nodes[3] = (struct ring_node){ .address = 0x20, .parent = 2,
				       .module = 1 };
	/* node 4 was reserved, and its thread died */
	h->module_chunks[0] = MODULES_AT;
	h->module_count = 1;
	*module = (struct ring_module){ .bytes = sizeof(*module) + 8,
					.id = 1,
					.start = 0x10,
					.end = 0x100,
					.build_id_bytes = 2,
					.segment_count = 1,
					.path_bytes = 5 };
	memcpy(module + 1, "/prog", 5);
}

/* A dump of META only, and a ring with events in buffer 0 of thread 1. */
static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct ring_header *h;

	assert_non_null(f);
	f->ring = calloc(1, RING_BYTES);
	assert_non_null(f->ring);
	dump_builder_init(&f->b);
	dump_builder_meta(&f->b, MODE_EXACT, 0);
	dump_builder_save(&f->b, f->b.bytes, f->b.len);
	snprintf(f->path, sizeof(f->path), "%s%s", f->b.path, RING_SUFFIX);
	h = header(f);
	memcpy(h->magic, RING_MAGIC, 8);
	h->version = RING_VERSION;
	h->pid = BUILDER_PID;
	h->session = BUILDER_SESSION;
	h->state = RING_EXITED;
	h->reason = END_UNDER_EXIT;
	h->file_bytes = RING_BYTES;
	h->dump_sequence = 1;
	h->stats[STAT_WAITS] = 9;
	snprintf(h->dump_path, sizeof(h->dump_path), "/elsewhere/%s",
		 strrchr(f->b.path, '/') + 1);
	add_tree(f);
	add_buffer(f, 0, 1, 0);
	commit(f, 0, EVENT_MALLOC, 10, 0x1000);
	commit(f, 0, EVENT_MALLOC, 11, 0x2000);
	commit(f, 0, EVENT_FREE, 12, 0x1000);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	unlink(f->path);
	dump_builder_release(&f->b);
	free(f->ring);
	free(f);
	return 0;
}

static struct recording *open_both(struct fixture *f, size_t ring_bytes)
{
	FILE *file = fopen(f->path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(f->ring, 1, ring_bytes, file), ring_bytes);
	assert_int_equal(fclose(file), 0);
	return dump_builder_open(&f->b);
}

static struct profile *replay(struct recording *r)
{
	const struct profile_view view = { .by = PROFILE_BY_STACK };
	struct profile *p;

	profile_run(&p, r, &view);
	return p;
}

/* Opens, replays: so many events, none lost. */
static void assert_events(struct fixture *f, uint64_t events, uint64_t live)
{
	struct recording *r = open_both(f, RING_BYTES);
	struct profile *p = replay(r);

	assert_int_equal(r->ring, RING_TAKEN);
	assert_int_equal(p->counts.events, events);
	assert_int_equal(p->total.live_blocks, live);
	assert_int_equal(p->counts.forced, 0);
	profile_free(p);
	recording_free(r);
}

static void takes_what_the_dump_lacks(void **state)
{
	struct fixture *f = *state;
	struct recording *r = open_both(f, RING_BYTES);
	struct profile *p = replay(r);
	const struct model *m = &r->model;

	assert_int_equal(r->ring, RING_TAKEN);
	assert_int_equal(r->ring_events, 3);
	assert_false(r->ring_damaged);
	assert_false(r->live);
	assert_false(recording_is_whole(r));
	assert_int_equal(p->total.allocations, 2);
	assert_int_equal(p->total.live_blocks, 1);
	assert_int_equal(p->sites[0].key, 3);
	assert_int_equal(m->stacks.nodes[3].parent, 2);
	assert_int_equal(stack_tree_id(&m->stacks, 4), STACK_TRUNCATED);
	assert_string_equal(model_module(m, 1)->path, "/prog");
	assert_int_equal(m->end_reason, END_UNDER_EXIT);
	assert_int_equal(m->stats[STAT_WAITS], 9);
	profile_free(p);
	recording_free(r);
}

static void details_and_names_are_no_events(void **state)
{
	struct fixture *f = *state;
	struct ring_event *events = (void *)(buffer(f, 0) + 1);
	struct recording *r;
	struct profile *p;

	commit(f, 0, EVENT_MALLOC, 13, 0x3000);
	commit(f, 0, EVENT_DETAIL, 13, 24);
	commit(f, 0, EVENT_THREAD_NAME, 14, 0);
	memcpy(&events[5].address, "worker", 7);
	events[5].size = 0;
	events[5].extra = THREAD_NAMED;
	events[5].stack = 99;
	r = open_both(f, RING_BYTES);
	p = replay(r);
	assert_int_equal(r->ring_events, 4);
	assert_int_equal(p->total.detailed, 1);
	assert_int_equal(p->total.usable_bytes, 24);
	assert_string_equal(model_thread(&r->model, 1)->name, "worker");
	assert_int_equal(model_thread(&r->model, 1)->tid, 99);
	profile_free(p);
	recording_free(r);
}

/* A thread's second buffer continues the first, wherever it is in the list. */
static void buffers_are_read_in_order(void **state)
{
	struct fixture *f = *state;

	header(f)->buffers = 0;
	add_buffer(f, 1, 1, 0);
	commit(f, 1, EVENT_FREE, 12, 0x2000);
	commit(f, 1, EVENT_MALLOC, 12, 0x2000);
	buffer(f, 1)->before = RING_HEADER_BYTES;
	add_buffer(f, 0, 1, 0);
	commit(f, 0, EVENT_MALLOC, 12, 0x2000);
	assert_events(f, 3, 1);
}

static void buffers_wrap_around(void **state)
{
	struct fixture *f = *state;

	add_buffer(f, 1, 2, CAPACITY - 3);
	for (unsigned int i = 0; i < CAPACITY; i++)
		commit(f, 1, i % 2 ? EVENT_FREE : EVENT_MALLOC, 100 + i,
		       0x9000);
	assert_events(f, 3 + CAPACITY, 1 + CAPACITY % 2);
}

static void free_buffers_are_not_read(void **state)
{
	struct fixture *f = *state;

	add_buffer(f, 1, 2, 0);
	commit(f, 1, EVENT_MALLOC, 5, 0x9000);
	buffer(f, 1)->state = RING_BUFFER_FREE;
	assert_events(f, 3, 1);
}

/* The drainer died between writing a block and saying so. */
static void an_armed_intent_is_settled(void **state)
{
	struct fixture *f = *state;
	struct ring_intent *intent = &header(f)->intent;
	struct event event = event_alloc(10, 0x1000, 10, 3);

	intent->armed = 2;
	intent->dump_bytes = f->b.len;
	intent->buffer = RING_HEADER_BYTES;
	intent->tail = 1;
	intent->nodes = 2;
	assert_events(f, 3, 1); /* it was not written */
	dump_builder_events(&f->b, 1, &event, 1);
	assert_events(f, 3, 1); /* it was: once, not twice */
	f->b.len -= 3;
	assert_events(f, 3, 1); /* in part */
}

/* Blocks that were written after the ring was looked at are in the ring. */
static void later_blocks_are_left_to_the_ring(void **state)
{
	struct fixture *f = *state;
	struct event event = event_alloc(10, 0x1000, 10, 3);

	dump_builder_events(&f->b, 1, &event, 1);
	assert_events(f, 3, 1);
}

static void rings_of_others_are_left_alone(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < 3; i++) {
		struct ring_header saved = *header(f);
		struct recording *r;

		if (i == 0)
			header(f)->pid++;
		else if (i == 1)
			header(f)->session++;
		else
			strcpy(header(f)->dump_path, "/elsewhere/other.hwd");
		r = open_both(f, RING_BYTES);
		assert_int_equal(r->ring, RING_FOREIGN);
		assert_int_equal(r->event_count, 0);
		recording_free(r);
		*header(f) = saved;
	}
	memcpy(f->ring, "nonsense", 8);
	recording_free(open_both(f, RING_BYTES));
	recording_free(open_both(f, 0));
}

static void a_live_process_is_noticed(void **state)
{
	struct fixture *f = *state;
	struct recording *r;

	header(f)->state = RING_LIVE;
	r = open_both(f, RING_BYTES);
	/* 4242 may or may not be a process here */
	assert_int_equal(r->live,
			 access("/proc/4242", F_OK) == 0);
	recording_free(r);
}

static void circles_come_to_an_end(void **state)
{
	struct fixture *f = *state;
	struct recording *r;

	buffer(f, 0)->older = RING_HEADER_BYTES;
	r = open_both(f, RING_BYTES);
	assert_true(r->ring_damaged);
	/* none of them more often than there is room for */
	assert_in_range(r->ring_events, 3, RING_BYTES / BUFFER_BYTES * 3);
	recording_free(r);
	buffer(f, 0)->older = 0;
	buffer(f, 0)->before = RING_HEADER_BYTES;
	r = open_both(f, RING_BYTES);
	assert_true(r->ring_damaged);
	recording_free(r);
}

static void every_page_cut_is_survived(void **state)
{
	struct fixture *f = *state;

	for (size_t cut = 0; cut <= RING_BYTES; cut += 512) {
		struct recording *r = open_both(f, cut);

		profile_free(replay(r));
		recording_free(r);
	}
}

static void damage_never_crashes(void **state)
{
	struct fixture *f = *state;
	uint8_t *good = malloc(RING_BYTES);
	uint64_t seed = 9;

	assert_non_null(good);
	memcpy(good, f->ring, RING_BYTES);
	for (unsigned int i = 0; i < rounds(2000); i++) {
		struct recording *r;

		memcpy(f->ring, good, RING_BYTES);
		for (unsigned int n = 0; n < 4; n++) {
			/* where the fields are, mostly */
			static const size_t at[] = { 8, RING_HEADER_BYTES,
						     NODES_AT, MODULES_AT };
			size_t place = at[builder_random(&seed) % 4] +
				       builder_random(&seed) % 300;

			f->ring[place] = (uint8_t)builder_random(&seed);
		}
		r = open_both(f, RING_BYTES);
		profile_free(replay(r));
		recording_free(r);
	}
	free(good);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(takes_what_the_dump_lacks),
		TEST(details_and_names_are_no_events),
		TEST(buffers_are_read_in_order),
		TEST(buffers_wrap_around),
		TEST(free_buffers_are_not_read),
		TEST(an_armed_intent_is_settled),
		TEST(later_blocks_are_left_to_the_ring),
		TEST(rings_of_others_are_left_alone),
		TEST(a_live_process_is_noticed),
		TEST(circles_come_to_an_end),
		TEST(every_page_cut_is_survived),
		TEST(damage_never_crashes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/*
 * Random traces, replayed from blocks that say less than the truth, compared
 * to the order that is known.
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

#include "analyzer/profile.h"
#include "tests/unit/dump_builder.h"
#include "tests/unit/replay_run.h"

/* A program as it really ran: every event in its true order. */
#define THREADS 4
#define PLACES 40
#ifdef __SANITIZE_THREAD__ /* all takes some 20 times as long */
#define TRACE 2000
#else
#define TRACE 30000
#endif

struct truth {
	struct event event[TRACE];
	uint8_t thread[TRACE];
	unsigned int count;
	struct {
		uint64_t size, tick;
		uint32_t stack;
		unsigned int thread, sequence;
	} live[PLACES];
	unsigned int sequence[THREADS];
	struct site site[2 + STACKS], total;
};

static void truth_change(struct truth *t, uint32_t stack, int64_t blocks,
			 int64_t bytes)
{
	struct site *s = &t->site[stack];

	s->live_blocks += (uint64_t)blocks;
	s->live_bytes += (uint64_t)bytes;
	t->total.live_blocks += (uint64_t)blocks;
	t->total.live_bytes += (uint64_t)bytes;
	if (s->live_bytes > s->peak_bytes)
		s->peak_bytes = s->live_bytes;
	if (t->total.live_bytes <= t->total.peak_bytes)
		return;
	t->total.peak_bytes = t->total.live_bytes;
	for (uint32_t i = 0; i < 2 + STACKS; i++)
		t->site[i].at_peak_bytes = t->site[i].live_bytes;
}

static void truth_put(struct truth *t, unsigned int thread, struct event event)
{
	t->thread[t->count] = (uint8_t)thread;
	t->event[t->count++] = event;
}

static void truth_allocate(struct truth *t, unsigned int thread, size_t place,
			   struct event event)
{
	/* an address has one size, so that what leaks is known */
	event.address = 0x10000 + place * 64;
	event.size = 1 + place * 3;
	t->live[place].size = event.size;
	t->live[place].tick = event.tick;
	t->live[place].stack = event.stack;
	t->live[place].thread = thread;
	t->live[place].sequence = ++t->sequence[thread];
	t->site[event.stack].allocations++;
	t->site[event.stack].bytes_allocated += event.size;
	t->total.allocations++;
	t->total.bytes_allocated += event.size;
	truth_put(t, thread, event);
	truth_change(t, event.stack, 1, (int64_t)event.size);
}

static void truth_release(struct truth *t, unsigned int thread, size_t place,
			  struct event event)
{
	struct site *s = &t->site[t->live[place].stack];
	bool temporary = t->live[place].thread == thread &&
			 t->live[place].sequence == t->sequence[thread];

	event.address = 0x10000 + place * 64;
	s->frees++;
	s->lifetime_ticks += event.tick - t->live[place].tick;
	s->temporary += temporary;
	t->total.frees++;
	truth_put(t, thread, event);
	truth_change(t, t->live[place].stack, -1,
		     -(int64_t)t->live[place].size);
	t->live[place].size = 0;
}

/* A free place, or -1. */
static int free_place(const struct truth *t, uint64_t *seed)
{
	size_t place = builder_random(seed) % PLACES;

	return t->live[place].size ? -1 : (int)place;
}

/* One call of a random thread; ticks go up by `step` 1 / `spread` times. */
static void truth_call(struct truth *t, uint64_t *seed, uint64_t tick,
		       unsigned int threads)
{
	unsigned int thread = builder_random(seed) % threads;
	size_t place = builder_random(seed) % PLACES;
	struct event e = { .tick = tick };

	e.stack = 2 + (uint32_t)(builder_random(seed) % STACKS);
	if (!t->live[place].size) {
		e.kind = builder_random(seed) % 4 ? EVENT_MALLOC : EVENT_NEW;
		truth_allocate(t, thread, place, e);
		return;
	}
	e.stack = 0;
	e.kind = EVENT_FREE;
	if (builder_random(seed) % 4 == 0) {
		int other = free_place(t, seed);

		e.kind = EVENT_REALLOC_OLD;
		if (builder_random(seed) % 4 == 0) {
			e.address = 0x10000 + place * 64;
			truth_put(t, thread, e);
			e.address = 0;
			e.kind = EVENT_REALLOC_FAILED;
			truth_put(t, thread, e);
			return;
		}
		truth_release(t, thread, place, e);
		e.kind = EVENT_REALLOC_NEW;
		e.stack = 3;
		truth_allocate(t, thread, other < 0 ? place : (size_t)other, e);
		return;
	}
	truth_release(t, thread, place, e);
}

static struct truth *truth_new(uint64_t seed, unsigned int threads,
			       unsigned int per_tick, uint64_t step)
{
	struct truth *t = calloc(1, sizeof(*t));
	uint64_t tick = 100;

	assert_non_null(t);
	while (t->count + 4 < TRACE) {
		if (builder_random(&seed) % per_tick == 0)
			tick += step;
		truth_call(t, &seed, tick, threads);
	}
	return t;
}

static struct profile *truth_replay(const struct truth *t,
				    struct dump_builder *b,
				    struct recording **r,
				    unsigned int per_block)
{
	struct event *events = calloc(TRACE, sizeof(*events));

	assert_non_null(events);
	begin(b, MODE_EXACT);
	for (unsigned int thread = THREADS; thread-- > 0;) {
		unsigned int count = 0;

		for (unsigned int i = 0; i < t->count; i++)
			if (t->thread[i] == thread)
				events[count++] = t->event[i];
		for (unsigned int i = 0; i < count; i += per_block)
			dump_builder_events(b, thread + 1, events + i,
					    count - i < per_block ? count - i :
								    per_block);
	}
	free(events);
	return run(b, r);
}

static void assert_totals(const struct truth *t, const struct profile *p)
{
	assert_int_equal(p->counts.events, t->count);
	assert_int_equal(p->counts.forced, 0);
	assert_int_equal(p->total.allocations, t->total.allocations);
	assert_int_equal(p->total.bytes_allocated, t->total.bytes_allocated);
	assert_int_equal(p->total.frees, t->total.frees);
	assert_int_equal(p->total.live_blocks, t->total.live_blocks);
	assert_int_equal(p->total.live_bytes, t->total.live_bytes);
}

static void assert_sites(const struct truth *t, const struct profile *p)
{
	for (uint32_t i = 2; i < 2 + STACKS; i++) {
		const struct site *got = site_of(p, i);
		const struct site *wanted = &t->site[i];

		assert_int_equal(got->allocations, wanted->allocations);
		assert_int_equal(got->bytes_allocated,
				 wanted->bytes_allocated);
		assert_int_equal(got->frees, wanted->frees);
		assert_int_equal(got->temporary, wanted->temporary);
		assert_int_equal(got->lifetime_ticks, wanted->lifetime_ticks);
		assert_int_equal(got->live_blocks, wanted->live_blocks);
		assert_int_equal(got->live_bytes, wanted->live_bytes);
		assert_int_equal(got->peak_bytes, wanted->peak_bytes);
		assert_int_equal(got->at_peak_bytes, wanted->at_peak_bytes);
	}
	assert_int_equal(p->total.peak_bytes, t->total.peak_bytes);
}

static void agree(uint64_t seed, unsigned int threads, unsigned int per_tick,
		  uint64_t step)
{
	struct truth *t = truth_new(seed, threads, per_tick, step);
	struct dump_builder b;
	struct recording *r;
	struct profile *p = truth_replay(t, &b, &r, 700);

	assert_totals(t, p);
	/* the order within a tick is known of one thread only */
	if (threads == 1 || per_tick == 1)
		assert_sites(t, p);
	finish(&b, r, p);
	free(t);
}

static void random_traces_of_one_thread(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 10; seed++)
		agree(seed, 1, 5, 1);
}

static void random_traces_with_clear_ticks(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 10; seed++)
		agree(seed, THREADS, 1, 1);
}

/* 40 addresses, handed around by four threads several times a tick. */
static void random_traces_with_dense_ticks(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 10; seed++)
		agree(seed, THREADS, 2 + (unsigned int)seed, 1);
}

/* Many lanes: only windows of their blocks are kept at a time. */
static void many_threads_at_once(void **state)
{
	enum { LANES = 600, EACH = 600 };
	struct event *events = calloc(EACH, sizeof(*events));
	struct dump_builder b;
	struct recording *r;
	struct profile *p;

	(void)state;
	assert_non_null(events);
	begin(&b, MODE_EXACT);
	for (unsigned int lane = 0; lane < LANES; lane++) {
		for (unsigned int i = 0; i < EACH; i++) {
			uint64_t address = 0x1000 * (lane + 1);

			events[i] = i % 2 ? event_free(i, address) :
					    event_alloc(i, address, 8, 2);
		}
		dump_builder_events(&b, lane, events, EACH);
	}
	p = run(&b, &r);
	assert_int_equal(p->counts.events, LANES * EACH);
	assert_int_equal(p->counts.forced, 0);
	assert_int_equal(p->total.live_blocks, 0);
	assert_int_equal(p->counts.lost_events, 0);
	finish(&b, r, p);
	free(events);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_traces_of_one_thread),
		cmocka_unit_test(random_traces_with_clear_ticks),
		cmocka_unit_test(random_traces_with_dense_ticks),
		cmocka_unit_test(many_threads_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

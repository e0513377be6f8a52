/* SPDX-License-Identifier: MIT */
/*
 * Parts of a recording: windows against a plain count over lists of random
 * events, stacks that are left out, moments, exact and sampled.
 */
#include "analyzer/profile.h"
#include "tests/unit/dump_builder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/replay_run.h"

#define EVENTS 400
#define ADDRESSES 32

/* Every event counted one by one, of ticks from..to and stacks in `shown`. */
struct count {
	uint64_t allocations, bytes, frees, live, live_blocks, peak;
	uint64_t heap_peak, at_heap_peak;
};

struct range {
	uint64_t from, to;
	unsigned int shown; /* a bit for each stack id */
};

static unsigned int make_events(struct event *events, uint64_t seed)
{
	bool used[ADDRESSES] = { false };

	for (unsigned int i = 0; i < EVENTS; i++) {
		uint64_t slot = builder_random(&seed) % ADDRESSES;
		uint64_t address = 0x1000 + slot * 64;
		uint32_t stack = 2 + (uint32_t)(builder_random(&seed) % STACKS);

		events[i] = used[slot] ?
				    event_free(10 + i, address) :
				    event_alloc(10 + i, address,
						1 + builder_random(&seed) % 50,
						stack);
		used[slot] = !used[slot];
	}
	return EVENTS;
}

static struct count count_events(const struct event *events,
				 const struct range *range)
{
	const struct event *blocks[ADDRESSES] = { NULL };
	struct count c = { 0 };
	uint64_t heap = 0;

	for (unsigned int i = 0; i < EVENTS; i++) {
		const struct event *e = &events[i];
		size_t slot = (size_t)(e->address - 0x1000) / 64;
		bool frees = blocks[slot] != NULL;
		const struct event *block = frees ? blocks[slot] : e;
		bool shown = range->shown >> block->stack & 1;

		if (e->tick < range->from || e->tick > range->to)
			continue;
		if (!frees && e->kind == EVENT_FREE)
			continue; /* of a block from before */
		blocks[slot] = frees ? NULL : e;
		heap = frees ? heap - block->size : heap + block->size;
		if (shown) {
			c.allocations += !frees;
			c.bytes += frees ? 0 : block->size;
			c.frees += frees;
			c.live += frees ? -block->size : block->size;
			c.live_blocks += frees ? -1ull : 1;
		}
		if (c.live > c.peak)
			c.peak = c.live;
		if (heap > c.heap_peak) {
			c.heap_peak = heap;
			c.at_heap_peak = c.live;
		}
	}
	return c;
}

static bool shows(void *context, uint32_t stack)
{
	return *(const unsigned int *)context >> stack & 1;
}

static void compare(const struct profile *p, const struct count *c)
{
	uint64_t allocations = 0;

	assert_int_equal(p->total.allocations, c->allocations);
	assert_int_equal(p->total.bytes_allocated, c->bytes);
	assert_int_equal(p->total.frees, c->frees);
	assert_int_equal(p->total.live_bytes, c->live);
	assert_int_equal(p->total.live_blocks, c->live_blocks);
	assert_int_equal(p->total.peak_bytes, c->peak);
	assert_int_equal(p->total.at_peak_bytes, c->at_heap_peak);
	if (p->has_all)
		assert_int_equal(p->all.peak_bytes, c->heap_peak);
	for (size_t i = 0; i < p->site_count; i++)
		allocations += p->sites[i].allocations;
	assert_int_equal(allocations, c->allocations);
}

static void parts_are_as_counted(void **state)
{
	struct event events[EVENTS];
	uint64_t seed = 1;

	(void)state;
	for (int run = 0; run < 60; run++) {
		struct range range = {
			.from = run % 3 ? 10 + builder_random(&seed) % 200 : 0,
			.to = run % 4 ? 200 + builder_random(&seed) % 220 :
					UINT64_MAX,
			.shown = run % 5 ?
					 (unsigned int)builder_random(&seed) :
					 ~0u,
		};
		struct profile_view view = { .by = PROFILE_BY_STACK };
		struct count c;
		struct recording *r;
		struct dump_builder b;
		struct profile *p;

		make_events(events, seed);
		c = count_events(events, &range);
		view.by = run % 2 ? PROFILE_BY_STACK : PROFILE_BY_SIZE;
		view.selection.windowed = true;
		view.selection.from_tick = range.from;
		view.selection.to_tick = range.to;
		view.selection.shows = run % 5 ? shows : NULL;
		view.selection.context = &range.shown;
		begin(&b, MODE_EXACT);
		dump_builder_events(&b, 1, events, EVENTS);
		dump_builder_end(&b, END_EXIT);
		p = run_view(&b, &r, &view);
		assert_int_equal(p->has_all, run % 5 != 0);
		compare(p, &c);
		finish(&b, r, p);
	}
}

static void what_is_live_may_be_that_at_the_peak(void **state)
{
	struct event e[] = { event_alloc(1, 0x1000, 10, 2),
			     event_alloc(2, 0x2000, 20, 3), event_free(3, 0x1000),
			     event_alloc(4, 0x3000, 5, 2) };
	struct profile_view view = { .by = PROFILE_BY_STACK,
				     .live_at_peak = true };
	struct recording *r;
	struct dump_builder b;
	struct profile *p;

	(void)state;
	begin(&b, MODE_EXACT);
	dump_builder_events(&b, 1, e, 4);
	dump_builder_end(&b, END_EXIT);
	p = run_view(&b, &r, &view);
	assert_int_equal(p->total.live_bytes, 30);
	assert_int_equal(site_of(p, 2)->live_bytes, 10);
	assert_int_equal(site_of(p, 3)->live_blocks, 1);
	finish(&b, r, p);
}

/* The sums of a sample are those of what is left. */
static void samples_are_selected(void **state)
{
	struct event e[] = { event_alloc(1, 0x1000, 10, 2),
			     event_alloc(20, 0x2000, 20, 3),
			     event_alloc(30, 0x3000, 40, 2),
			     event_free(40, 0x3000) };
	unsigned int shown = 1u << 2;
	struct profile_view view = {
		.by = PROFILE_BY_STACK,
		.selection = { .windowed = true, .from_tick = 10,
			       .to_tick = 39, .shows = shows,
			       .context = &shown },
	};
	struct estimate bytes, live, all;
	struct recording *r;
	struct dump_builder b;
	struct profile *p;

	(void)state;
	begin(&b, MODE_SAMPLED);
	dump_builder_events(&b, 1, e, 4);
	dump_builder_end(&b, END_EXIT);
	p = run_view(&b, &r, &view);
	bytes = profile_figure(p, &p->total, FIGURE_BYTES_ALLOCATED);
	live = profile_figure(p, &p->total, FIGURE_LEAKED_BYTES);
	all = profile_figure(p, &p->all, FIGURE_BYTES_ALLOCATED);
	assert_int_equal(bytes.samples, 1);
	assert_int_equal(live.samples, 1); /* freed after the end */
	assert_int_equal(all.samples, 2);
	assert_true(bytes.low <= bytes.value && bytes.value < bytes.high);
	assert_true(all.value > bytes.value);
	finish(&b, r, p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_are_as_counted),
		cmocka_unit_test(what_is_live_may_be_that_at_the_peak),
		cmocka_unit_test(samples_are_selected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

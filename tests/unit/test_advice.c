/* SPDX-License-Identifier: MIT */
/*
 * All of advise on events that no program makes: any kind, address, stack, size
 * and tick. What comes out must add up; nothing may crash or take long.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/advice/advice.h"
#include "tests/unit/dump_builder.h"
#include "tests/unit/replay_run.h"
#include "tests/unit/rounds.h"

#define SEEDS 60
#define EVENTS 3000
#define NODES 3000
#define LANES 6

static struct event any_event(uint64_t *seed, uint64_t tick)
{
	struct event e = event_of(1 + builder_random(seed) % 14, tick, 0, 0);

	e.address = 0x1000 + builder_random(seed) % 50 * 16;
	if (builder_random(seed) % 50 == 0)
		e.address = builder_random(seed) >> 16;
	e.size = builder_random(seed) % 500;
	if (builder_random(seed) % 50 == 0)
		e.size = builder_random(seed) >> (builder_random(seed) % 64);
	e.stack = (uint32_t)(builder_random(seed) % (NODES + 10));
	if (builder_random(seed) % 3)
		e.stack %= 8;
	e.has_detail = builder_random(seed) % 4 == 0;
	e.duration = e.has_detail ? builder_random(seed) % 100000 : 0;
	e.usable_bytes = e.has_detail ? builder_random(seed) % 1000 : 0;
	e.interval_shift = builder_random(seed) % 8;
	return e;
}

/* Deeper than any recorder's stacks, or wide. */
static void put_nodes(struct dump_builder *b, uint64_t *seed)
{
	struct stack_node *nodes = calloc(NODES, sizeof(*nodes));
	bool deep = builder_random(seed) % 2;

	assert_non_null(nodes);
	for (uint32_t i = 0; i < NODES; i++) {
		uint32_t id = i + 2;

		nodes[i].address = 0x1100 + builder_random(seed) % 0x600;
		nodes[i].module = builder_random(seed) % 3;
		nodes[i].parent = i == 0 ? 0 :
			deep ? id - 1 :
			       (uint32_t)(2 + builder_random(seed) % (id - 2));
	}
	dump_builder_stacks(b, 2, nodes, NODES);
	free(nodes);
}

static struct recording *make(struct dump_builder *b, uint64_t seed)
{
	struct event *events = calloc(EVENTS, sizeof(*events));
	uint32_t lanes = 1 + (uint32_t)(builder_random(&seed) % LANES);

	assert_non_null(events);
	dump_builder_init(b);
	dump_builder_meta(b, seed % 3 ? MODE_EXACT : MODE_SAMPLED,
			  1 + builder_random(&seed) % 1000);
	dump_builder_module(b, 1, "/nowhere/program");
	put_nodes(b, &seed);
	for (uint32_t lane = 0; lane < lanes; lane++) {
		uint64_t tick = builder_random(&seed) % 1000;

		for (size_t i = 0; i < EVENTS; i++) {
			tick += builder_random(&seed) % 20;
			events[i] = any_event(&seed, tick);
		}
		if (builder_random(&seed) % 4 == 0)
			events[EVENTS - 1].tick = UINT64_MAX >> 20;
		dump_builder_events(b, lane + 1, events, EVENTS);
	}
	free(events);
	dump_builder_end(b, END_EXIT);
	return dump_builder_open(b);
}

static void check(const struct advice *advice)
{
	double calls = 0;

	for (size_t i = 0; i < advice->fold.count; i++)
		calls += advice_site_sum(&advice->fold.sites[i])->calls;
	assert_true(calls <= advice->census.total.calls * (1 + 1e-9));
	for (size_t i = 0; i < advice->pass.count; i++) {
		const struct signals *c = &advice->pass.candidates[i];
		double calls_of = advice_site_sum(c->site)->calls;

		assert_true(c->live >= -1e-6 * fmax(1, c->live_max));
		assert_true(c->live <= c->live_max);
		assert_true(c->lifo <= c->lifo_known);
		assert_true(c->in_runs <= calls_of);
		assert_true(c->emptied >= 0);
		assert_true(c->emptied <= calls_of * (1 + 1e-9));
	}
	for (size_t i = 0; i < advice->finding_count; i++) {
		const struct finding *f = &advice->findings[i];

		assert_true(isfinite(f->saved.low) && isfinite(f->saved.high));
		assert_true(f->saved.low <= f->saved.high);
		assert_true(f->saved_calls <= f->allocations * (1 + 1e-9));
		assert_true(f->price_bytes >= 0);
	}
}

static void any_events(void **state)
{
	static const struct debug_search nowhere;
	struct advice_options options = { .search = &nowhere };

	(void)state;
	thresholds_init(&options.thresholds);
	for (uint64_t seed = 0; seed < rounds(SEEDS); seed++) {
		struct dump_builder b;
		struct recording *r = make(&b, seed);
		struct advice *advice;

		options.thresholds.values[THRESHOLD_MIN_CALLS] =
			seed % 2 ? 10 : 100;
		if (seed % 4 == 3) /* everything may be advised */
			memset(&options.thresholds, 0,
			       sizeof(options.thresholds));
		advice = advice_new(r, "x.hwd", &options);
		check(advice);
		advice_free(advice);
		recording_free(r);
		dump_builder_release(&b);
		thresholds_init(&options.thresholds);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

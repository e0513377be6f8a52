/* SPDX-License-Identifier: MIT */
/* The heap over time against a slow replay of the same steps. */
#include "analyzer/heap_chart.h"
#include "tests/unit/dump_builder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define STEPS 20000
#define ORIGIN 1000

struct step {
	uint64_t tick;
	int64_t bytes; /* below 0: released */
};

static void take(struct heap_chart *chart, const struct step *step)
{
	struct live_block block = {
		.size = (uint64_t)llabs(step->bytes),
	};
	struct replay_step replay = { .block = &block, .tick = step->tick };

	if (step->bytes >= 0)
		heap_chart_allocated(chart, &replay, NULL);
	else
		heap_chart_released(chart, &replay, NULL);
}

/* Steps that come in bursts, with long silences; live bytes never below 0. */
static size_t invent(struct step *steps, uint64_t longest, uint64_t seed)
{
	uint64_t tick = ORIGIN;
	int64_t live = 0;

	for (size_t i = 0; i < STEPS; i++) {
		int64_t bytes = (int64_t)(builder_random(&seed) % 1000);

		if (builder_random(&seed) % 100 == 0)
			tick += builder_random(&seed) % longest;
		tick += builder_random(&seed) % 3;
		if (builder_random(&seed) % 2 && live >= bytes && bytes > 0)
			bytes = -bytes;
		live += bytes;
		steps[i] = (struct step){ tick, bytes };
	}
	return STEPS;
}

static void check_span(const struct heap_chart *chart, size_t index,
		       const struct step *steps)
{
	uint64_t begin = ORIGIN + ((uint64_t)index << chart->shift);
	uint64_t end = begin + (UINT64_C(1) << chart->shift);
	uint64_t calls = 0, bytes = 0;
	int64_t live = 0, most = 0;

	for (size_t i = 0; i < STEPS && steps[i].tick < end; i++) {
		bool in = steps[i].tick >= begin;

		if (in && most < live)
			most = live; /* as it came in */
		live += steps[i].bytes;
		if (in && most < live)
			most = live;
		calls += in && steps[i].bytes >= 0;
		bytes += in && steps[i].bytes >= 0 ? (uint64_t)steps[i].bytes :
						     0;
	}
	if (most < live && calls == 0)
		most = live; /* nothing happened in it */
	assert_int_equal(chart->spans[index].allocated.count, calls);
	assert_int_equal(chart->spans[index].allocated.bytes, bytes);
	assert_int_equal(chart->spans[index].most.bytes, most);
}

static void test_against_replay(void **state)
{
	static const uint64_t longest[] = { 1, 100, 10000, 1000000000 };
	struct step *steps = calloc(STEPS, sizeof(*steps));
	struct heap_chart chart;

	(void)state;
	for (size_t k = 0; k < sizeof(longest) / sizeof(*longest); k++) {
		invent(steps, longest[k], k + 1);
		heap_chart_init(&chart, ORIGIN);
		for (size_t i = 0; i < STEPS; i++)
			take(&chart, &steps[i]);
		heap_chart_finish(&chart, steps[STEPS - 1].tick);
		assert_true(chart.count > HEAP_CHART_SPANS / 2);
		assert_true(chart.count <= HEAP_CHART_SPANS);
		for (size_t i = 0; i < chart.count; i++)
			check_span(&chart, i, steps);
		heap_chart_release(&chart);
	}
	free(steps);
}

/* What was live stays so where nothing happens, until the run's end. */
static void test_silence(void **state)
{
	const struct step one = { ORIGIN + 10, 500 };
	struct heap_chart chart;

	(void)state;
	heap_chart_init(&chart, ORIGIN);
	take(&chart, &one);
	heap_chart_finish(&chart, ORIGIN + 999);
	assert_int_equal(chart.count, 1000);
	assert_int_equal(chart.spans[9].most.bytes, 0);
	assert_int_equal(chart.spans[10].most.bytes, 500);
	assert_int_equal(chart.spans[999].most.bytes, 500);
	heap_chart_release(&chart);
}

/* Ticks of threads step back; hostile ones are anywhere. */
static void test_any_tick(void **state)
{
	struct heap_chart chart;
	uint64_t seed = 5, most = 0, live = 0, calls = 0;

	(void)state;
	heap_chart_init(&chart, ORIGIN);
	for (int i = 0; i < 20000; i++) {
		struct step step = {
			builder_random(&seed) >> (builder_random(&seed) % 64),
			(int64_t)(builder_random(&seed) % 50),
		};

		take(&chart, &step);
		live += (uint64_t)step.bytes;
		most = live;
	}
	heap_chart_finish(&chart, UINT64_MAX);
	for (size_t i = 0; i < chart.count; i++) {
		calls += chart.spans[i].allocated.count;
		assert_true(chart.spans[i].most.bytes <= most);
	}
	assert_int_equal(calls, 20000);
	assert_true(chart.count <= HEAP_CHART_SPANS);
	heap_chart_release(&chart);
}

static void test_empty(void **state)
{
	struct heap_chart chart;

	(void)state;
	heap_chart_init(&chart, ORIGIN);
	heap_chart_finish(&chart, 0);
	assert_int_equal(chart.count, 1);
	assert_int_equal(chart.spans[0].most.bytes, 0);
	heap_chart_release(&chart);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_replay),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_any_tick),
		cmocka_unit_test(test_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* What calls took, by what they had to do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "analyzer/advice/call_times.h"

#define LONG 100000.0 /* units */

static void assert_near(double value, double wanted)
{
	assert_true(value > 0.85 * wanted && value < 1.15 * wanted);
}

static void test_none(void **state)
{
	static struct call_times times;

	(void)state;
	assert_true(call_times_mean(&times) == 0);
	assert_true(call_times_quantile(&times, 0.5) == 0);
	assert_true(call_times_capped(&times, 0.5) == 0);
}

/* Of calls with the same work. */
static void test_alike(void **state)
{
	static struct call_times times;

	(void)state;
	for (int i = 1; i <= 1000; i++)
		call_times_add(&times, i, 1, LONG);
	assert_true(call_times_mean(&times) == 500.5);
	assert_near(call_times_quantile(&times, 0.1), 100);
	assert_near(call_times_quantile(&times, 0.9), 900);
	assert_near(call_times_capped(&times, 0.5), 375);
	call_times_add(&times, LONG + 1, 1, LONG);
	assert_true(times.count == 1000 && times.long_calls == 1);
	assert_near(call_times_mean(&times), 600);
	assert_near(call_times_capped(&times, 1), 500);
}

/* One call in fifty has a hundred times the work: no cap takes that away, and
 * fast calls of little work tell how fast those with more would be. */
static void test_work(void **state)
{
	static struct call_times times;

	(void)state;
	for (int i = 0; i < 1000; i++)
		call_times_add(&times, i % 50 ? 40 : 4000, i % 50 ? 1 : 100,
			       LONG);
	assert_near(call_times_mean(&times), 40 + 0.02 * 3960);
	assert_near(call_times_capped(&times, 0.9), 40 + 0.02 * 3960);
	assert_near(call_times_quantile(&times, 0.1), 40 + 0.02 * 3960);
}

/* Durations that no clock makes. */
static void test_absurd(void **state)
{
	static struct call_times times;

	(void)state;
	call_times_add(&times, 0x1p64, 1, 0x1p70);
	call_times_add(&times, 0x1p64, 1, 0.0 / 0.0);
	assert_true(times.count == 0 && times.long_calls == 2);
}

/* A nanosecond is two units; a plain call takes 50. */
static void step(struct call_meter *meter, struct site_calls *calls,
		 struct event event, struct call_origin old)
{
	const struct live_block block = {
		.address = event.address, .size = event.size };
	const struct live_block before = {
		.address = old.address, .size = old.size };
	struct event none = { .kind = EVENT_REALLOC_OLD };
	struct replay_step s = { .event = &none, .block = &before,
				 .end = REPLAY_REALLOCATED };

	if (event.kind == EVENT_REALLOC_NEW)
		call_meter_note(meter, &s);
	event.has_detail = 1;
	s.event = &event;
	s.block = &block;
	s.end = REPLAY_FREED;
	if (event_is_release(event.kind))
		call_meter_released(meter, calls, &s);
	else
		call_meter_allocated(meter, calls, &s, 1);
}

/* The work of the last call of a kind: its weight. */
static void assert_work(struct call_times *times, double low, double high)
{
	assert_true(times->count == 1);
	assert_true(times->slowness.count >= low &&
		    times->slowness.count <= high);
	*times = (struct call_times){ 0 };
}

static void test_meter(void **state)
{
	static const struct model model = { .meta.tick_shift = 10,
					    .ns_per_tick = 512 };
	static const struct call_origin here = { 0x1000, 32768 },
					mapped = { 0x7f0000000010, 1 << 20 };
	static struct site_calls calls;
	struct event e = { .kind = EVENT_MALLOC, .address = 0x20000,
			   .size = 65536, .duration = 5000 };
	struct call_meter meter;

	(void)state;
	call_meter_init(&meter, &model, 1);
	assert_true(meter.long_units == 100000);
	step(&meter, &calls, e, here);
	assert_work(&calls.allocations, 1, 1);
	e.kind = EVENT_CALLOC;
	step(&meter, &calls, e, here);
	assert_work(&calls.allocations, 100, 1000);
	assert_true(calls.made == 2 && calls.calloc_bytes == 65536);
	e.kind = EVENT_REALLOC_NEW;
	step(&meter, &calls, e, here);
	assert_work(&calls.reallocs, 50, 500);
	e.address = here.address; /* it grew where it was */
	step(&meter, &calls, e, here);
	assert_work(&calls.reallocs, 1, 1);
	step(&meter, &calls, e, mapped); /* pages are moved, not copied */
	assert_work(&calls.reallocs, 1, 100);
	e.kind = EVENT_FREE;
	step(&meter, &calls, e, here);
	assert_work(&calls.releases, 1, 1);
	e.address = mapped.address;
	e.size = mapped.size;
	e.duration = 400000; /* 200 us for 256 pages are no interruption */
	step(&meter, &calls, e, here);
	assert_work(&calls.releases, 1000, 10000);
	call_meter_release(&meter);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_none), cmocka_unit_test(test_alike),
		cmocka_unit_test(test_work), cmocka_unit_test(test_absurd),
		cmocka_unit_test(test_meter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

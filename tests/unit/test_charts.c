/* SPDX-License-Identifier: MIT */
/*
 * Charts of whole recordings: what they hold together is what the profile says
 * of the whole, exact and sampled, reallocations that failed included.
 */
#include "analyzer/charts.h"
#include "tests/unit/replay_run.h"

#include <math.h>
#include <stdlib.h>

#define BLOCKS 3000

static struct charts charts;

/* Random allocations and frees of a few hundred blocks, a tick or more apart. */
static void add_events(struct dump_builder *b, uint64_t seed)
{
	struct event *events = calloc(BLOCKS * 2, sizeof(*events));
	bool live[400] = { false };
	uint64_t tick = 10;
	unsigned int count = 0;

	while (count < BLOCKS) {
		uint64_t i = builder_random(&seed) % 400;
		uint64_t address = 0x10000 + i * 0x1000;
		uint64_t size = builder_random(&seed) %
				(UINT64_C(1) << builder_random(&seed) % 12);

		tick += builder_random(&seed) % 100;
		events[count++] = live[i] ? event_free(tick, address) :
					    event_alloc(tick, address, size,
							2 + i % STACKS);
		live[i] = !live[i];
		if (!live[i] || builder_random(&seed) % 8)
			continue;
		/* A realloc that fails. */
		events[count++] = event_of(EVENT_REALLOC_OLD, tick + 1, address,
					   0);
		events[count++] = event_of(EVENT_REALLOC_FAILED, tick + 2,
					   address, 0);
		tick += 2;
	}
	dump_builder_events(b, 1, events, count);
	free(events);
}

static struct profile *run_charts(struct dump_builder *b,
				  struct recording **r)
{
	struct profile_view view = { .by = PROFILE_BY_STACK };
	struct profile *p;

	dump_builder_end(b, END_EXIT);
	*r = dump_builder_open(b);
	charts_init(&charts, &(*r)->model,
		    CHART_SIZES | CHART_LIFETIMES | CHART_TIMELINE);
	view.observer = charts_observer(&charts);
	assert_int_equal(profile_run(&p, *r, &view), 0);
	charts_finish(&charts, &(*r)->model, p->run_ns);
	return p;
}

static bool near(double a, double b)
{
	return fabs(a - b) <= 1e-9 * fmax(1, fabs(a));
}

static void check_sum(const struct profile *p, const struct tally *sum,
		      enum profile_figure count, enum profile_figure bytes)
{
	double t = profile_interval_bytes(p);
	struct estimate ours = tally_count(sum, t);
	struct estimate all = profile_figure(p, &p->total, count);

	assert_true(near(ours.value, all.value));
	assert_true(near(ours.low, all.low));
	if (isfinite(all.high))
		assert_true(near(ours.high, all.high));
	if (bytes == count)
		return;
	ours = tally_bytes(sum, t);
	all = profile_figure(p, &p->total, bytes);
	assert_true(near(ours.value, all.value));
	assert_true(near(ours.high, all.high));
}

static void check_all(const struct profile *p)
{
	struct tally sizes = { 0 }, freed = { 0 }, spans = { 0 };
	struct histogram_bars bars = { 0 };
	double t = profile_interval_bytes(p), most = 0;

	size_histogram_classes(&charts.sizes, &bars);
	for (size_t i = 0; i < bars.count; i++)
		tally_merge(&sizes, &bars.bars[i].blocks);
	histogram_bars_release(&bars);
	check_sum(p, &sizes, FIGURE_ALLOCATIONS, FIGURE_BYTES_ALLOCATED);
	lifetime_histogram_bars(&charts.lifetimes, &bars);
	for (size_t i = 0; i < bars.count; i++)
		tally_merge(&freed, &bars.bars[i].blocks);
	histogram_bars_release(&bars);
	check_sum(p, &freed, FIGURE_FREES, FIGURE_FREES);
	for (size_t i = 0; i < charts.timeline.count; i++) {
		const struct heap_span *span = &charts.timeline.spans[i];

		tally_merge(&spans, &span->allocated);
		most = fmax(most, tally_bytes(&span->most, t).value);
	}
	check_sum(p, &spans, FIGURE_ALLOCATIONS, FIGURE_BYTES_ALLOCATED);
	assert_true(near(most, profile_figure(p, &p->total,
					      FIGURE_PEAK_BYTES).value));
	assert_true(near(tally_bytes(&charts.timeline.live, t).value,
			 profile_figure(p, &p->total, FIGURE_LEAKED_BYTES)
				 .value));
}

static void check_mode(enum dump_mode mode)
{
	for (uint64_t seed = 1; seed <= 5; seed++) {
		struct dump_builder b;
		struct recording *r;
		struct profile *p;

		begin(&b, mode);
		add_events(&b, seed);
		p = run_charts(&b, &r);
		assert_true(p->total.allocations > 500);
		assert_true(p->counts.failed_reallocations > 50);
		check_all(p);
		charts_release(&charts);
		finish(&b, r, p);
	}
}

static void test_exact(void **state)
{
	(void)state;
	check_mode(MODE_EXACT);
}

static void test_sampled(void **state)
{
	(void)state;
	check_mode(MODE_SAMPLED);
}

/* Sites added up are the whole. */
static void test_tallies_of_sites(void **state)
{
	static const enum dump_mode modes[] = { MODE_EXACT, MODE_SAMPLED };

	(void)state;
	for (size_t m = 0; m < 2; m++) {
		struct tally sums[4] = { 0 };
		struct dump_builder b;
		struct recording *r;
		struct profile *p;

		begin(&b, modes[m]);
		add_events(&b, 9);
		p = run(&b, &r);
		for (size_t i = 0; i < p->site_count; i++)
			for (size_t k = 0; k < 4; k++)
				profile_tally(p, &p->sites[i],
					      (enum profile_blocks)k, &sums[k]);
		check_sum(p, &sums[PROFILE_ALLOCATED], FIGURE_ALLOCATIONS,
			  FIGURE_BYTES_ALLOCATED);
		check_sum(p, &sums[PROFILE_LEAKED], FIGURE_LEAKED_BLOCKS,
			  FIGURE_LEAKED_BYTES);
		check_sum(p, &sums[PROFILE_AT_PEAK], FIGURE_AT_PEAK_BLOCKS,
			  FIGURE_AT_PEAK_BYTES);
		check_sum(p, &sums[PROFILE_TEMPORARY], FIGURE_TEMPORARY,
			  FIGURE_TEMPORARY);
		finish(&b, r, p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exact),
		cmocka_unit_test(test_sampled),
		cmocka_unit_test(test_tallies_of_sites),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

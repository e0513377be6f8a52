/* SPDX-License-Identifier: MIT */
/*
 * Replay and totals: traces with known results, and random ones against an
 * implementation that knows the true order and does everything the slow way.
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


static void one_thread_in_closed_form(void **state)
{
	struct event e[] = {
		event_alloc(1, A, 100, 2), event_alloc(2, B, 50, 3),
		event_free(5, A),	   event_alloc(6, A, 10, 2),
		event_free(9, A),	   event_alloc(10, A, 30, 2),
	};
	struct recording *r;
	struct dump_builder b;
	struct profile *p;
	const struct site *s;

	(void)state;
	begin(&b, MODE_EXACT);
	dump_builder_events(&b, 1, e, 6);
	p = run(&b, &r);
	s = site_of(p, 2);
	assert_int_equal(s->allocations, 3);
	assert_int_equal(s->bytes_allocated, 140);
	assert_int_equal(s->frees, 2);
	assert_int_equal(s->temporary, 1);
	assert_int_equal(s->live_blocks, 1);
	assert_int_equal(s->live_bytes, 30);
	assert_int_equal(s->peak_bytes, 100);
	assert_int_equal(s->at_peak_bytes, 100);
	assert_int_equal(s->lifetime_ticks, 4 + 3);
	assert_int_equal(s->size_min, 10);
	assert_int_equal(s->size_max, 100);
	assert_int_equal(s->first_tick, 1);
	assert_int_equal(s->last_tick, 10);
	assert_int_equal(p->total.peak_bytes, 150);
	assert_int_equal(p->total.peak_blocks, 2);
	assert_int_equal(p->peak_tick, 2);
	assert_int_equal(p->total.live_bytes, 80);
	assert_int_equal(p->counts.forced, 0);
	assert_true(profile_mean_lifetime(p, r, s).value == 3.5 * 1024);
	assert_true(isnan(profile_mean_lifetime(p, r, site_of(p, 3)).value));
	finish(&b, r, p);
}

/* A site's own peak is not when the process has its own. */
static void each_site_has_its_own_peak(void **state)
{
	struct event e[] = {
		event_alloc(1, A, 100, 2), event_free(2, A),
		event_alloc(3, A, 40, 2),  event_alloc(4, B, 90, 3),
		event_free(5, A),
	};
	struct recording *r;
	struct dump_builder b;
	struct profile *p;

	(void)state;
	begin(&b, MODE_EXACT);
	dump_builder_events(&b, 1, e, 5);
	p = run(&b, &r);
	assert_int_equal(p->total.peak_bytes, 130);
	assert_int_equal(site_of(p, 2)->peak_bytes, 100);
	assert_int_equal(site_of(p, 2)->at_peak_bytes, 40);
	assert_int_equal(site_of(p, 2)->live_bytes, 0);
	assert_int_equal(site_of(p, 3)->at_peak_bytes, 90);
	finish(&b, r, p);
}

/* Thread 1 allocates, thread 2 frees, all in the same tick; the blocks of the
 * file are in the wrong order. */
static void one_tick_hand_over(void **state)
{
	struct event frees[] = { event_free(7, A), event_free(7, A) };
	struct event allocs[] = { event_alloc(7, A, 1, 2),
				  event_alloc(7, A, 2, 3) };
	struct recording *r;
	struct dump_builder b;
	struct profile *p;

	(void)state;
	begin(&b, MODE_EXACT);
	dump_builder_events(&b, 2, frees, 2);
	dump_builder_events(&b, 1, allocs, 2);
	p = run(&b, &r);
	assert_int_equal(p->counts.forced, 0);
	assert_int_equal(p->total.frees, 2);
	assert_int_equal(p->total.live_blocks, 0);
	assert_int_equal(p->total.peak_bytes, 2);
	assert_int_equal(p->total.temporary, 0);
	finish(&b, r, p);
}

/* The first order that fits leads nowhere: thread 1 could free its own block,
 * but then thread 2's free never fits. */
static void an_order_that_leads_nowhere(void **state)
{
	struct event one[] = { event_alloc(1, A, 16, 2), event_free(5, A),
			       event_free(5, B) };
	struct event two[] = { event_free(5, A), event_alloc(5, A, 16, 3),
			       event_alloc(5, B, 32, 3) };
	struct recording *r;
	struct dump_builder b;
	struct profile *p;

	(void)state;
	begin(&b, MODE_EXACT);
	dump_builder_events(&b, 1, one, 3);
	dump_builder_events(&b, 2, two, 3);
	p = run(&b, &r);
	assert_int_equal(p->counts.forced, 0);
	assert_int_equal(p->counts.reordered, 1);
	assert_int_equal(p->total.frees, 3);
	assert_int_equal(p->total.live_blocks, 0);
	finish(&b, r, p);
}

static void stamps_that_are_early(void **state)
{
	struct event one[] = { event_alloc(10, A, 16, 2) };
	struct event two[] = { event_free(6, A), event_alloc(30, B, 16, 2) };
	struct recording *r;
	struct dump_builder b;
	struct profile *p;

	(void)state;
	begin(&b, MODE_EXACT);
	dump_builder_events(&b, 1, one, 1);
	dump_builder_events(&b, 2, two, 2);
	p = run(&b, &r);
	assert_int_equal(p->counts.forced, 0);
	assert_int_equal(p->total.live_blocks, 1);
	finish(&b, r, p);
}

static void what_was_not_recorded_is_forced(void **state)
{
	struct event one[] = { event_alloc(100, A, 16, 2),
			       event_alloc(200, A, 8, 3),
			       event_free(300, B) };
	struct event two[] = { event_free(50, B), event_alloc(400, B, 4, 2) };
	struct recording *r;
	struct dump_builder b;
	struct profile *p;

	(void)state;
	begin(&b, MODE_EXACT);
	dump_builder_events(&b, 1, one, 3);
	dump_builder_events(&b, 2, two, 2);
	p = run(&b, &r);
	assert_int_equal(p->counts.implicit_frees, 1);
	assert_int_equal(p->counts.foreign_frees, 2);
	assert_int_equal(p->counts.forced, 3);
	assert_int_equal(p->counts.events, 5);
	assert_int_equal(p->total.allocations, 3);
	assert_int_equal(p->total.frees, 0);
	assert_int_equal(p->total.live_bytes, 12);
	finish(&b, r, p);
}

/*
 * A fork child's thread 2 frees what its parent left; thread 1 gets the place at
 * once, and keeps it. A block that was handed over in one tick is none of these,
 * nor is one whose place was used before.
 */
static void what_a_parent_left(void **state)
{
	struct event one[] = { event_alloc(100, A, 16, 2),
			       event_alloc(300, B, 8, 3),
			       event_alloc(500, C, 8, 3),
			       event_free(510, C),
			       event_alloc(610, C, 4, 3) };
	struct event two[] = { event_free(60, A), event_free(300, B),
			       event_free(600, C) };
	struct profile_view view = { .by = PROFILE_BY_STACK };
	struct recording *r;
	struct dump_builder b;
	struct profile *p;

	(void)state;
	for (uint64_t forked = 0; forked < 2; forked++) {
		begin(&b, MODE_EXACT);
		dump_builder_events(&b, 1, two, 3);
		dump_builder_events(&b, 2, one, 5);
		dump_builder_end(&b, END_EXIT);
		r = dump_builder_open(&b);
		r->model.meta.forked = forked;
		assert_int_equal(profile_run(&p, r, &view), 0);
		assert_int_equal(p->counts.foreign_frees, forked);
		assert_int_equal(p->total.frees, 4 - forked);
		assert_int_equal(site_of(p, 2)->live_blocks, forked);
		assert_int_equal(site_of(p, 3)->live_blocks, 0);
		finish(&b, r, p);
	}
}

/* Thread 1's realloc moves its block; thread 2 gets the old place at once. */
static void realloc_that_moves(void **state)
{
	struct event one[] = {
		event_alloc(1, A, 16, 2),
		event_of(EVENT_REALLOC_OLD, 3, A, 0),
		event_of(EVENT_REALLOC_NEW, 3, B, 64),
		event_free(9, B),
	};
	struct event two[] = { event_alloc(3, A, 16, 3), event_free(8, A) };
	struct recording *r;
	struct dump_builder b;
	struct profile *p;

	(void)state;
	one[2].stack = 4;
	begin(&b, MODE_EXACT);
	dump_builder_events(&b, 2, two, 2);
	dump_builder_events(&b, 1, one, 4);
	p = run(&b, &r);
	assert_int_equal(p->counts.forced, 0);
	assert_int_equal(p->counts.reallocations, 1);
	assert_int_equal(p->total.allocations, 3);
	assert_int_equal(p->total.frees, 3);
	assert_int_equal(p->total.live_blocks, 0);
	assert_int_equal(site_of(p, 4)->reallocations, 1);
	assert_int_equal(site_of(p, 4)->bytes_allocated, 64);
	finish(&b, r, p);
}

static void failed_realloc_changes_nothing(void **state)
{
	struct event e[] = {
		event_alloc(1, A, 16, 2),
		event_of(EVENT_REALLOC_OLD, 3, A, 0),
		/* a handler's, nested */
		event_alloc(3, B, 8, 3),
		event_of(EVENT_REALLOC_OLD, 3, B, 0),
		event_of(EVENT_REALLOC_NEW, 3, B, 9),
		event_of(EVENT_REALLOC_FAILED, 4, 0, 0),
		event_free(11, A),
	};
	struct recording *r;
	struct dump_builder b;
	struct profile *p;
	const struct site *s;

	(void)state;
	begin(&b, MODE_EXACT);
	dump_builder_events(&b, 1, e, 7);
	p = run(&b, &r);
	s = site_of(p, 2);
	assert_int_equal(p->counts.forced, 0);
	assert_int_equal(p->counts.failed_reallocations, 1);
	assert_int_equal(s->allocations, 1);
	assert_int_equal(s->frees, 1);
	assert_int_equal(s->lifetime_ticks, 10);
	assert_int_equal(s->temporary, 0);
	assert_int_equal(p->total.frees, 2);
	assert_int_equal(p->total.live_blocks, 1);
	finish(&b, r, p);
}

/* A failed realloc is no reason not to be temporary: nothing was allocated. */
static void failed_realloc_of_a_temporary_block(void **state)
{
	struct event e[] = {
		event_alloc(1, A, 16, 2),
		event_of(EVENT_REALLOC_OLD, 3, A, 0),
		event_of(EVENT_REALLOC_FAILED, 4, 0, 0),
		event_free(5, A),
	};
	struct recording *r;
	struct dump_builder b;
	struct profile *p;

	(void)state;
	begin(&b, MODE_EXACT);
	dump_builder_events(&b, 1, e, 4);
	p = run(&b, &r);
	assert_int_equal(p->total.frees, 1);
	assert_int_equal(p->total.temporary, 1);
	assert_int_equal(p->total.live_blocks, 0);
	finish(&b, r, p);
}

static void temporary_is_per_thread(void **state)
{
	struct event one[] = { event_alloc(1, A, 16, 2), event_free(30, A) };
	struct event two[] = { event_alloc(10, B, 16, 2), event_free(20, B),
			       event_alloc(21, B, 8, 3) };
	struct recording *r;
	struct dump_builder b;
	struct profile *p;

	(void)state;
	begin(&b, MODE_EXACT);
	dump_builder_events(&b, 1, one, 2);
	dump_builder_events(&b, 2, two, 3);
	p = run(&b, &r);
	assert_int_equal(p->total.temporary, 2);
	finish(&b, r, p);
}

static void views_by_thread_and_by_size(void **state)
{
	struct event one[] = { event_alloc(1, A, 16, 2) };
	struct event two[] = { event_free(10, A), event_alloc(12, B, 2000, 2) };
	struct profile_view view = { .by = PROFILE_BY_THREAD };
	struct recording *r;
	struct dump_builder b;
	struct profile *p;
	uint64_t low, high;

	(void)state;
	begin(&b, MODE_EXACT);
	dump_builder_events(&b, 7, one, 1);
	dump_builder_events(&b, 8, two, 2);
	dump_builder_end(&b, END_EXIT);
	p = run_view(&b, &r, &view);
	assert_int_equal(site_of(p, 7)->frees, 1);
	assert_int_equal(site_of(p, 8)->live_bytes, 2000);
	profile_free(p);
	recording_free(r);
	view.by = PROFILE_BY_SIZE;
	p = run_view(&b, &r, &view);
	assert_int_equal(site_of(p, 16)->allocations, 1);
	profile_size_bounds(profile_size_class(2000), &low, &high);
	assert_true(low <= 2000 && 2000 <= high);
	assert_int_equal(site_of(p, profile_size_class(2000))->allocations, 1);
	finish(&b, r, p);
}

static void size_classes_are_without_gaps(void **state)
{
	uint64_t last_high = UINT64_MAX;

	(void)state;
	for (uint32_t class = 0; last_high != UINT64_MAX || class == 0;
	     class++) {
		uint64_t low, high;

		profile_size_bounds(class, &low, &high);
		assert_true(low == last_high + 1);
		assert_true(low <= high);
		assert_int_equal(profile_size_class(low), class);
		assert_int_equal(profile_size_class(high), class);
		last_high = high;
	}
}

/* Groups: stacks 2 and 3 are one, all others another. */
static void views_by_group(void **state)
{
	uint32_t groups[2 + STACKS];
	const struct profile_view view = { .by = PROFILE_BY_STACK,
					   .groups = groups,
					   .group_count = 2 };
	struct event e[] = { event_alloc(1, A, 1, 2), event_free(2, A),
			     event_alloc(3, B, 1, 3), event_alloc(4, A, 5, 7) };
	struct recording *r;
	struct dump_builder b;
	struct profile *p;

	(void)state;
	for (uint32_t i = 0; i < 2 + STACKS; i++)
		groups[i] = i == 2 || i == 3 ? 1 : 0;
	begin(&b, MODE_EXACT);
	dump_builder_events(&b, 1, e, 4);
	dump_builder_end(&b, END_EXIT);
	p = run_view(&b, &r, &view);
	assert_int_equal(p->site_count, 2);
	assert_int_equal(site_of(p, 1)->allocations, 2);
	assert_int_equal(site_of(p, 1)->peak_bytes, 1);
	assert_int_equal(site_of(p, 0)->bytes_allocated, 5);
	finish(&b, r, p);
}

static void sampled_figures_are_estimates(void **state)
{
	struct event e[] = { event_alloc(1, A, 1, 2), event_alloc(2, B, 5, 2),
			     event_free(3, A) };
	struct estimate allocations, leaked, bytes;
	struct recording *r;
	struct dump_builder b;
	struct profile *p;
	const struct site *s;

	(void)state;
	e[1].interval_shift = 1; /* T = 2000 */
	e[2].interval_shift = 1; /* temporary */
	begin(&b, MODE_SAMPLED);
	dump_builder_events(&b, 1, e, 3);
	p = run(&b, &r);
	s = site_of(p, 2);
	assert_true(p->sampled);
	allocations = profile_figure(p, s, FIGURE_ALLOCATIONS);
	bytes = profile_figure(p, s, FIGURE_BYTES_ALLOCATED);
	leaked = profile_figure(p, &p->total, FIGURE_LEAKED_BYTES);
	assert_true(fabs(allocations.value -
			 (1 / -expm1(-0.001) + 1 / -expm1(-0.0025))) < 1e-6);
	assert_true(fabs(bytes.value -
			 (1 / -expm1(-0.001) + 5 / -expm1(-0.0025))) < 1e-6);
	assert_true(fabs(leaked.value - 5 / -expm1(-0.0025)) < 1e-6);
	assert_int_equal(allocations.samples, 2);
	assert_int_equal(profile_figure(p, s, FIGURE_TEMPORARY).samples, 1);
	assert_true(allocations.low < allocations.value &&
		    allocations.value < allocations.high);
	assert_true(estimate_is_weak(&allocations));
	finish(&b, r, p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_thread_in_closed_form),
		cmocka_unit_test(each_site_has_its_own_peak),
		cmocka_unit_test(one_tick_hand_over),
		cmocka_unit_test(an_order_that_leads_nowhere),
		cmocka_unit_test(stamps_that_are_early),
		cmocka_unit_test(what_was_not_recorded_is_forced),
		cmocka_unit_test(what_a_parent_left),
		cmocka_unit_test(realloc_that_moves),
		cmocka_unit_test(failed_realloc_changes_nothing),
		cmocka_unit_test(failed_realloc_of_a_temporary_block),
		cmocka_unit_test(temporary_is_per_thread),
		cmocka_unit_test(views_by_thread_and_by_size),
		cmocka_unit_test(size_classes_are_without_gaps),
		cmocka_unit_test(views_by_group),
		cmocka_unit_test(sampled_figures_are_estimates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

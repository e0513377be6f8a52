/* SPDX-License-Identifier: MIT */
/* Histograms against a slow count of the same numbers. */
#include "analyzer/histogram.h"
#include "tests/unit/dump_builder.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define NUMBERS 5000

/* Of all magnitudes up to 2^bits. */
static void fill(uint64_t *numbers, unsigned int bits, uint64_t seed)
{
	for (size_t i = 0; i < NUMBERS; i++) {
		uint64_t shift = builder_random(&seed) % bits + 64 - bits;

		numbers[i] = builder_random(&seed) >> shift;
	}
}

static void check_bars(const struct histogram_bars *bars,
		       const uint64_t *sizes, size_t limit)
{
	uint64_t all = 0;

	assert_true(bars->count > 0 && bars->count <= limit);
	for (size_t i = 0; i < bars->count; i++) {
		const struct histogram_bar *bar = &bars->bars[i];
		uint64_t count = 0, bytes = 0;

		assert_true(bar->low <= bar->high);
		assert_true(i == 0 || bar->low > bar[-1].high);
		for (size_t j = 0; j < NUMBERS; j++) {
			bool in = (double)sizes[j] >= bar->low &&
				  (double)sizes[j] <= bar->high;

			count += in;
			bytes += in ? sizes[j] : 0;
		}
		assert_int_equal(bar->blocks.count, count);
		assert_int_equal(bar->blocks.bytes, bytes);
		all += count;
	}
	assert_int_equal(all, NUMBERS);
}

static void test_sizes(void **state)
{
	uint64_t sizes[NUMBERS];

	(void)state;
	for (unsigned int bits = 1; bits <= 48; bits++) {
		struct size_histogram h;
		struct histogram_bars bars = { 0 };

		fill(sizes, bits, bits);
		size_histogram_init(&h);
		for (size_t i = 0; i < NUMBERS; i++)
			size_histogram_add(&h, sizes[i], NULL);
		size_histogram_classes(&h, &bars);
		check_bars(&bars, sizes, SIZE_MAX);
		histogram_bars_release(&bars);
		for (size_t limit = 2; limit < 60; limit += 3) {
			size_histogram_fold(&h, limit, 0, &bars);
			check_bars(&bars, sizes, limit);
			histogram_bars_release(&bars);
		}
		size_histogram_release(&h);
	}
}

/* The ends of bars that hold more than single classes. */
static void test_powers_of_two(void **state)
{
	struct size_histogram h;
	struct histogram_bars bars = { 0 };

	(void)state;
	size_histogram_init(&h);
	for (uint64_t size = 0; size <= 4096; size++)
		size_histogram_add(&h, size, NULL);
	size_histogram_fold(&h, 14, 0, &bars);
	assert_int_equal(bars.count, 14);
	assert_true(bars.bars[0].low == 0 && bars.bars[0].high == 0);
	for (size_t i = 1; i < bars.count; i++) {
		assert_true(bars.bars[i].high == ldexp(1, (int)i - 1));
		assert_int_equal(bars.bars[i].blocks.count,
				 i > 1 ? 1u << (i - 2) : 1);
	}
	histogram_bars_release(&bars);
	size_histogram_fold(&h, 27, 0, &bars); /* halves of 2^0 .. 2^12, and 0 */
	assert_true(bars.count > 20);
	assert_true(bars.bars[bars.count - 1].low == 3073);
	histogram_bars_release(&bars);
	size_histogram_release(&h);
}

/* Too many powers of two: what is joined is where little is. */
static void test_ends_are_joined(void **state)
{
	struct size_histogram h;
	struct histogram_bars bars = { 0 };

	(void)state;
	size_histogram_init(&h);
	for (uint64_t size = 1; size <= 1 << 20; size *= 2)
		size_histogram_add(&h, size, NULL);
	for (int i = 0; i < 100000; i++)
		size_histogram_add(&h, 1 << 20, NULL);
	size_histogram_fold(&h, 8, 0, &bars);
	assert_int_equal(bars.count, 8);
	assert_true(bars.bars[7].low == (1 << 19) + 1);
	assert_true(bars.bars[0].low == 1 && bars.bars[0].high == 1 << 13);
	histogram_bars_release(&bars);
	size_histogram_release(&h);
}

static int by_size(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return a < b ? -1 : a > b;
}

static void test_quantiles(void **state)
{
	uint64_t sizes[NUMBERS];
	struct size_histogram h;

	(void)state;
	size_histogram_init(&h);
	assert_int_equal(size_histogram_quantile(&h, 0.5), 0);
	fill(sizes, 10, 99);
	for (size_t i = 0; i < NUMBERS; i++)
		size_histogram_add(&h, sizes[i], NULL);
	qsort(sizes, NUMBERS, sizeof(*sizes), by_size);
	for (double share = 0.01; share <= 1; share += 0.01) {
		size_t rank = (size_t)ceil(share * NUMBERS);

		assert_int_equal(size_histogram_quantile(&h, share),
				 sizes[rank - 1]);
	}
	size_histogram_release(&h);
}

static void add_lifetime(struct lifetime_histogram *h, uint64_t ticks)
{
	struct live_block block = { .tick_low = 5, .size = 8 };
	struct replay_step step = { .block = &block, .tick = 5 + ticks };

	tally_add(lifetime_histogram_at(h, &step), 8, NULL);
}

static void check_lifetimes(double ns_per_tick)
{
	struct lifetime_histogram h;
	struct histogram_bars bars = { 0 };
	uint64_t ticks[NUMBERS], all = 0;

	fill(ticks, 47, 7);
	lifetime_histogram_init(&h, ns_per_tick);
	for (size_t i = 0; i < NUMBERS; i++)
		add_lifetime(&h, ticks[i]);
	lifetime_histogram_bars(&h, &bars);
	for (size_t i = 0; i < bars.count; i++) {
		const struct histogram_bar *bar = &bars.bars[i];
		uint64_t count = 0;

		for (size_t j = 0; j < NUMBERS; j++) {
			double ns = (double)ticks[j] * ns_per_tick;

			/* To the tick: edges lie between two of them. */
			count += (ns >= bar->low || bar->low <= 0) &&
				 (ns < bar->high || !isfinite(bar->high));
		}
		if (isfinite(ns_per_tick))
			assert_int_equal(bar->blocks.count, count);
		all += bar->blocks.count;
	}
	assert_int_equal(all, NUMBERS);
	histogram_bars_release(&bars);
}

static void test_lifetimes(void **state)
{
	(void)state;
	check_lifetimes(1);
	check_lifetimes(0.75);
	check_lifetimes(1024);
	check_lifetimes(980.3);
	check_lifetimes(86.1);
	/* A clock that says nothing. */
	check_lifetimes(NAN);
	check_lifetimes(INFINITY);
	check_lifetimes(0);
	check_lifetimes(1e-300);
	check_lifetimes(1e300);
	check_lifetimes(7e12);
}

static void test_lifetime_ranges(void **state)
{
	struct lifetime_histogram h;
	struct histogram_bars bars = { 0 };
	struct live_block block = { .tick_low = 5, .size = 8 };
	struct replay_step step = { .block = &block, .tick = 9,
				    .end = REPLAY_IMPLICIT };

	(void)state;
	lifetime_histogram_init(&h, 1000);
	lifetime_histogram_bars(&h, &bars);
	assert_int_equal(bars.count, 0);
	add_lifetime(&h, 0);
	add_lifetime(&h, 9);
	add_lifetime(&h, 10);
	add_lifetime(&h, 60 * 1000000);
	tally_add(lifetime_histogram_at(&h, &step), 8, NULL);
	lifetime_histogram_bars(&h, &bars);
	assert_true(bars.bars[0].low == 0 && bars.bars[0].high == 1000);
	assert_true(bars.bars[1].low == 1000 && bars.bars[1].high == 10000);
	assert_int_equal(bars.bars[1].blocks.count, 1);
	assert_int_equal(bars.bars[2].blocks.count, 1);
	assert_true(bars.bars[bars.count - 1].low == 60e9);
	assert_true(bars.bars[bars.count - 1].high == 600e9);
	assert_int_equal(h.unseen.count, 1);
	histogram_bars_release(&bars);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_powers_of_two),
		cmocka_unit_test(test_ends_are_joined),
		cmocka_unit_test(test_quantiles),
		cmocka_unit_test(test_lifetimes),
		cmocka_unit_test(test_lifetime_ranges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Pool sizes by dynamic programming, against every choice there is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "analyzer/advice/size_plan.h"
#include "tests/unit/dump_builder.h"

#define DISTINCT_MAX 10

struct blocks {
	uint64_t size[DISTINCT_MAX]; /* ascending */
	uint64_t count[DISTINCT_MAX];
	size_t distinct;
};

static void make(struct blocks *b, uint64_t *seed)
{
	uint64_t size = 0;

	b->distinct = 1 + builder_random(seed) % DISTINCT_MAX;
	for (size_t i = 0; i < b->distinct; i++) {
		size += 1 + builder_random(seed) % 200;
		b->size[i] = size;
		b->count[i] = 1 + builder_random(seed) % 30;
	}
}

static uint64_t waste_of(const struct blocks *b, const uint64_t *sizes,
			 size_t count)
{
	uint64_t waste = 0;

	for (size_t i = 0; i < b->distinct; i++) {
		size_t j = 0;

		while (j < count && sizes[j] < b->size[i])
			j++;
		assert_true(j < count);
		waste += (sizes[j] - b->size[i]) * b->count[i];
	}
	return waste;
}

/* The least waste of `count` of the distinct sizes, by trying them all. */
static uint64_t least_waste(const struct blocks *b, size_t count)
{
	uint64_t least = UINT64_MAX, sizes[DISTINCT_MAX];

	for (unsigned int set = 0; set < 1u << b->distinct; set++) {
		size_t chosen = 0;
		uint64_t waste;

		if ((size_t)__builtin_popcount(set) != count ||
		    !(set >> (b->distinct - 1) & 1))
			continue;
		for (size_t i = 0; i < b->distinct; i++)
			if (set >> i & 1)
				sizes[chosen++] = b->size[i];
		waste = waste_of(b, sizes, chosen);
		least = waste < least ? waste : least;
	}
	return least;
}

static void add(struct size_counts *counts, const struct blocks *b)
{
	for (size_t i = b->distinct; i-- > 0;)
		for (uint64_t n = 0; n < b->count[i]; n++)
			size_counts_add(counts, b->size[i]);
	size_counts_sort(counts);
}

static void test_all_choices(void **state)
{
	(void)state;
	for (uint64_t run = 1; run <= 2000; run++) {
		struct size_counts counts = { 0 };
		struct size_plan plan;
		uint64_t seed = run;
		struct blocks b;

		make(&b, &seed);
		add(&counts, &b);
		for (size_t m = 1; m <= SIZE_PLAN_SIZES; m++) {
			size_t count = m < b.distinct ? m : b.distinct;

			size_plan_of(&plan, &counts, m);
			assert_int_equal(plan.count, count);
			assert_int_equal(plan.waste_bytes,
					 least_waste(&b, count));
			assert_int_equal(waste_of(&b, plan.sizes, plan.count),
					 plan.waste_bytes);
		}
		size_counts_release(&counts);
	}
}

/* As few as keep the waste below a limit. */
static void test_choose(void **state)
{
	const struct blocks b = { { 16, 100, 1000 }, { 50, 50, 50 }, 3 };
	struct size_counts counts = { 0 };
	struct size_plan plan;

	(void)state;
	add(&counts, &b);
	size_plan_choose(&plan, &counts, 0.1);
	assert_int_equal(plan.count, 2);
	assert_int_equal(plan.sizes[0], 100);
	assert_int_equal(plan.sizes[1], 1000);
	assert_int_equal(plan.requested_bytes, 1116 * 50);
	assert_int_equal(plan.waste_bytes, 84 * 50);
	size_plan_choose(&plan, &counts, 0);
	assert_int_equal(plan.count, 3);
	assert_int_equal(plan.waste_bytes, 0);
	size_plan_choose(&plan, &counts, 10);
	assert_int_equal(plan.count, 1);
	size_counts_release(&counts);
}

/* More sizes than are told apart: every block fits, none by much. */
static void test_many(void **state)
{
	struct size_counts counts = { 0 };
	struct size_plan plan;
	uint64_t seed = 1, largest = 0, blocks = 0, bytes = 0;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		uint64_t size = builder_random(&seed) >>
				(20 + builder_random(&seed) % 40);

		size_counts_add(&counts, size);
		bytes += size;
		largest = size > largest ? size : largest;
	}
	size_counts_sort(&counts);
	assert_true(counts.used <= SIZE_PLAN_DISTINCT);
	for (size_t i = 0; i < counts.used; i++) {
		blocks += counts.slots[i].count;
		assert_true(i == 0 ||
			    counts.slots[i].size > counts.slots[i - 1].size);
	}
	assert_int_equal(blocks, 200000);
	size_plan_of(&plan, &counts, SIZE_PLAN_SIZES);
	assert_int_equal(plan.count, SIZE_PLAN_SIZES);
	assert_true(fabs(plan.requested_bytes - (double)bytes) <
		    1e-9 * (double)bytes);
	assert_true(plan.sizes[SIZE_PLAN_SIZES - 1] >= largest);
	assert_true(plan.sizes[SIZE_PLAN_SIZES - 1] <= largest + largest / 50);
	size_counts_release(&counts);
}

static void test_none(void **state)
{
	struct size_counts counts = { 0 };
	struct size_plan plan;

	(void)state;
	size_counts_sort(&counts);
	size_plan_choose(&plan, &counts, 0.1);
	assert_int_equal(plan.count, 0);
	size_counts_add(&counts, 0);
	size_counts_sort(&counts);
	size_plan_choose(&plan, &counts, 0);
	assert_int_equal(plan.count, 1);
	assert_int_equal(plan.sizes[0], 1);
	size_counts_release(&counts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_choices),
		cmocka_unit_test(test_choose),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

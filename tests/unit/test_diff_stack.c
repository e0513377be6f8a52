/* SPDX-License-Identifier: MIT */
/*
 * What writers of comparisons for other programs show of a stack: from the first
 * call that is not the allocator's, with names or places; and the mappings,
 * locations and functions that a profile of two builds has.
 */
#include "analyzer/output/diff_stack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyzer/output/pprof_heap.h"
#include "analyzer/output/pprof_modules.h"

static uint32_t add_frame(struct frame_pool *pool, const char *function,
			  const char *build, uint64_t offset)
{
	struct pool_frame frame = {
		.function = frame_pool_text(pool, function),
		.module = frame_pool_text(pool, "/x/app"),
		.build = frame_pool_text(pool, build),
		.offset = offset,
	};

	return frame_pool_frame(pool, &frame);
}

/* main, f and operator new, the outermost first. */
static uint32_t add_stack(struct frame_pool *pool, const char *leaf)
{
	uint32_t stack = POOL_STACK_EMPTY;

	stack = frame_pool_stack(pool, add_frame(pool, "main", "aa", 0x30),
				 stack);
	stack = frame_pool_stack(pool, add_frame(pool, NULL, "aa", 0x20),
				 stack);
	return frame_pool_stack(pool, add_frame(pool, leaf, "aa", 0x10), stack);
}

static void check_leaf(const char *leaf, size_t wanted)
{
	struct comparison comparison = { 0 };
	struct comparison_row row = { 0 };
	struct diff_stack stack;
	char *name;

	frame_pool_init(&comparison.pool);
	row.stack = add_stack(&comparison.pool, leaf);
	diff_stack_read(&stack, &comparison, &row);
	assert_int_equal(stack.count, 3);
	assert_int_equal(stack.leaf, wanted);
	assert_false(stack.cut);
	name = diff_stack_name(&comparison.pool, stack.frames[1]);
	assert_string_equal(name, "app+0x20");
	free(name);
	name = diff_stack_name(&comparison.pool, stack.frames[2]);
	assert_string_equal(name, "main");
	free(name);
	frame_pool_release(&comparison.pool);
}

static void test_leaf(void **state)
{
	(void)state;
	check_leaf("operator new(unsigned long)", 1);
	check_leaf("f", 0);
}

static void test_only_allocator(void **state)
{
	struct comparison comparison = { 0 };
	struct comparison_row row = { 0 };
	struct diff_stack stack;

	(void)state;
	frame_pool_init(&comparison.pool);
	row.stack = frame_pool_stack(
		&comparison.pool,
		add_frame(&comparison.pool, "operator new(unsigned long)", "aa",
			  0x10), POOL_STACK_CUT);
	diff_stack_read(&stack, &comparison, &row);
	assert_int_equal(stack.count, 1);
	assert_int_equal(stack.leaf, 0);
	assert_true(stack.cut);
	frame_pool_release(&comparison.pool);
}

/* The same call is one location; of another build it is another. */
static void test_locations(void **state)
{
	struct pprof_modules modules;
	struct frame_pool pool;
	uint32_t f, g, other;
	const uint32_t *order[3];

	(void)state;
	frame_pool_init(&pool);
	f = add_frame(&pool, "f", "aa", 0x10);
	g = add_frame(&pool, "g", "aa", 0x20);
	other = add_frame(&pool, "f", "bb", 0x10);
	order[0] = &g;
	order[1] = &f;
	order[2] = &other;
	pprof_modules_init(&modules, &pool);
	for (int round = 0; round < 2; round++)
		for (uint32_t i = 0; i < 3; i++)
			assert_int_equal(pprof_modules_location(
				&modules, &pool.frames[*order[i]]), i + 1);
	pprof_modules_release(&modules);
	frame_pool_release(&pool);
}

/* Whole numbers never drift from the sum of what they stand for. */
static void test_sums(void **state)
{
	struct pprof_sum sum = { 0 };
	int64_t all = 0;

	(void)state;
	for (int i = 1; i <= 1000; i++) {
		all += pprof_sum_add(&sum, 0.3);
		assert_true(all - 0.3 * i <= 0.5001 && 0.3 * i - all <= 0.5001);
	}
	assert_int_equal(all, 300);
	assert_true(pprof_sum_add(&sum, 1e300) > 0);
	assert_int_equal(pprof_sum_add(&sum, 1e300), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_leaf),
		cmocka_unit_test(test_only_allocator),
		cmocka_unit_test(test_locations),
		cmocka_unit_test(test_sums),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

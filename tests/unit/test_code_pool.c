/* SPDX-License-Identifier: MIT */
/* Stacks as code: the same for the same, and what their modules say of them. */
#include "analyzer/diff/code_pool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

enum { APP = 1, LIBRARY };
enum { OLD_SIDE = 1, NEW_SIDE = 2 };

static struct code_pool pool;

static int set_up(void **state)
{
	(void)state;
	code_pool_init(&pool);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	code_pool_release(&pool);
	return 0;
}

static uint32_t stack(uint32_t module, uint64_t offset, uint32_t callers)
{
	return code_pool_stack(&pool, code_pool_call(&pool, module, offset),
			       callers);
}

static void equal_code_is_one_stack(void **state)
{
	uint32_t app = code_pool_module(&pool, APP, 7);
	uint32_t main_0 = stack(app, 0x10, CODE_STACK_EMPTY);
	uint32_t leaf = stack(app, 0x20, main_0);

	(void)state;
	assert_int_equal(code_pool_module(&pool, APP, 7), app);
	assert_int_not_equal(code_pool_module(&pool, APP, 8), app);
	assert_int_not_equal(code_pool_module(&pool, LIBRARY, 7), app);
	assert_int_equal(stack(app, 0x10, CODE_STACK_EMPTY), main_0);
	assert_int_equal(stack(app, 0x20, main_0), leaf);
	assert_int_not_equal(stack(app, 0x20, CODE_STACK_EMPTY), leaf);
	assert_int_not_equal(stack(app, 0x20, CODE_STACK_CUT),
			     stack(app, 0x20, CODE_STACK_EMPTY));
}

/* Many, twice over, in another order the second time. */
static void numbers_are_kept(void **state)
{
	enum { STACKS = 5000 };
	static uint32_t numbers[STACKS];
	uint32_t app = code_pool_module(&pool, APP, 7);

	(void)state;
	code_pool_reserve(&pool, STACKS / 3);
	for (uint32_t i = 0; i < STACKS; i++)
		numbers[i] = stack(app, i, i ? numbers[i / 2] :
					       CODE_STACK_EMPTY);
	for (uint32_t k = 0; k < STACKS; k++) {
		uint32_t i = k * 7 % STACKS;

		assert_int_equal(stack(app, i, i ? numbers[i / 2] :
						   CODE_STACK_EMPTY),
				 numbers[i]);
	}
	assert_int_equal(pool.stack_count, STACKS + CODE_STACK_FIRST);
}

static void without_build_modules_differ(void **state)
{
	uint32_t one = code_pool_module(&pool, APP, 0);
	uint32_t other = code_pool_module(&pool, APP, 0);

	(void)state;
	assert_int_not_equal(one, other);
	assert_int_not_equal(stack(one, 1, CODE_STACK_EMPTY),
			     stack(other, 1, CODE_STACK_EMPTY));
}

static uint32_t seen(uint32_t name, uint32_t build, uint32_t sides)
{
	uint32_t module = code_pool_module(&pool, name, build);

	pool.modules[module].sides |= sides;
	return module;
}

static void traits_are_of_all_callers(void **state)
{
	uint32_t shared = seen(APP, 7, OLD_SIDE | NEW_SIDE);
	uint32_t old = seen(LIBRARY, 8, OLD_SIDE);
	uint32_t nameless = seen(3, 0, OLD_SIDE | NEW_SIDE);
	uint32_t below = stack(shared, 1, CODE_STACK_EMPTY);
	uint32_t through = stack(shared, 2, stack(old, 1, below));
	uint32_t unknown = stack(shared, 3, stack(nameless, 1, below));
	uint32_t nowhere = stack(0, 0, below);

	(void)state;
	code_pool_set_traits(&pool);
	assert_int_equal(pool.stack_traits[below], CODE_KNOWN | CODE_SHARED);
	assert_int_equal(pool.stack_traits[through], CODE_KNOWN);
	assert_int_equal(pool.stack_traits[unknown], 0);
	assert_int_equal(pool.stack_traits[nowhere], CODE_KNOWN | CODE_SHARED);
}

/* One that both sides have, and one of them another build as well. */
static void two_builds_are_not_shared(void **state)
{
	uint32_t both = seen(APP, 7, OLD_SIDE | NEW_SIDE);
	uint32_t stack_of_both = stack(both, 1, CODE_STACK_EMPTY);

	(void)state;
	seen(APP, 8, NEW_SIDE);
	code_pool_set_traits(&pool);
	assert_int_equal(pool.stack_traits[stack_of_both], CODE_KNOWN);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(equal_code_is_one_stack),
		TEST(numbers_are_kept),
		TEST(without_build_modules_differ),
		TEST(traits_are_of_all_callers),
		TEST(two_builds_are_not_shared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* What pools cost together, against what is known in closed form. */
#include "analyzer/advice/joint_pools.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "analyzer/advice/pool_caps.h"

static const uint64_t sizes[] = { 10, 100 };

/* Allocates so many blocks, and frees them. */
static void burst(struct joint_pools *joint, size_t pool, uint64_t size,
		  unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		joint_pools_allocate(joint, pool, size, 0);
	for (unsigned int i = 0; i < count; i++)
		joint_pools_release(joint, pool, size, 0);
}

/* Two that take turns, without a cap: sum of L_max - max of the sum of L(t). */
static void test_turns(void **state)
{
	const struct joint_pool pools[] = {
		{ 0, sizes, 1, POOL_CAP_NONE },
		{ 1, sizes + 1, 1, POOL_CAP_NONE },
	};
	struct joint_pools *joint = joint_pools_new(pools, 2, 1);
	struct joint_price price;

	(void)state;
	burst(joint, 0, 10, 50);
	price = joint_pools_price(joint);
	assert_true(price.pools == 2 && price.idle_bytes == 500);
	assert_true(price.added_bytes == 0);
	burst(joint, 1, 100, 7);
	price = joint_pools_price(joint);
	assert_true(price.idle_bytes == 1200);
	assert_true(price.added_bytes == 500 + 700 - 700);
	burst(joint, 0, 10, 50); /* served by what is idle */
	assert_true(joint_pools_price(joint).idle_bytes == 1200);
	joint_pools_free(joint);
}

/* Both at once: nothing that the allocator would not have had. */
static void test_together(void **state)
{
	const struct joint_pool pools[] = { { 0, sizes, 1, 20 },
					    { 1, sizes + 1, 1, 2 } };
	struct joint_pools *joint = joint_pools_new(pools, 2, 1);
	struct joint_price price;

	(void)state;
	for (int i = 0; i < 50; i++)
		joint_pools_allocate(joint, 0, 10, 0);
	burst(joint, 1, 100, 7);
	price = joint_pools_price(joint);
	assert_true(price.added_bytes == 0);
	assert_true(price.idle_bytes == 200); /* the cap of two */
	for (int i = 0; i < 50; i++)
		joint_pools_release(joint, 0, 10, 0);
	assert_true(joint_pools_price(joint).idle_bytes == 200 + 200);
	joint_pools_free(joint);
}

/* Rounding up costs while a block lives; one that is too large has no pool; a
 * thread's list serves that thread. */
static void test_sizes(void **state)
{
	const struct joint_pool pools[] = { { 0, sizes, 2, 5 } };
	struct joint_pools *joint = joint_pools_new(pools, 1, 2);

	(void)state;
	joint_pools_allocate(joint, 0, 101, 0);
	assert_true(joint_pools_price(joint).idle_bytes == 0);
	joint_pools_allocate(joint, 0, 60, 0);
	assert_true(joint_pools_price(joint).idle_bytes == 40);
	joint_pools_release(joint, 0, 60, 1);
	assert_true(joint_pools_price(joint).idle_bytes == 100);
	joint_pools_allocate(joint, 0, 60, 0);
	assert_true(joint_pools_price(joint).idle_bytes == 140);
	joint_pools_allocate(joint, 0, 100, 1);
	assert_true(joint_pools_price(joint).idle_bytes == 140);
	joint_pools_free(joint);
}

static void test_too_many(void **state)
{
	const struct joint_pool pools[] = { { 0, sizes, 2, 5 } };

	(void)state;
	assert_null(joint_pools_new(pools, 1, SIZE_MAX));
	assert_null(joint_pools_new(pools, 0, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_turns),
		cmocka_unit_test(test_together),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* The table of sites in threads, and a thread's youngest blocks. */
#include "analyzer/advice/lanes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/dump_builder.h"

#define SITES 40
#define LANES 50

static void test_table(void **state)
{
	static uint32_t truth[SITES][LANES];
	struct lane_table table = { 0 };
	size_t hint = 7; /* whatever it was last */
	uint64_t seed = 11;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		uint32_t site = (uint32_t)(builder_random(&seed) % SITES);
		uint32_t lane = (uint32_t)(builder_random(&seed) % LANES);

		truth[site][lane]++;
		lane_table_get(&table, site, lane, &hint)->live++;
	}
	assert_int_equal(table.count, SITES * LANES);
	for (uint32_t s = 0; s < SITES; s++)
		for (uint32_t l = 0; l < LANES; l++)
			assert_int_equal(lane_table_get(&table, s, l, &hint)
						 ->live, truth[s][l]);
	lane_table_release(&table);
	assert_int_equal(table.count, 0);
}

static void test_last_in_first_out(void **state)
{
	struct youngest y = { .count = 0 };

	(void)state;
	assert_int_equal(youngest_remove(&y, 1), YOUNGEST_UNKNOWN);
	for (uint32_t i = 1; i <= 30; i++)
		youngest_add(&y, i);
	for (uint32_t i = 30; i >= 11; i--)
		assert_int_equal(youngest_remove(&y, i), YOUNGEST_YES);
	for (uint32_t i = 1; i <= 9; i++)
		assert_int_equal(youngest_remove(&y, i), YOUNGEST_NO);
	assert_int_equal(youngest_remove(&y, 10), YOUNGEST_YES);
	assert_int_equal(youngest_remove(&y, 10), YOUNGEST_UNKNOWN);
}

/* Of more than it keeps, the youngest are still known, and none is wrongly
 * taken for the youngest. */
static void test_many(void **state)
{
	struct youngest y = { .count = 0 };
	uint32_t known = 0;

	(void)state;
	for (uint32_t i = 1; i <= 10 * YOUNGEST_MAX; i++)
		youngest_add(&y, i);
	for (uint32_t i = 10 * YOUNGEST_MAX; i >= 1; i--) {
		enum youngest_is is = youngest_remove(&y, i);

		assert_int_not_equal(is, YOUNGEST_NO);
		known += is == YOUNGEST_YES;
	}
	assert_true(known >= YOUNGEST_MAX / 2 && known <= YOUNGEST_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_last_in_first_out),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

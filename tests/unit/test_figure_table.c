/* SPDX-License-Identifier: MIT */
/* Sets of figures come back as they were put in, however large, each once. */
#include "analyzer/diff/figure_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define SETS 3000

static uint64_t next(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005ull + 1442695040888963407ull;
	return *seed >> 20;
}

/* Small ones, and some at and beyond what 4 bytes hold. */
static void fill(uint64_t values[FIGURE_SET_SIZE], uint64_t number)
{
	static const uint64_t edges[] = { UINT32_MAX - 1, UINT32_MAX,
					  1ull << 32, 1ull << 60 };
	uint64_t seed = number;

	values[0] = number;
	for (int i = 1; i < FIGURE_SET_SIZE; i++) {
		uint64_t roll = next(&seed);

		values[i] = roll % 10 ? roll % 1000 : edges[roll / 10 % 4];
	}
}

static void sets_come_back(void **state)
{
	static uint32_t numbers[SETS];
	struct figure_table table = { 0 };
	uint64_t values[FIGURE_SET_SIZE];

	(void)state;
	for (uint64_t i = 0; i < SETS; i++) {
		fill(values, i);
		numbers[i] = figure_table_add(&table, values);
	}
	for (uint64_t i = 0; i < SETS; i++) {
		fill(values, i);
		for (unsigned int k = 0; k < FIGURE_SET_SIZE; k++)
			assert_int_equal(figure_table_get(&table, numbers[i],
							  k), values[k]);
		assert_int_equal(figure_table_add(&table, values), numbers[i]);
	}
	assert_int_equal(table.count, SETS + 1);
	figure_table_release(&table);
}

static void one_figure_makes_another_set(void **state)
{
	struct figure_table table = { 0 };
	uint64_t values[FIGURE_SET_SIZE] = { 0 };
	uint32_t first = figure_table_add(&table, values);

	(void)state;
	for (unsigned int k = 0; k < FIGURE_SET_SIZE; k++) {
		values[k] = 1;
		assert_int_not_equal(figure_table_add(&table, values), first);
		values[k] = 0;
	}
	assert_int_equal(figure_table_add(&table, values), first);
	figure_table_release(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sets_come_back),
		cmocka_unit_test(one_figure_makes_another_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

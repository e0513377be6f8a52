/* SPDX-License-Identifier: MIT */
/* The table of live blocks against a plain array, and its memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "analyzer/live_table.h"
#include "tests/unit/dump_builder.h"

#define PLACES 20000

static uint64_t address_of(size_t place, unsigned int style)
{
	switch (style) {
	case 0:
		return 0x555500000000 + place * 16;
	case 1:
		return 0x7f0000000000 + place * (2u << 20);
	default:
		return (place + 1) * UINT64_C(0x9e3779b97f4a7c15);
	}
}

static void check_all(struct live_table *table, const uint64_t *sizes,
		      unsigned int style)
{
	size_t count = 0;

	for (size_t i = 0; i < PLACES; i++) {
		struct live_block *block =
			live_table_find(table, address_of(i, style));

		assert_int_equal(block != NULL, sizes[i] != 0);
		count += sizes[i] != 0;
		if (block)
			assert_true(block->size == sizes[i]);
	}
	assert_int_equal(table->count, count);
}

static void random_changes(unsigned int style)
{
	uint64_t *sizes = calloc(PLACES, sizeof(*sizes));
	struct live_table table;
	uint64_t seed = style;

	assert_non_null(sizes);
	live_table_init(&table);
	for (unsigned int i = 0; i < 200000; i++) {
		size_t place = builder_random(&seed) % PLACES;
		uint64_t address = address_of(place, style);

		if (sizes[place]) {
			live_table_remove(&table,
					  live_table_find(&table, address));
			sizes[place] = 0;
		} else {
			struct live_block block = { .address = address };

			sizes[place] = 1 + i;
			block.size = sizes[place];
			live_table_insert(&table, &block);
		}
		if (i % 50000 == 0)
			check_all(&table, sizes, style);
	}
	check_all(&table, sizes, style);
	live_table_release(&table);
	free(sizes);
}

static void agrees_with_an_array(void **state)
{
	(void)state;
	for (unsigned int style = 0; style < 3; style++)
		random_changes(style);
}

static void takes_64_bytes_a_block(void **state)
{
	struct live_table table;

	(void)state;
	live_table_init(&table);
	for (size_t i = 0; i < 1000000; i++) {
		struct live_block block = { .address = address_of(i, 0) };

		live_table_insert(&table, &block);
		if (i > 100000)
			assert_true(table.total * sizeof(block) <
				    table.count * 66);
	}
	assert_int_equal(table.peak, 1000000);
	live_table_release(&table);
}

/* An attacker can choose addresses whose hashes are all the highest. */
static void one_run_at_the_end_grows(void **state)
{
	struct live_table table;
	uint64_t inverse = 1;

	(void)state;
	/* of the hash's odd factor, modulo 2^64, by Newton's iteration */
	for (int i = 0; i < 6; i++)
		inverse *= 2 - inverse * live_hash(1);
	live_table_init(&table);
	for (uint64_t i = 1; i <= 300; i++) {
		struct live_block block = { .address = inverse * (0 - i) };

		assert_true(live_hash(block.address) == 0 - i);
		live_table_insert(&table, &block);
	}
	for (uint64_t i = 1; i <= 300; i++)
		assert_non_null(live_table_find(&table, inverse * (0 - i)));
	live_table_release(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_an_array),
		cmocka_unit_test(takes_64_bytes_a_block),
		cmocka_unit_test(one_run_at_the_end_grows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

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
		size_t slot = live_table_find(table, address_of(i, style));
		struct live_block block;

		assert_int_equal(slot != LIVE_NONE, sizes[i] != 0);
		count += sizes[i] != 0;
		if (slot == LIVE_NONE)
			continue;
		live_table_get(table, slot, &block);
		assert_true(block.address == address_of(i, style));
		assert_true(block.size == sizes[i]);
		assert_int_equal(block.sequence, (uint32_t)sizes[i] * 3);
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
			block.sequence = (uint32_t)block.size * 3;
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
			/* pages of 2 MiB, in two arrays */
			assert_true(live_table_bytes(&table) <
				    table.count * 62 + (4u << 20));
	}
	assert_int_equal(table.peak, 1000000);
	live_table_release(&table);
}

/* Of the hash's odd factor, modulo 2^64, by Newton's iteration. */
static uint64_t address_with_hash(uint64_t hash)
{
	const struct live_table fresh = { 0 };
	uint64_t inverse = 1;

	for (int i = 0; i < 6; i++)
		inverse *= 2 - inverse * live_hash(&fresh, 1);
	assert_true(live_hash(&fresh, inverse * hash) == hash);
	return inverse * hash;
}

/*
 * An attacker can choose addresses whose hashes are all the same but for their
 * last bits: all are of one group, pass all that are full, and go round at the
 * table's end.
 */
static void one_group_overflows(uint64_t hash)
{
	struct live_table table;

	live_table_init(&table);
	for (uint64_t i = 0; i < 2000; i++) {
		struct live_block block = {
			.address = address_with_hash(hash - i),
			.size = i,
		};

		live_table_insert(&table, &block);
	}
	for (uint64_t i = 0; i < 2000; i += 2)
		live_table_remove(&table,
				  live_table_find(&table,
						  address_with_hash(hash - i)));
	for (uint64_t i = 0; i < 2000; i++) {
		uint64_t address = address_with_hash(hash - i);
		size_t slot = live_table_find(&table, address);
		struct live_block block;

		assert_int_equal(slot != LIVE_NONE, i % 2);
		if (slot == LIVE_NONE)
			continue;
		live_table_get(&table, slot, &block);
		assert_true(block.size == i);
		live_table_remove(&table, slot);
	}
	for (size_t i = 0; i < table.group_count; i++)
		assert_true(table.groups[i].passed == 0);
	live_table_release(&table);
}

static void full_groups_are_passed(void **state)
{
	(void)state;
	one_group_overflows(UINT64_MAX);
	one_group_overflows(UINT64_MAX / 2);
	one_group_overflows(2001);
}

/* The longest run of groups that a search has to pass. */
static size_t longest_search(const struct live_table *table)
{
	size_t run = 0, longest = 0;

	for (size_t i = 0; i < table->group_count; i++) {
		run = table->groups[i].passed ? run + 1 : 0;
		if (run > longest)
			longest = run;
	}
	return longest;
}

/* A block that went round the table's end must not pass, when the table grows,
 * what was not yet moved: all groups from there to the end would be passed. */
static void searches_stay_short(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 12; seed++) {
		uint64_t random = seed, groups = 0;
		struct live_table table;

		live_table_init(&table);
		for (unsigned int i = 0; i < 200000; i++) {
			struct live_block block = {
				.address = builder_random(&random) | 1,
			};

			live_table_add(&table, &block);
			if (table.group_count == groups)
				continue;
			groups = table.group_count;
			assert_in_range(longest_search(&table), 0, 40);
		}
		live_table_release(&table);
	}
}

/* However many there are: the hash changes, and all are found again. */
static void made_up_collisions_end(void **state)
{
	struct live_table table;

	(void)state;
	live_table_init(&table);
	for (uint64_t i = 1; i <= 100000; i++) {
		struct live_block block = { .address = address_with_hash(i),
					    .size = i };

		assert_true(live_table_add(&table, &block));
	}
	assert_in_range(table.rekeyed, 1, 2);
	assert_in_range(longest_search(&table), 0, 40);
	for (uint64_t i = 1; i <= 100000; i++) {
		struct live_block block;

		assert_true(live_table_take(&table, address_with_hash(i),
					    &block));
		assert_true(block.size == i);
	}
	assert_int_equal(table.count, 0);
	live_table_release(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_an_array),
		cmocka_unit_test(takes_64_bytes_a_block),
		cmocka_unit_test(full_groups_are_passed),
		cmocka_unit_test(searches_stay_short),
		cmocka_unit_test(made_up_collisions_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

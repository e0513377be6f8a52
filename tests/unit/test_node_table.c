/* SPDX-License-Identifier: MIT */
/* One tree of stacks for all threads: whoever asks, an id leads up to the frames
 * that were asked for, while others add and the table grows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "include/dump_format.h"
#include "preload/node_table.h"
#include "preload/options.h"
#include "preload/ring.h"
#include "tests/unit/together.h"

#define THREADS 8u
#define STACKS 6000u /* of 3 to 8 frames; their tree outgrows two tables */
#define MODULE 3u

static uint32_t ids[THREADS][STACKS];

static unsigned int depth_of(unsigned int stack)
{
	return 3 + stack % 6;
}

/* The outer frames are shared by many stacks, the leaf by none. */
static uint64_t frame(unsigned int stack, unsigned int level)
{
	return 0x10000 + (stack >> 2 * (depth_of(stack) - level - 1)) * 16 +
	       level;
}

static uint32_t intern(unsigned int stack)
{
	uint32_t id = STACK_ROOT, hash = STACK_ROOT;

	for (unsigned int level = 0; level < depth_of(stack); level++) {
		uint64_t ip = frame(stack, level);

		hash = node_hash(hash, ip, MODULE);
		id = node_table_find_or_add(hash, ip, id, MODULE);
		if (!id)
			return 0;
	}
	return id;
}

/* Half of the threads go one way, half the other. */
static unsigned int intern_all(unsigned int number)
{
	unsigned int failed = 0;

	for (unsigned int i = 0; i < STACKS; i++) {
		unsigned int stack = number % 2 ? STACKS - 1 - i : i;

		ids[number][stack] = intern(stack);
		failed += ids[number][stack] == 0;
	}
	return failed;
}

static bool leads_up(uint32_t id, unsigned int stack)
{
	for (unsigned int level = depth_of(stack); level-- > 0;) {
		const struct ring_node *node = ring_node(id);

		if (!node || node->module != MODULE ||
		    node->address != frame(stack, level))
			return false;
		id = node->parent;
	}
	return id == STACK_ROOT;
}

static int set_up(void **state)
{
	(void)state;
	options.nodes_max = STACK_NODES_MAX;
	return ring_create("/nowhere", "/nowhere/ring") || node_table_init();
}

static void every_id_is_its_stack(void **state)
{
	uint64_t before = ring.header->nodes_reserved, after, again;
	unsigned int wrong = 0;

	(void)state;
	assert_int_equal(together(THREADS, intern_all), 0);
	after = ring.header->nodes_reserved;
	for (unsigned int n = 0; n < THREADS; n++)
		for (unsigned int i = 0; i < STACKS; i++)
			wrong += !leads_up(ids[n][i], i);
	assert_int_equal(wrong, 0);
	/* No id is given twice but where threads raced: once each, at most. */
	assert_true(after - before <= THREADS * STACKS);
	/* What is in the table now is found, and adds nothing. */
	intern_all(0);
	after = ring.header->nodes_reserved;
	intern_all(1);
	again = ring.header->nodes_reserved;
	assert_int_equal(again, after);
	assert_true(node_table->mask + 1 >= 1u << 15);
}

/* With no room left there is no id; what has one keeps it. */
static void a_full_tree_gives_none(void **state)
{
	uint32_t known = intern(0);

	(void)state;
	options.nodes_max = 64;
	assert_int_equal(node_table_find_or_add(node_hash(1, 2, 3), 2, 1, 3),
			 0);
	assert_int_equal(intern(0), known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_id_is_its_stack),
		cmocka_unit_test(a_full_tree_gives_none),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}

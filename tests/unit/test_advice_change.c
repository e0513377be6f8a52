/* SPDX-License-Identifier: MIT */
/* Which findings are new and which gone, of lists that are written down. */
#include "analyzer/diff/advice_change.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ITEMS_MAX 8

static struct frame_pool pool;
static struct advice_item items[2][ITEMS_MAX];
static struct advice_list lists[2];
static struct advice_changes changes;

static int set_up(void **state)
{
	(void)state;
	frame_pool_init(&pool);
	for (int side = 0; side < 2; side++)
		lists[side] = (struct advice_list){ .items = items[side] };
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	advice_changes_release(&changes);
	frame_pool_release(&pool);
	return 0;
}

/* An id that ends with "-" is not worth it. */
static void add(int side, const char *detector, const char *id,
		const char *function)
{
	struct pool_frame frame = {
		.function = frame_pool_text(&pool, function),
	};
	struct advice_item *item = &items[side][lists[side].count++];

	*item = (struct advice_item){
		.detector = detector_at((size_t)detector_named(detector)),
		.frame = frame_pool_frame(&pool, &frame),
		.worth = !strchr(id, '-'),
	};
	snprintf(item->id, sizeof(item->id), "%.*s",
		 (int)strcspn(id, "-"), id);
}

static void compare(size_t new_count, size_t gone_count)
{
	advice_changes_init(&changes, &pool, &lists[0], &lists[1]);
	assert_int_equal(changes.new_count, new_count);
	assert_int_equal(changes.gone_count, gone_count);
}

static void equal_ids_are_one(void **state)
{
	(void)state;
	add(0, "hoist", "a1", "f");
	add(1, "hoist", "a1", "g");
	compare(0, 0);
}

static void another_remedy_is_another(void **state)
{
	(void)state;
	add(0, "hoist", "a1", "f");
	add(1, "pool", "a1", "f");
	compare(1, 1);
	assert_string_equal(changes.new[0].item->detector->id, "pool");
	assert_string_equal(changes.gone[0].item->detector->id, "hoist");
}

/* Code moved within a function: its id is another. */
static void functions_are_next(void **state)
{
	(void)state;
	add(0, "hoist", "a1", "f.constprop.0");
	add(1, "hoist", "b2", "f");
	compare(0, 0);
}

/* Two of a function became one: the one that has its id is not the other. */
static void ids_come_first(void **state)
{
	(void)state;
	add(0, "hoist", "a1", "f");
	add(0, "hoist", "b2", "f");
	add(1, "hoist", "b2", "f");
	compare(0, 1);
	assert_string_equal(changes.gone[0].item->id, "a1");
}

static void without_names_ids_decide(void **state)
{
	(void)state;
	add(0, "hoist", "a1", NULL);
	add(1, "hoist", "b2", NULL);
	compare(1, 1);
}

static void what_became_worth_it_is_told(void **state)
{
	(void)state;
	add(0, "leak", "a1-", "f");
	add(0, "leak", "c3-", "h");
	add(1, "leak", "a1", "f");
	add(1, "leak", "d4", "k");
	compare(2, 0);
	assert_ptr_equal(changes.new[0].other, &items[0][0]);
	assert_null(changes.new[1].other);
}

static void samples_are_not_compared_with_all(void **state)
{
	(void)state;
	add(0, "hoist", "a1", "f");
	lists[1].sampled = true;
	compare(0, 0);
	assert_true(changes.unlike);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(equal_ids_are_one),
		TEST(another_remedy_is_another),
		TEST(functions_are_next),
		TEST(ids_come_first),
		TEST(without_names_ids_decide),
		TEST(what_became_worth_it_is_told),
		TEST(samples_are_not_compared_with_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

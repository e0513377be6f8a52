/* SPDX-License-Identifier: MIT */
/*
 * Which rows of two builds are one place. A stack is written as its calls, leaf
 * first, each "FUNCTION in FILE:LINE/START@MODULE#BUILD+OFFSET", of which any
 * part may be missing: "grow in a.c:10|main in a.c:20".
 */
#include "analyzer/diff/match.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROWS_MAX 64

struct fixture {
	struct frame_pool pool;
	struct frame_keys keys;
	struct match_row rows[MATCH_SIDES][ROWS_MAX];
	struct match_side sides[MATCH_SIDES];
	struct matches matches;
};

static struct fixture *fixture;

static int set_up(void **state)
{
	(void)state;
	fixture = calloc(1, sizeof(*fixture));
	frame_pool_init(&fixture->pool);
	for (int side = 0; side < MATCH_SIDES; side++)
		fixture->sides[side].rows = fixture->rows[side];
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	matches_release(&fixture->matches);
	frame_keys_release(&fixture->keys);
	frame_pool_release(&fixture->pool);
	free(fixture);
	return 0;
}

static uint32_t frame_of(char *text)
{
	struct frame_pool *pool = &fixture->pool;
	struct pool_frame frame = { 0 };
	char *module = strchr(text, '@'), *file, *number;

	if (module) {
		*module++ = '\0';
		number = strchr(module, '+');
		frame.offset = number ? strtoull(number + 1, NULL, 16) : 0;
		module[strcspn(module, "+")] = '\0';
		number = strchr(module, '#');
		frame.build = number ? frame_pool_text(pool, number) : 0;
		module[strcspn(module, "#")] = '\0';
		frame.module = frame_pool_text(pool, module);
	}
	text += strspn(text, " ");
	file = strstr(text, " in ");
	if (file) {
		*file = '\0';
		file += 4;
		number = strrchr(file, ':');
		*number++ = '\0';
		frame.line = (uint32_t)atoi(number);
		number = strchr(number, '/');
		frame.start_line = number ? (uint32_t)atoi(number + 1) : 0;
		frame.file = frame_pool_text(pool, file);
	}
	for (size_t len = strlen(text); len > 0 && text[len - 1] == ' ';)
		text[--len] = '\0';
	frame.function = frame_pool_text(pool, text);
	return frame_pool_frame(pool, &frame);
}

static uint32_t stack_of(const char *text)
{
	uint32_t frames[32], stack = POOL_STACK_EMPTY;
	char *copy = strdup(text), *rest = copy, *call;
	size_t count = 0;

	while ((call = strsep(&rest, "|")))
		frames[count++] = frame_of(call);
	while (count > 0)
		stack = frame_pool_stack(&fixture->pool, frames[--count], stack);
	free(copy);
	return stack;
}

static void add(int side, const char *stack, double calls, double bytes)
{
	size_t i = fixture->sides[side].count++;

	assert_true(i < ROWS_MAX);
	fixture->rows[side][i] = (struct match_row){
		.stack = stack_of(stack), .calls = calls, .bytes = bytes
	};
}

static void old(const char *stack, double calls, double bytes)
{
	add(MATCH_SIDE_OLD, stack, calls, bytes);
}

static void new(const char *stack, double calls, double bytes)
{
	add(MATCH_SIDE_NEW, stack, calls, bytes);
}

/* Matches; every row must be in one pair, and pairs add up. */
static void match(void)
{
	struct matches *m = &fixture->matches;
	struct call_source source = { &fixture->pool, &fixture->keys };
	size_t all[MATCH_SIDES] = { 0 };

	frame_keys_init(&fixture->keys, &fixture->pool);
	match_codes(m, fixture->sides);
	match_sides(m, &source, fixture->sides);
	for (size_t i = 0; i < m->count; i++) {
		bool has_old = m->pairs[i].counts[MATCH_SIDE_OLD] > 0;
		bool has_new = m->pairs[i].counts[MATCH_SIDE_NEW] > 0;

		assert_int_equal(has_old, m->pairs[i].kind != MATCH_NEW);
		assert_int_equal(has_new, m->pairs[i].kind != MATCH_GONE);
		for (int side = 0; side < MATCH_SIDES; side++)
			all[side] += m->pairs[i].counts[side];
	}
	for (int side = 0; side < MATCH_SIDES; side++) {
		assert_int_equal(all[side], fixture->sides[side].count);
		for (size_t i = 0; i < fixture->sides[side].count; i++)
			assert_true(m->pair_of[side][i] < m->count);
	}
}

static const struct match_pair *pair_of(int side, size_t row)
{
	return &fixture->matches.pairs[fixture->matches.pair_of[side][row]];
}

static void are_one(size_t old_row, size_t new_row, enum match_kind kind)
{
	assert_ptr_equal(pair_of(MATCH_SIDE_OLD, old_row),
			 pair_of(MATCH_SIDE_NEW, new_row));
	assert_string_equal(
		match_kind_name(pair_of(MATCH_SIDE_OLD, old_row)->kind),
		match_kind_name(kind));
}

static void is_new(size_t row)
{
	assert_int_equal(pair_of(MATCH_SIDE_NEW, row)->kind, MATCH_NEW);
}

static void is_gone(size_t row)
{
	assert_int_equal(pair_of(MATCH_SIDE_OLD, row)->kind, MATCH_GONE);
}

static void the_same(void **state)
{
	(void)state;
	old("f in a.c:10@/x/app#1+10|main in a.c:20@/x/app#1+20", 1, 1);
	new("f in a.c:10@/x/app#1+10|main in a.c:20@/x/app#1+20", 9, 9);
	match();
	are_one(0, 0, MATCH_SAME);
}

static void a_rebuild_with_the_same_lines(void **state)
{
	(void)state;
	old("f in /old/a.c:10@/x/app-1.0#1+10|main in /old/a.c:20@/x/app-1.0#1",
	    1, 1);
	new("f in /new/a.c:10@/y/app-1.1#2+30|main in /new/a.c:20@/y/app-1.1#2",
	    9, 9);
	match();
	are_one(0, 0, MATCH_SAME);
}

/* Ten lines were put above; 30 is now where 40 was. */
static void moved_lines(void **state)
{
	(void)state;
	old("f in a.c:30|main in a.c:60", 5, 50);
	old("f in a.c:40|main in a.c:60", 7, 700);
	new("f in a.c:40|main in a.c:70", 5, 50);
	new("f in a.c:50|main in a.c:70", 7, 700);
	match();
	are_one(0, 0, MATCH_MOVED);
	are_one(1, 1, MATCH_MOVED);
}

/* A loop of which the compiler made three copies, each with its call. */
static void copies_of_a_call(void **state)
{
	(void)state;
	old("f in a.c:10@/x/app#1+10|main in a.c:20@/x/app#1+20", 50, 500);
	old("g in a.c:30@/x/app#1+30|main in a.c:21@/x/app#1+28", 7, 70);
	new("f in a.c:10@/x/app#2+10|main in a.c:20@/x/app#2+20", 50, 500);
	new("f in a.c:10@/x/app#2+10|main in a.c:20@/x/app#2+40", 3, 30);
	new("f in a.c:10@/x/app#2+10|main in a.c:20@/x/app#2+48", 2, 20);
	new("f in a.c:10@/x/app#2+10|main in a.c:25@/x/app#2+60", 1, 10);
	new("g in a.c:30@/x/app#2+30|main in a.c:21@/x/app#2+50", 7, 70);
	match();
	for (size_t i = 0; i < 3; i++)
		are_one(0, i, MATCH_SAME);
	assert_int_equal(pair_of(MATCH_SIDE_OLD, 0)->counts[MATCH_SIDE_NEW], 3);
	is_new(3);
	are_one(1, 4, MATCH_SAME);
}

/* The function knows where it starts, so figures may change as well. */
static void moved_functions(void **state)
{
	(void)state;
	old("f in a.c:30/20|main in a.c:60/55", 5, 55);
	old("f in a.c:40/20|main in a.c:60/55", 7, 707);
	new("f in a.c:40/30|main in a.c:70/65", 6, 66);
	match();
	are_one(0, 0, MATCH_MOVED);
	is_gone(1);
}

static void one_line_more(void **state)
{
	(void)state;
	old("f in a.c:10|main in a.c:50", 5, 50);
	old("f in a.c:20|main in a.c:50", 7, 700);
	new("f in a.c:10|main in a.c:55", 5, 50);
	new("f in a.c:15|main in a.c:55", 2, 6);
	new("f in a.c:25|main in a.c:55", 7, 700);
	match();
	are_one(0, 0, MATCH_MOVED);
	is_new(1);
	are_one(1, 2, MATCH_MOVED);
}

static void one_line_less(void **state)
{
	(void)state;
	old("f in a.c:10|main in a.c:50", 5, 50);
	old("f in a.c:20|main in a.c:50", 7, 707);
	new("f in a.c:20|main in a.c:49", 7, 707);
	match();
	is_gone(0);
	are_one(1, 0, MATCH_MOVED);
}

/* Two became three, and no figure tells which: one row of all. */
static void not_to_be_told_apart(void **state)
{
	(void)state;
	old("f in a.c:10|main in a.c:50", 5, 55);
	old("f in a.c:20|main in a.c:50", 7, 707);
	new("f in a.c:11|main in a.c:51", 1, 12);
	new("f in a.c:21|main in a.c:51", 2, 34);
	new("f in a.c:31|main in a.c:51", 3, 56);
	match();
	are_one(0, 0, MATCH_MOVED);
	are_one(1, 2, MATCH_MOVED);
	assert_int_equal(fixture->matches.count, 1);
}

static void in_order_of_lines(void **state)
{
	(void)state;
	old("f in a.c:20|main in a.c:50", 5, 55);
	old("f in a.c:10|main in a.c:50", 7, 707);
	new("f in a.c:31|main in a.c:51", 2, 22);
	new("f in a.c:11|main in a.c:51", 3, 32);
	match();
	are_one(0, 0, MATCH_MOVED);
	are_one(1, 1, MATCH_MOVED);
}

static void suffixes_and_lambdas(void **state)
{
	(void)state;
	old("grow.constprop.0 in a.c:10|run.part.1 in a.c:30|main in a.c:50",
	    1, 1);
	old("main::{lambda()#1}::operator()() const in a.c:60|main in a.c:61",
	    2, 2);
	new("grow.isra.0 in a.c:10|run in a.c:30|main in a.c:50", 3, 3);
	new("main::$_3::operator()() const in a.c:60|main in a.c:61", 4, 4);
	match();
	are_one(0, 0, MATCH_SAME);
	are_one(1, 1, MATCH_SAME);
}

static void another_file(void **state)
{
	(void)state;
	old("grow in a.c:10|main in a.c:50", 1, 1);
	new("grow in b.c:99|main in a.c:45", 1, 1);
	match();
	are_one(0, 0, MATCH_FUNCTIONS);
}

/* Without optimization the library's own functions are calls. */
static void the_library_inlined(void **state)
{
	(void)state;
	old("operator new(unsigned long)@/l/libstdc++.so.6|"
	    "std::__new_allocator<int>::allocate(unsigned long)@/x/app|"
	    "std::vector<int>::_M_realloc_insert(int&&)@/x/app|"
	    "std::vector<int>::push_back(int&&)@/x/app|fill(int)@/x/app|"
	    "main@/x/app", 1, 1);
	new("operator new(unsigned long)@/l/libstdc++.so.6|"
	    "fill(int)@/x/app|main@/x/app", 1, 1);
	match();
	are_one(0, 0, MATCH_FUNCTIONS);
}

/* Two kinds of containers in one function stay two. */
static void two_containers(void **state)
{
	(void)state;
	old("std::vector<int>::push_back(int)|fill(int)|main", 1, 1);
	old("std::deque<int>::push_back(int)|fill(int)|main", 2, 2);
	new("std::vector<int>::_M_grow(int)|std::deque<int>::push_back(int)|"
	    "fill(int)|main", 5, 5);
	match();
	is_gone(0);
	are_one(1, 0, MATCH_FUNCTIONS);
}

static void a_function_in_between(void **state)
{
	const struct match_pair *pair;

	(void)state;
	old("grow in a.c:10|parse in a.c:20|run in a.c:30|main in a.c:40", 5, 5);
	new("grow in a.c:10|parse in a.c:20|retry in a.c:25|run in a.c:30|"
	    "main in a.c:40", 6, 6);
	match();
	are_one(0, 0, MATCH_SIMILAR);
	pair = pair_of(MATCH_SIDE_OLD, 0);
	assert_true(pair->similarity > 0.8 && pair->similarity < 1);
}

/* What was inlined cannot be seen without lines: the figures tell. */
static void inlined_without_lines(void **state)
{
	(void)state;
	old("copy@/x/app|parse@/x/app|main@/x/app", 5, 500);
	old("copy@/x/app|load@/x/app|main@/x/app", 3, 70);
	new("parse@/x/app|main@/x/app", 5, 500);
	new("copy@/x/app|load@/x/app|main@/x/app", 3, 70);
	match();
	are_one(0, 0, MATCH_SIMILAR);
	are_one(1, 1, MATCH_SAME);
}

/* Same allocator, same caller of the caller: yet another function. */
static void moved_to_another_function(void **state)
{
	(void)state;
	old("xmalloc in x.c:5|left in a.c:20|main in a.c:40", 5, 500);
	new("xmalloc in x.c:5|right in a.c:30|main in a.c:40", 5, 500);
	match();
	is_gone(0);
	is_new(0);
}

static void moved_to_a_caller(void **state)
{
	(void)state;
	old("leaf in a.c:10|parse in a.c:20|main in a.c:40", 5, 500);
	new("parse in a.c:19|main in a.c:40", 5, 500);
	match();
	is_gone(0);
	is_new(0);
}

/* The function between is still there for others: not inlined, left out. */
static void around_a_function(void **state)
{
	(void)state;
	old("grow in a.c:1|mid in a.c:2|run in a.c:3|main in a.c:4", 5, 5);
	old("grow in a.c:1|mid in a.c:2|walk in a.c:7|main in a.c:4", 1, 1);
	new("grow in a.c:1|run in a.c:8|main in a.c:4", 5, 5);
	new("grow in a.c:1|mid in a.c:2|walk in a.c:7|main in a.c:4", 1, 1);
	match();
	is_gone(0);
	is_new(0);
	are_one(1, 1, MATCH_SAME);
}

static void stripped_of_one_build(void **state)
{
	(void)state;
	old("@/x/app#1+10|@/x/app#1+99", 1, 1);
	old("@/x/app#1+20|@/x/app#1+99", 1, 1);
	new("@/y/app#1+20|@/y/app#1+99", 1, 1);
	new("@/y/app#1+30|@/y/app#1+99", 1, 1);
	match();
	is_gone(0);
	are_one(1, 0, MATCH_SAME);
	is_new(1);
}

static void stripped_of_two_builds(void **state)
{
	(void)state;
	old("@/x/app#1+10|@/x/app#1+99", 1, 10);
	old("f@/x/lib#1+20|@/x/app#1+99", 2, 200);
	new("@/x/app#2+18|@/x/app#2+a9", 1, 10);
	new("f@/x/lib#1+20|@/x/app#2+a9", 3, 300);
	match();
	are_one(0, 0, MATCH_SAME);
	are_one(1, 1, MATCH_SAME);
}

/* One build, of which the names were at hand only once. */
static void named_and_not(void **state)
{
	(void)state;
	old("f in a.c:10@/x/app#1+10|main in a.c:20@/x/app#1+99", 1, 1);
	old("f in a.c:11@/x/app#1+20|main in a.c:20@/x/app#1+99", 1, 1);
	new("@/y/app#1+20|@/y/app#1+99", 2, 2);
	match();
	is_gone(0);
	are_one(1, 0, MATCH_SAME);
}

static void by_key(void **state)
{
	(void)state;
	old("f", 1, 1);
	old("g", 2, 2);
	new("h", 3, 3);
	new("f", 4, 4);
	fixture->rows[MATCH_SIDE_OLD][0].key = 1;
	fixture->rows[MATCH_SIDE_OLD][1].key = 2;
	fixture->rows[MATCH_SIDE_OLD][1].wide = 9;
	fixture->rows[MATCH_SIDE_NEW][0].key = 1;
	fixture->rows[MATCH_SIDE_NEW][1].key = 3;
	fixture->rows[MATCH_SIDE_NEW][1].wide = 9;
	match();
	are_one(0, 0, MATCH_SAME);
	are_one(1, 1, MATCH_FUNCTIONS);
}

static void nothing_on_a_side(void **state)
{
	(void)state;
	new("f|main", 1, 1);
	match();
	is_new(0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(the_same),
		TEST(a_rebuild_with_the_same_lines),
		TEST(moved_lines),
		TEST(copies_of_a_call),
		TEST(moved_functions),
		TEST(one_line_more),
		TEST(one_line_less),
		TEST(not_to_be_told_apart),
		TEST(in_order_of_lines),
		TEST(suffixes_and_lambdas),
		TEST(another_file),
		TEST(the_library_inlined),
		TEST(two_containers),
		TEST(a_function_in_between),
		TEST(inlined_without_lines),
		TEST(moved_to_another_function),
		TEST(moved_to_a_caller),
		TEST(around_a_function),
		TEST(stripped_of_one_build),
		TEST(stripped_of_two_builds),
		TEST(named_and_not),
		TEST(by_key),
		TEST(nothing_on_a_side),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

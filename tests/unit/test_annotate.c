/* SPDX-License-Identifier: MIT */
/*
 * Lines and functions in the order and the ranges that a listing shows. What
 * they are counted from needs names: tests/e2e/list.sh.
 */
#include "analyzer/annotate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* The ranges as a text, "1-4 9-11". */
static void check(int context, const int *lines, size_t count,
		  const char *expected)
{
	struct annotated_line list[8] = { 0 };
	const struct annotated_function function = { .lines = list,
						     .line_count = count };
	struct source_range *ranges;
	char text[200] = "";
	size_t len = 0;

	for (size_t i = 0; i < count; i++)
		list[i].line = lines[i];
	ranges = annotated_ranges(&function, context, &count);
	for (size_t i = 0; i < count; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
					"%s%d-%d", i > 0 ? " " : "",
					ranges[i].first, ranges[i].last);
	assert_string_equal(text, expected);
	free(ranges);
}

static void ranges_are_apart(void **state)
{
	(void)state;
	check(2, (const int[]){ 10, 12, 40 }, 3, "8-14 38-42");
	check(2, (const int[]){ 10, 15 }, 2, "8-17"); /* they touch */
	check(2, (const int[]){ 10, 16 }, 2, "8-12 14-18");
	check(3, (const int[]){ 1, 2 }, 2, "1-5");
	check(0, (const int[]){ 7 }, 1, "7-7");
	check(2, (const int[]){ 0, 5 }, 2, "3-7"); /* 0: not known */
	check(2, (const int[]){ 0 }, 1, "");
	check(2, NULL, 0, "");
	check(2, (const int[]){ INT32_MAX }, 1, "2147483645-2147483647");
}

static void functions_are_sorted_by_what_they_have(void **state)
{
	struct annotated_function functions[] = {
		{ .name = "few",
		  .cumulative = { .count = 1, .bytes = 900 } },
		{ .name = "many",
		  .cumulative = { .count = 9, .bytes = 90 } },
		{ .name = "some",
		  .cumulative = { .count = 5, .bytes = 500 } },
	};
	struct annotation a = { .functions = functions, .function_count = 3 };

	(void)state;
	annotation_sort(&a, 0, true);
	assert_string_equal(functions[0].name, "few");
	assert_string_equal(functions[1].name, "some");
	assert_string_equal(functions[2].name, "many");
	annotation_sort(&a, 0, false);
	assert_string_equal(functions[0].name, "many");
	assert_string_equal(functions[1].name, "some");
	assert_string_equal(functions[2].name, "few");
}

/* Of a sample by what the samples stand for: one of 8 bytes at T = 1000 is 125
 * blocks, 3 of 5,000 are 3. */
static void samples_are_weighed(void **state)
{
	struct annotated_function functions[2] = {
		{ .name = "large" },
		{ .name = "small" },
	};
	struct annotation a = { .functions = functions, .function_count = 2 };
	struct estimate_weight large = estimate_weigh(5000, 1000);
	struct estimate_weight small = estimate_weigh(8, 1000);

	(void)state;
	for (int i = 0; i < 3; i++)
		tally_add(&functions[0].cumulative, 5000, &large);
	tally_add(&functions[1].cumulative, 8, &small);
	annotation_sort(&a, 1000, true);
	assert_string_equal(functions[0].name, "large");
	annotation_sort(&a, 1000, false);
	assert_string_equal(functions[0].name, "small");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges_are_apart),
		cmocka_unit_test(functions_are_sorted_by_what_they_have),
		cmocka_unit_test(samples_are_weighed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

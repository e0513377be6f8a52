/* SPDX-License-Identifier: MIT */
/* Frames by number: which are one, and that numbers stay. */
#include "analyzer/output/frame_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static const struct symbol_call calls[] = {
	{ .function = "f", .file = "a.c", .line = 1 },
	{ .function = "f", .file = "a.c", .line = 2 },
	{ .function = "f", .file = "a.c", .line = 1 },
	{ .function = "f", .file = "b.c", .line = 1 },
	{ .function = "f:a", .file = ".c", .line = 1 },
	{ 0 },
	{ 0 },
};
#define CALLS (sizeof(calls) / sizeof(*calls))

static void check(enum frame_same same, const size_t wanted[CALLS])
{
	const struct symbol symbols[] = {
		{ .place = "lib.so+0x1" }, { .place = "lib.so+0x2" },
	};
	struct frame_table table = { .same = same };

	for (int again = 0; again < 2; again++) {
		for (size_t i = 0; i < CALLS; i++) {
			struct frame frame = { &symbols[i == CALLS - 1],
					       &calls[i] };
			size_t number = frame_table_number(&table, &frame);

			assert_int_equal(number, wanted[i]);
			assert_true(number < table.count);
		}
	}
	assert_string_equal(frame_name(table.frames[wanted[CALLS - 1]]),
			    "lib.so+0x2");
	frame_table_release(&table);
	assert_int_equal(table.count, 0);
}

static void test_by_call(void **state)
{
	(void)state;
	check(FRAME_SAME_CALL, (const size_t[]){ 0, 1, 2, 3, 4, 5, 6 });
}

static void test_by_line(void **state)
{
	(void)state;
	check(FRAME_SAME_LINE, (const size_t[]){ 0, 1, 0, 2, 3, 4, 5 });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_call),
		cmocka_unit_test(test_by_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

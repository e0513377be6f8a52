/* SPDX-License-Identifier: MIT */
/* A line a site, whatever is in the names. */
#include "tests/unit/export_run.h"

#include <stdlib.h>

static void test_lines(void **state)
{
	struct dump_builder b;
	char *text;

	(void)state;
	export_begin(&b, MODE_EXACT, "/lib/lib.so");
	export_events(&b);
	text = export_text(&b, &output_folded, FIGURE_BYTES_ALLOCATED);
	assert_string_equal(text, "[truncated];lib.so+0x100 8\n"
				  "lib.so+0x100 100\n"
				  "lib.so+0x100;0x7700 7\n"
				  "[truncated] 2\n");
	free(text);
}

static void test_nothing_is_no_line(void **state)
{
	struct event e[] = {
		event_alloc(1, 0xa000, 100, 2), event_alloc(2, 0xb000, 7, 3),
		event_free(3, 0xb000),		event_alloc(4, 0xc000, 0, 4),
	};
	struct dump_builder b;
	char *text;

	(void)state;
	export_begin(&b, MODE_EXACT, "/lib/lib.so");
	dump_builder_events(&b, 1, e, 4);
	text = export_text(&b, &output_folded, FIGURE_LEAKED_BYTES);
	assert_string_equal(text, "lib.so+0x100 100\n");
	free(text);
}

static void test_names(void **state)
{
	static const char *const names[][2] = {
		{ "/a;b", "a:b+0x100" },
		{ "/a\nb", "a\\nb+0x100" },
		{ "/a\xff\x1b b", "a\\xff\\x1b b+0x100" },
		{ "/a \xc3\xa9", "a \xc3\xa9+0x100" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct event e = event_alloc(1, 0xa000, 100, 2);
		struct dump_builder b;
		char wanted[80], *text;

		export_begin(&b, MODE_EXACT, names[i][0]);
		dump_builder_events(&b, 1, &e, 1);
		text = export_text(&b, &output_folded, FIGURE_ALLOCATIONS);
		snprintf(wanted, sizeof(wanted), "%s 1\n", names[i][1]);
		assert_string_equal(text, wanted);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_nothing_is_no_line),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

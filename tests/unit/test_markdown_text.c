/* SPDX-License-Identifier: MIT */
/* Names that would break a table, and what stands in their place. */
#include "analyzer/output/markdown_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void test_code(void **state)
{
	static const char *const texts[][2] = {
		{ "main", "`main`" },
		{ "operator|(A, B)", "`operator\\|(A, B)`" },
		{ "a||b", "`a\\|\\|b`" },
		{ "back`tick", "``back`tick``" },
		{ "two ``` three", "````two ``` three````" },
		{ "`at the edge", "`` `at the edge ``" },
		{ "at the edge`", "`` at the edge` ``" },
		{ "line\nfeed\x1b[31m", "`line\\nfeed\\x1b[31m`" },
		{ "std::map<int, @me>", "`std::map<int, @me>`" },
		{ "", "`  `" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		char *code = markdown_code(texts[i][0]);

		assert_string_equal(code, texts[i][1]);
		free(code);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

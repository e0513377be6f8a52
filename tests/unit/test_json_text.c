/* SPDX-License-Identifier: MIT */
/* Pieces of JSON are JSON, whatever is put. */
#include "analyzer/output/json_text.h"

#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

static void check_text(const char *text, const char *wanted)
{
	char *out = NULL;
	size_t len = 0;
	FILE *file = open_memstream(&out, &len);
	json_t *value;

	json_text_put(file, text);
	assert_int_equal(fclose(file), 0);
	value = json_loads(out, JSON_DECODE_ANY, NULL);
	assert_non_null(value);
	assert_string_equal(json_string_value(value), wanted);
	json_decref(value);
	free(out);
}

static void test_strings(void **state)
{
	(void)state;
	check_text("", "");
	check_text("a \"b\\c\n\x01/", "a \"b\\c\n\x01/");
	check_text("\xc3\xa9 \xff", "\xc3\xa9 \xef\xbf\xbd");
	check_text("\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

static void check_figure(double value, const char *wanted)
{
	char *out = NULL;
	size_t len = 0;
	FILE *file = open_memstream(&out, &len);

	json_text_put_figure(file, value);
	assert_int_equal(fclose(file), 0);
	assert_string_equal(out, wanted);
	free(out);
}

static void test_figures(void **state)
{
	(void)state;
	check_figure(0, "0");
	check_figure(1e15 + 1, "1000000000000001");
	check_figure(2.6, "3");
	check_figure(-1, "0");
	check_figure(NAN, "0");
	check_figure(INFINITY, "0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_figures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

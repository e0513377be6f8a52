/* SPDX-License-Identifier: MIT */
/* Figures in sentences. */
#include "analyzer/advice/amount.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

static void test_percent(void **state)
{
	static const struct {
		double ratio;
		const char *text;
	} cases[] = {
		{ 0, "0%" },	   { 1e-9, "<0.1%" },  { 0.001, "0.1%" },
		{ 0.0123, "1.2%" }, { 0.1, "10%" },	{ 0.456, "46%" },
		{ 0.99, "99%" },   { 0.998, "99%" },   { 0.9991, ">99.9%" },
		{ 1, "100%" },	   { 1.5, "150%" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_string_equal(amount_percent(cases[i].ratio).text,
				    cases[i].text);
}

static void test_others(void **state)
{
	(void)state;
	assert_string_equal(amount_count(0).text, "0");
	assert_string_equal(amount_count(-3).text, "0");
	assert_string_equal(amount_count(1234567.6).text, "1,234,568");
	assert_string_equal(amount_bytes(0).text, "0 B");
	assert_string_equal(amount_bytes(-1).text, "0 B");
	assert_string_equal(amount_bytes(1536).text, "1.50 KiB");
	assert_string_equal(amount_ns(1.24e9).text, "1.24 s");
	assert_string_equal(amount_number(1.66).text, "1.7");
	assert_string_equal(amount_number(23.4).text, "23");
	assert_string_equal(amount_number(-2).text, "-2.0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_percent),
		cmocka_unit_test(test_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

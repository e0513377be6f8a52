/* SPDX-License-Identifier: MIT */
/* Sizes and numbers as people type them, and what is not one. */
#include "analyzer/size_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_sizes(void **state)
{
	static const struct {
		const char *text;
		uint64_t bytes;
	} good[] = {
		{ "0", 0 },
		{ "1", 1 },
		{ "512", 512 },
		{ "1k", 1024 },
		{ "512K", 512 * 1024 },
		{ "3M", 3 << 20 },
		{ "2g", 2ull << 30 },
		{ "1T", 1ull << 40 },
		{ "007", 7 },
		{ "18446744073709551615", UINT64_MAX },
		{ "16777215T", 16777215ull << 40 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		uint64_t bytes = 42;

		assert_int_equal(size_text_parse(good[i].text, &bytes), 0);
		assert_int_equal(bytes, good[i].bytes);
	}
}

static void test_not_sizes(void **state)
{
	static const char *const bad[] = {
		"", " 1", "1 ", "K", "-1", "+1", "1.5K", "1KB", "1KiB", "1P",
		"0x10", "lots", "18446744073709551616", "16777216T",
		"99999999999999999999999", "1\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		uint64_t bytes = 42;

		assert_int_equal(size_text_parse(bad[i], &bytes), -1);
		assert_int_equal(bytes, 42);
	}
}

static void test_numbers(void **state)
{
	uint64_t number = 42;

	(void)state;
	assert_int_equal(number_text_parse("1K", 5000, &number), -1);
	assert_int_equal(number_text_parse("", 5000, &number), -1);
	assert_int_equal(number_text_parse("5001", 5000, &number), -1);
	assert_int_equal(number, 42);
	assert_int_equal(number_text_parse("5000", 5000, &number), 0);
	assert_int_equal(number, 5000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_not_sizes),
		cmocka_unit_test(test_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

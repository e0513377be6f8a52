/* SPDX-License-Identifier: MIT */
/* Bytes of a dump made fit for terminals and JSON; numbers for people. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "analyzer/text.h"

static void assert_escaped(const char *bytes, const char *wanted)
{
	char *got = text_line(bytes);

	assert_string_equal(got, wanted);
	free(got);
}

static void control_characters_are_escaped(void **state)
{
	(void)state;
	assert_escaped("/usr/bin/prog -x", "/usr/bin/prog -x");
	assert_escaped("a\nb\tc\x1b[31m\x7f", "a\\nb\\tc\\x1b[31m\\x7f");
	assert_escaped("caf\xc3\xa9 \xf0\x9f\x98\x80", "caf\xc3\xa9 \xf0\x9f\x98\x80");
	assert_escaped("\xc2\x9b" "31m", "\\xc2\\x9b31m"); /* a C1 escape */
	assert_escaped("", "");
}

static void invalid_utf8_is_escaped(void **state)
{
	(void)state;
	assert_escaped("\xff\xfe", "\\xff\\xfe");
	assert_escaped("\xc0\x80", "\\xc0\\x80");	  /* overlong */
	assert_escaped("\xe0\x80\x80", "\\xe0\\x80\\x80");
	assert_escaped("\xed\xa0\x80", "\\xed\\xa0\\x80"); /* a surrogate */
	assert_escaped("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80");
	assert_escaped("\xc3", "\\xc3");		  /* cut */
	assert_escaped("\xe2\x82", "\\xe2\\x82");
}

static void json_strings_are_utf8(void **state)
{
	char *got = text_utf8("a\0\xff\xc3\xa9", 5);

	(void)state;
	assert_string_equal(got, "a\xef\xbf\xbd\xef\xbf\xbd\xc3\xa9");
	free(got);
}

static void numbers_for_people(void **state)
{
	char out[TEXT_NUMBER_BYTES];

	(void)state;
	assert_string_equal(text_bytes(out, 0), "0 B");
	assert_string_equal(text_bytes(out, 1023), "1023 B");
	assert_string_equal(text_bytes(out, 1024), "1.00 KiB");
	assert_string_equal(text_bytes(out, 1536 * 1024), "1.50 MiB");
	assert_string_equal(text_bytes(out, 1e18), "888 PiB");
	assert_string_equal(text_count(out, 0), "0");
	assert_string_equal(text_count(out, 999), "999");
	assert_string_equal(text_count(out, 1234567), "1,234,567");
	assert_string_equal(text_count(out, UINT64_MAX),
			    "18,446,744,073,709,551,615");
	assert_string_equal(text_duration(out, 12), "12 ns");
	assert_string_equal(text_duration(out, 1234), "1.23 us");
	assert_string_equal(text_duration(out, 61.5e9), "61.5 s");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(control_characters_are_escaped),
		cmocka_unit_test(invalid_utf8_is_escaped),
		cmocka_unit_test(json_strings_are_utf8),
		cmocka_unit_test(numbers_for_people),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

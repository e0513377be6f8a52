/* SPDX-License-Identifier: MIT */
/* A stream into memory: all that was written is there, however long. */
#include "analyzer/text_stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static void test_nothing(void **state)
{
	struct text_stream stream;
	char *text;

	(void)state;
	text_stream_open(&stream);
	text = text_stream_close(&stream);
	assert_string_equal(text, "");
	free(text);
}

static void test_much(void **state)
{
	struct text_stream stream;
	FILE *file = text_stream_open(&stream);
	char *text, line[16];

	(void)state;
	for (int i = 0; i < 100000; i++)
		fprintf(file, "%06d", i);
	text = text_stream_close(&stream);
	assert_int_equal(strlen(text), 600000);
	for (int i = 0; i < 100000; i++) {
		snprintf(line, sizeof(line), "%06d", i);
		assert_memory_equal(text + 6 * (size_t)i, line, 6);
	}
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_much),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

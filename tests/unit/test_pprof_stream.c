/* SPDX-License-Identifier: MIT */
/*
 * What goes through the gzip stream comes out of zlib's reader, in parts of
 * any length, and the same twice; strings have one number each and are fit for
 * a terminal; a whole stream ends with them.
 */
#include "analyzer/output/pprof_stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "preload/random.h"

#define BYTES (3u << 20)

/* The stream's content, `wanted` bytes of it and no more. */
static void check_content(FILE *file, const uint8_t *wanted, size_t len)
{
	uint8_t *got = malloc(len + 1);
	gzFile gz;

	fflush(file);
	rewind(file);
	gz = gzdopen(dup(fileno(file)), "r");
	assert_non_null(gz);
	assert_int_equal(gzread(gz, got, (unsigned int)len + 1), len);
	assert_int_equal(gzclose(gz), Z_OK);
	assert_memory_equal(got, wanted, len);
	free(got);
}

/* Half of it compresses, half does not. */
static uint8_t *make_bytes(void)
{
	struct random_state r = { 21 };
	uint8_t *bytes = malloc(BYTES);

	for (size_t i = 0; i < BYTES; i++)
		bytes[i] = i < BYTES / 2 ? (uint8_t)random_next(&r) :
					   (uint8_t)(i / 1000);
	return bytes;
}

static void write_parts(FILE *file, const uint8_t *bytes, uint64_t most)
{
	struct random_state r = { 22 };
	struct gzip_stream stream;

	gzip_stream_init(&stream, file);
	for (size_t at = 0; at < BYTES;) {
		size_t part = random_below(&r, most + 1);

		if (part > BYTES - at)
			part = BYTES - at;
		gzip_stream_write(&stream, bytes + at, part);
		at += part;
	}
	gzip_stream_finish(&stream);
}

static void test_gzip(void **state)
{
	static const uint64_t most[] = { 300, 70000, BYTES };
	uint8_t *bytes = make_bytes();

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		FILE *file = tmpfile();

		write_parts(file, bytes, most[i]);
		check_content(file, bytes, BYTES);
		fclose(file);
	}
	free(bytes);
}

static void test_gzip_is_repeatable(void **state)
{
	uint8_t *bytes = make_bytes();
	char *text[2];
	size_t len[2];

	(void)state;
	for (int i = 0; i < 2; i++) {
		FILE *file = open_memstream(&text[i], &len[i]);

		write_parts(file, bytes, 5000);
		fclose(file);
	}
	assert_int_equal(len[0], len[1]);
	assert_memory_equal(text[0], text[1], len[0]);
	free(text[0]);
	free(text[1]);
	free(bytes);
}

static void test_gzip_of_nothing(void **state)
{
	FILE *file = tmpfile();
	struct gzip_stream stream;

	(void)state;
	gzip_stream_init(&stream, file);
	gzip_stream_finish(&stream);
	check_content(file, (const uint8_t *)"", 0);
	fclose(file);
}

static void test_strings(void **state)
{
	struct string_table table;
	char text[32];

	(void)state;
	string_table_init(&table);
	assert_int_equal(string_table_add(&table, ""), 0);
	assert_int_equal(string_table_add(&table, NULL), 0);
	for (int round = 0; round < 2; round++)
		for (unsigned int i = 1; i < 5000; i++) {
			snprintf(text, sizeof(text), "name %u", i);
			assert_int_equal(string_table_add(&table, text), i);
			assert_string_equal(table.texts[i], text);
		}
	assert_int_equal(table.count, 5000);
	string_table_add(&table, "a\x1b[2Jb\n\xff");
	assert_string_equal(table.texts[5000], "a\\x1b[2Jb\\n\\xff");
	string_table_release(&table);
}

static void test_stream(void **state)
{
	struct protobuf message = { 0 };
	struct pprof_stream stream;
	FILE *file = tmpfile();

	(void)state;
	pprof_stream_init(&stream, file);
	protobuf_put_uint(&message, 1, pprof_stream_string(&stream, "one"));
	pprof_stream_put_message(&stream, 2, &message);
	pprof_stream_put_uint(&stream, 9,
			      pprof_stream_string(&stream, "two"));
	pprof_stream_finish(&stream);
	check_content(file, (const uint8_t *)"\x12\x02\x08\x01\x48\x02"
		      "\x32\x00\x32\x03one\x32\x03two", 18);
	fclose(file);
	protobuf_release(&message);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gzip),
		cmocka_unit_test(test_gzip_is_repeatable),
		cmocka_unit_test(test_gzip_of_nothing),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_stream),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

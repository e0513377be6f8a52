/* SPDX-License-Identifier: MIT */
/* Cursors: values come back as they were put, and nothing passes an end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "include/codec.h"
#include "include/crc32c.h"

static const uint64_t values[] = { 0, 1, 127, 128, 255, 16383, 16384,
				   UINT32_MAX, INT64_MAX,
				   (uint64_t)INT64_MAX + 1, UINT64_MAX };
#define VALUES (sizeof(values) / sizeof(values[0]))

static void numbers_round_trip(void **state)
{
	uint8_t bytes[512];
	struct codec_writer w;
	struct codec_reader r;

	(void)state;
	codec_writer_init(&w, bytes, sizeof(bytes));
	for (size_t i = 0; i < VALUES; i++) {
		codec_put_varint(&w, values[i]);
		codec_put_zigzag(&w, (int64_t)values[i]);
		codec_put_u8(&w, (uint8_t)i);
	}
	assert_false(w.failed);
	codec_reader_init(&r, bytes, codec_written(&w));
	for (size_t i = 0; i < VALUES; i++) {
		assert_true(codec_get_varint(&r) == values[i]);
		assert_true(codec_get_zigzag(&r) == (int64_t)values[i]);
		assert_int_equal(codec_get_u8(&r), i);
	}
	assert_false(r.failed);
	assert_int_equal(codec_left(&r), 0);
}

static void known_encodings(void **state)
{
	uint8_t bytes[16];
	struct codec_writer w;

	(void)state;
	codec_writer_init(&w, bytes, sizeof(bytes));
	codec_put_varint(&w, 300);
	codec_put_zigzag(&w, -1);
	codec_put_zigzag(&w, 1);
	codec_put_tag_varint(&w, 3, 300);
	assert_int_equal(codec_written(&w), 8);
	assert_memory_equal(bytes, "\xac\x02\x01\x02\x03\x02\xac\x02", 8);
}

static void bytes_round_trip(void **state)
{
	uint8_t bytes[64];
	struct codec_writer w;
	struct codec_reader r, sub;
	const uint8_t *got;
	size_t len;

	(void)state;
	codec_writer_init(&w, bytes, sizeof(bytes));
	codec_put_bytes(&w, "heap", 4);
	codec_put_bytes(&w, NULL, 0);
	codec_put_raw(&w, "wise", 4);
	codec_reader_init(&r, bytes, codec_written(&w));
	got = codec_get_bytes(&r, &len);
	assert_int_equal(len, 4);
	assert_memory_equal(got, "heap", 4);
	codec_get_bytes(&r, &len);
	assert_int_equal(len, 0);
	sub = codec_get_sub(&r, 4);
	assert_memory_equal(codec_get_raw(&sub, 4), "wise", 4);
	assert_false(r.failed || sub.failed);
	assert_int_equal(codec_left(&r), 0);
}

static void a_full_writer_fails_and_writes_nothing(void **state)
{
	uint8_t bytes[4] = { 0, 0, 0, 0xee };
	struct codec_writer w;

	(void)state;
	codec_writer_init(&w, bytes, 3);
	codec_put_varint(&w, UINT64_MAX);
	assert_true(w.failed);
	codec_put_u8(&w, 1);
	assert_int_equal(codec_written(&w), 0);
	assert_int_equal(bytes[3], 0xee);
}

static void a_reader_stops_at_its_end(void **state)
{
	static const uint8_t endless[11] = { 0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
					     0x80, 0x80, 0x80, 0x80, 0x01 };
	static const uint8_t too_large[10] = { 0xff, 0xff, 0xff, 0xff, 0xff,
					       0xff, 0xff, 0xff, 0xff, 0x02 };
	struct codec_reader r;
	size_t len;

	(void)state;
	for (size_t cut = 0; cut < 10; cut++) {
		codec_reader_init(&r, endless, cut);
		assert_true(codec_get_varint(&r) == 0);
		assert_true(r.failed);
	}
	codec_reader_init(&r, endless, sizeof(endless));
	codec_get_varint(&r);
	assert_true(r.failed);
	codec_reader_init(&r, too_large, sizeof(too_large));
	codec_get_varint(&r);
	assert_true(r.failed);
	codec_reader_init(&r, "\x05yes", 4);
	assert_null(codec_get_bytes(&r, &len));
	assert_true(r.failed && len == 0);
	assert_int_equal(codec_get_u8(&r), 0);
}

static void crc_of_known_vectors(void **state)
{
	uint8_t zeros[32] = { 0 };
	uint8_t ones[32];

	(void)state;
	crc32c_init();
	memset(ones, 0xff, sizeof(ones));
	/* RFC 3720, B.4 */
	assert_int_equal(crc32c(0, "123456789", 9), 0xe3069283);
	assert_int_equal(crc32c(0, zeros, 32), 0x8a9136aa);
	assert_int_equal(crc32c(0, ones, 32), 0x62a8ab43);
	assert_int_equal(crc32c(0, NULL, 0), 0);
	assert_int_equal(crc32c_by_table(0, "123456789", 9), 0xe3069283);
}

static void crc_in_parts(void **state)
{
	uint8_t bytes[100];

	(void)state;
	crc32c_init();
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 37);
	for (size_t cut = 0; cut <= sizeof(bytes); cut++) {
		uint32_t crc = crc32c(0, bytes, cut);

		crc = crc32c(crc, bytes + cut, sizeof(bytes) - cut);
		assert_int_equal(crc, crc32c(0, bytes, sizeof(bytes)));
		assert_int_equal(crc32c(0, bytes, cut),
				 crc32c_by_table(0, bytes, cut));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_round_trip),
		cmocka_unit_test(known_encodings),
		cmocka_unit_test(bytes_round_trip),
		cmocka_unit_test(a_full_writer_fails_and_writes_nothing),
		cmocka_unit_test(a_reader_stops_at_its_end),
		cmocka_unit_test(crc_of_known_vectors),
		cmocka_unit_test(crc_in_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

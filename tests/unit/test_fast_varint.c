/* SPDX-License-Identifier: MIT */
/* The fast readers against the plain ones, on right and on wrong bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "include/fast_varint.h"
#include "tests/unit/dump_builder.h"

#define BYTES 4096

/* Reads all of it both ways, a number at a time. */
static void agree(const uint8_t *bytes, size_t len)
{
	struct codec_reader plain, fast;
	unsigned int way = 0;

	codec_reader_init(&plain, bytes, len);
	codec_reader_init(&fast, bytes, len);
	while (codec_left(&plain) && !plain.failed) {
		switch (way++ % 4) {
		case 0:
			assert_true(codec_get_varint(&plain) ==
				    fast_varint(&fast));
			break;
		case 1:
			assert_true(codec_get_varint(&plain) ==
				    fast_varint_short(&fast));
			break;
		case 2:
			assert_true(codec_get_zigzag(&plain) ==
				    fast_zigzag(&fast));
			break;
		default:
			assert_true(codec_get_zigzag(&plain) ==
				    fast_zigzag_short(&fast));
			break;
		}
		assert_ptr_equal(plain.next, fast.next);
		assert_int_equal(plain.failed, fast.failed);
	}
	assert_true(fast_varint(&fast) == 0 && fast.failed);
}

static void numbers_of_every_length_agree(void **state)
{
	uint8_t bytes[BYTES];
	struct codec_writer w;
	uint64_t seed = 1;

	(void)state;
	for (unsigned int round = 0; round < 100; round++) {
		codec_writer_init(&w, bytes, sizeof(bytes));
		while (!w.failed) {
			unsigned int bits = builder_random(&seed) % 65;
			uint64_t value = builder_random(&seed);

			codec_put_varint(&w, bits == 64 ? value :
				value & ((UINT64_C(1) << bits) - 1));
		}
		agree(bytes, codec_written(&w));
	}
}

static void random_bytes_agree(void **state)
{
	uint8_t bytes[64];
	uint64_t seed = 2;

	(void)state;
	for (unsigned int round = 0; round < 20000; round++) {
		size_t len = builder_random(&seed) % sizeof(bytes);
		bool long_ones = builder_random(&seed) % 2;

		for (size_t i = 0; i < len; i++)
			bytes[i] = (uint8_t)(builder_random(&seed) |
					     (long_ones && i % 11 ? 0x80 : 0));
		agree(bytes, len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_of_every_length_agree),
		cmocka_unit_test(random_bytes_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

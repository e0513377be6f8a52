/* SPDX-License-Identifier: MIT */
/*
 * Messages are read back by a decoder of their own, slow and byte by byte, as
 * the wire format is described; known bytes; what is left out.
 */
#include "analyzer/output/protobuf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "preload/random.h"

#define FIELDS 400
#define PACKED_MAX 50

struct field {
	uint64_t number, type, value; /* value: of a varint, or the length */
	const uint8_t *bytes;
};

struct decoder {
	const uint8_t *next, *end;
};

static uint64_t get_varint(struct decoder *d)
{
	uint64_t value = 0, scale = 1;
	uint8_t byte;

	do {
		assert_true(d->next < d->end);
		byte = *d->next++;
		value += (byte % 128) * scale;
		scale *= 128;
	} while (byte >= 128);
	return value;
}

static struct field get_field(struct decoder *d)
{
	uint64_t key = get_varint(d);
	struct field f = { .number = key / 8, .type = key % 8 };

	assert_true(f.type == 0 || f.type == 2);
	f.value = get_varint(d);
	f.bytes = d->next;
	if (f.type == 2) {
		assert_true(f.value <= (uint64_t)(d->end - d->next));
		d->next += f.value;
	}
	return f;
}

static struct decoder decoder_of(const struct protobuf *message)
{
	return (struct decoder){ message->bytes,
				 message->bytes + message->len };
}

static void check_bytes(const struct protobuf *message, const char *bytes,
			size_t len)
{
	assert_int_equal(message->len, len);
	assert_memory_equal(message->bytes, bytes, len);
}

/* The examples of the format's own description. */
static void test_known_bytes(void **state)
{
	const uint64_t numbers[] = { 3, 270, 86942 };
	struct protobuf m = { 0 }, inner = { 0 };

	(void)state;
	protobuf_put_uint(&m, 1, 150);
	check_bytes(&m, "\x08\x96\x01", 3);
	protobuf_put_message(&inner, 3, &m);
	check_bytes(&inner, "\x1a\x03\x08\x96\x01", 5);
	protobuf_clear(&m);
	protobuf_put_string(&m, 2, "testing", 7);
	check_bytes(&m, "\x12\x07testing", 9);
	protobuf_clear(&m);
	protobuf_put_packed(&m, 6, numbers, 3);
	check_bytes(&m, "\x32\x06\x03\x8e\x02\x9e\xa7\x05", 8);
	protobuf_clear(&m);
	protobuf_put_int(&m, 1, -2);
	check_bytes(&m, "\x08\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11);
	protobuf_release(&inner);
	protobuf_release(&m);
}

static void test_left_out(void **state)
{
	struct protobuf m = { 0 }, empty = { 0 };

	(void)state;
	protobuf_put_uint(&m, 1, 0);
	protobuf_put_int(&m, 2, 0);
	protobuf_put_packed(&m, 3, NULL, 0);
	assert_int_equal(m.len, 0);
	protobuf_put_string(&m, 6, "", 0);
	protobuf_put_message(&m, 7, &empty);
	check_bytes(&m, "\x32\x00\x3a\x00", 4);
	protobuf_release(&m);
}

/* Of all lengths. */
static uint64_t draw(struct random_state *r)
{
	return random_next(r) >> random_below(r, 64);
}

/* Fields as they are put, to compare with what comes out. */
struct wanted {
	uint64_t number, value;
	size_t count; /* packed; SIZE_MAX: a varint */
	uint64_t packed[PACKED_MAX];
};

static void put(struct protobuf *m, struct random_state *r, struct wanted *w)
{
	*w = (struct wanted){ .number = 1 + random_below(r, 100) };
	w->value = draw(r) | 1;
	w->count = SIZE_MAX;
	if (random_below(r, 2)) {
		protobuf_put_uint(m, (unsigned int)w->number, w->value);
		return;
	}
	w->count = 1 + random_below(r, PACKED_MAX);
	for (size_t i = 0; i < w->count; i++)
		w->packed[i] = random_below(r, 8) ? draw(r) : 0;
	protobuf_put_packed(m, (unsigned int)w->number, w->packed, w->count);
}

static void check(struct decoder *d, const struct wanted *w)
{
	struct field f = get_field(d);
	struct decoder inner;

	assert_true(f.number == w->number);
	if (w->count == SIZE_MAX) {
		assert_int_equal(f.type, 0);
		assert_true(f.value == w->value);
		return;
	}
	assert_int_equal(f.type, 2);
	inner = (struct decoder){ f.bytes, f.bytes + f.value };
	for (size_t i = 0; i < w->count; i++)
		assert_true(get_varint(&inner) == w->packed[i]);
	assert_true(inner.next == inner.end);
}

static void test_round_trip(void **state)
{
	struct wanted *wanted = calloc(FIELDS, sizeof(*wanted));
	struct random_state r = { 11 };
	struct protobuf m = { 0 };

	(void)state;
	for (int round = 0; round < 50; round++) {
		struct decoder d;

		protobuf_clear(&m);
		for (size_t i = 0; i < FIELDS; i++)
			put(&m, &r, &wanted[i]);
		d = decoder_of(&m);
		for (size_t i = 0; i < FIELDS; i++)
			check(&d, &wanted[i]);
		assert_true(d.next == d.end);
	}
	protobuf_release(&m);
	free(wanted);
}

/* Strings of each length around those where the memory or the length of the
 * length grows. */
static void test_lengths(void **state)
{
	struct protobuf m = { 0 };
	char *text = malloc(70000);

	(void)state;
	memset(text, 'x', 70000);
	for (size_t len = 0; len < 70000; len += len < 600 ? 1 : 1777) {
		struct decoder d;
		struct field f;

		protobuf_release(&m);
		protobuf_put_string(&m, 15, text, len);
		d = decoder_of(&m);
		f = get_field(&d);
		assert_true(f.number == 15 && f.type == 2 && f.value == len);
		assert_memory_equal(f.bytes, text, len);
		assert_true(d.next == d.end);
	}
	protobuf_release(&m);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_bytes),
		cmocka_unit_test(test_left_out),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_lengths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

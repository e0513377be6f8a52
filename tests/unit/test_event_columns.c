/* SPDX-License-Identifier: MIT */
/* EVENTS payloads: events come back as they were; damage is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "include/event_columns.h"
#include "tests/unit/dump_builder.h"

#define EVENTS 3000

struct fixture {
	struct event_encoder encoder;
	struct event_columns decoder;
	struct event events[EVENTS], read[EVENTS];
	uint8_t bytes[EVENT_ENCODER_BYTES(EVENTS)];
	size_t len;
};

static const uint8_t kinds[] = { EVENT_MALLOC, EVENT_CALLOC, EVENT_FREE,
				 EVENT_REALLOC_OLD, EVENT_REALLOC_NEW,
				 EVENT_REALLOC_FAILED, EVENT_DELETE };

/* style bits: 1 odd addresses, 2 sampled, 4 wild numbers */
static struct event random_event(uint64_t *seed, unsigned int style)
{
	struct event e = { .tick = builder_random(seed) % 100000 };
	bool wild = style & 4;

	e.kind = kinds[builder_random(seed) % sizeof(kinds)];
	e.address = builder_random(seed) % (1u << 20) * 16 + (style & 1);
	if (wild) {
		e.tick = builder_random(seed);
		e.address = builder_random(seed);
	}
	if (builder_random(seed) % 2)
		e.stack = (uint32_t)builder_random(seed) % (wild ? ~0u : 50);
	if (event_is_allocation(e.kind))
		e.size = wild ? builder_random(seed) :
				builder_random(seed) % 4 * 32;
	if (builder_random(seed) % 8 == 0) {
		e.has_detail = 1;
		e.duration = builder_random(seed) % 1000;
		if (event_is_allocation(e.kind))
			e.usable_bytes = e.size + builder_random(seed) % 64;
	}
	if (style & 2)
		e.interval_shift = builder_random(seed) % 4;
	return e;
}

static void encode(struct fixture *f, unsigned int count)
{
	f->len = builder_encode(&f->encoder, f->bytes, f->events, count);
}

static void assert_same(const struct event *a, const struct event *b)
{
	assert_int_equal(a->kind, b->kind);
	assert_true(a->tick == b->tick);
	assert_true(a->address == b->address);
	assert_true(a->size == b->size);
	assert_int_equal(a->stack, b->stack);
	assert_int_equal(a->has_detail, b->has_detail);
	assert_true(a->usable_bytes == b->usable_bytes);
	assert_true(a->duration == b->duration);
	assert_int_equal(a->interval_shift, b->interval_shift);
}

static void random_events_round_trip(void **state)
{
	struct fixture *f = *state;
	uint64_t seed = 1;

	for (unsigned int round = 0; round < 64; round++) {
		unsigned int count = builder_random(&seed) % EVENTS;

		for (unsigned int i = 0; i < count; i++)
			f->events[i] = random_event(&seed, round % 8);
		encode(f, count);
		assert_int_equal(event_columns_decode(&f->decoder, f->bytes,
						      f->len, f->read, count),
				 0);
		for (unsigned int i = 0; i < count; i++)
			assert_same(&f->events[i], &f->read[i]);
	}
}

static void each_block_can_be_read_alone(void **state)
{
	struct fixture *f = *state;
	struct event_columns *fresh = calloc(1, sizeof(*fresh));
	uint64_t seed = 2;

	assert_non_null(fresh);
	for (unsigned int round = 0; round < 3; round++) {
		for (unsigned int i = 0; i < 500; i++)
			f->events[i] = random_event(&seed, 0);
		encode(f, 500);
	}
	event_columns_init(fresh);
	assert_int_equal(event_columns_decode(fresh, f->bytes, f->len, f->read,
					      500),
			 0);
	for (unsigned int i = 0; i < 500; i++)
		assert_same(&f->events[i], &f->read[i]);
	free(fresh);
}

/* Steady programs are what the columns are for. */
static void a_loop_takes_few_bytes(void **state)
{
	struct fixture *f = *state;

	for (unsigned int i = 0; i < EVENTS; i++)
		f->events[i] = i % 2 ? event_free(i / 4, 0x1000) :
				       event_alloc(i / 4, 0x1000, 64, 7);
	encode(f, EVENTS);
	assert_true(f->len < EVENTS * 4);
}

/* Two live blocks of one size, released in turn and allocated again. */
static void known_addresses_take_one_byte(void **state)
{
	struct fixture *f = *state;

	for (unsigned int i = 0; i < EVENTS; i += 2) {
		uint64_t address = 0x7f1234567000 + i / 2 % 2 * 0x123450;

		f->events[i] = event_alloc(i, address, 100, 7);
		f->events[i + 1] = event_free(i, 0x7f1234567000 + 0x123450 -
						      i / 2 % 2 * 0x123450);
	}
	encode(f, EVENTS);
	/* kind, reference and tick; a stack for each allocation */
	assert_true(f->len < EVENTS * 7 / 2 + 100);
	assert_int_equal(event_columns_decode(&f->decoder, f->bytes, f->len,
					      f->read, EVENTS),
			 0);
	for (unsigned int i = 0; i < EVENTS; i++)
		assert_same(&f->events[i], &f->read[i]);
}

/* A release far back, and one of before this block of events. */
static void old_blocks_are_released(void **state)
{
	static struct event events[EVENT_ENCODER_MAX];
	static struct event read[EVENT_ENCODER_MAX];
	static uint8_t bytes[EVENT_ENCODER_BYTES(EVENT_ENCODER_MAX)];
	struct fixture *f = *state;
	size_t len;

	for (int round = 0; round < 2; round++) {
		for (unsigned int i = 0; i < EVENT_ENCODER_MAX; i++)
			events[i] = event_alloc(i, 0x10000 + i * 0x40ull, 8, 3);
		events[EVENT_ENCODER_MAX - 2] = event_free(9000, 0x10000);
		events[EVENT_ENCODER_MAX - 1] =
			event_free(9001, 0x10000 - 0x1000ull);
		len = builder_encode(&f->encoder, bytes, events,
				     EVENT_ENCODER_MAX);
		assert_int_equal(event_columns_decode(&f->decoder, bytes, len,
						      read, EVENT_ENCODER_MAX),
				 0);
		for (unsigned int i = 0; i < EVENT_ENCODER_MAX; i++)
			assert_same(&events[i], &read[i]);
	}
	assert_int_equal(event_encoder_put(&f->encoder, events, 1), 0);
}

static void ticks_are_rounded_down(void **state)
{
	struct event_shape shape = { .tick_shift = 4 };
	struct fixture *f = *state;
	struct codec_writer w;

	for (unsigned int i = 0; i < 100; i++)
		f->events[i] = event_alloc(1000 + i * 7, i, 8, 3);
	codec_writer_init(&w, f->bytes, sizeof(f->bytes));
	event_encoder_begin(&f->encoder, &shape);
	event_encoder_put(&f->encoder, f->events, 100);
	event_encoder_end(&f->encoder, &w);
	assert_int_equal(event_columns_decode(&f->decoder, f->bytes,
					      codec_written(&w), f->read, 100),
			 0);
	for (unsigned int i = 0; i < 100; i++)
		assert_int_equal(f->read[i].tick, (1000 + i * 7) / 16 * 16);
}

static void wrong_counts_are_refused(void **state)
{
	struct fixture *f = *state;
	uint64_t seed = 3;

	for (unsigned int i = 0; i < 100; i++)
		f->events[i] = random_event(&seed, 0);
	encode(f, 100);
	assert_int_equal(event_columns_decode(&f->decoder, f->bytes, f->len,
					      f->read, 99),
			 -1);
	assert_int_equal(event_columns_decode(&f->decoder, f->bytes, f->len,
					      f->read, 101),
			 -1);
	for (size_t cut = 0; cut < f->len; cut++)
		assert_int_equal(event_columns_decode(&f->decoder, f->bytes,
						      cut, f->read, 100),
				 -1);
}

static void damage_never_crashes(void **state)
{
	struct fixture *f = *state;
	uint64_t seed = 4;

	for (unsigned int round = 0; round < 3000; round++) {
		unsigned int count = 1 + builder_random(&seed) % 60;

		for (unsigned int i = 0; i < count; i++)
			f->events[i] = random_event(&seed, round % 8);
		encode(f, count);
		for (unsigned int i = 0; i < 3; i++)
			f->bytes[builder_random(&seed) % f->len] =
				(uint8_t)builder_random(&seed);
		event_columns_decode(&f->decoder, f->bytes, f->len, f->read,
				     count);
	}
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (!f)
		return -1;
	event_encoder_init(&f->encoder);
	event_columns_init(&f->decoder);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	free(*state);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(random_events_round_trip),
		TEST(each_block_can_be_read_alone),
		TEST(a_loop_takes_few_bytes),
		TEST(known_addresses_take_one_byte),
		TEST(old_blocks_are_released),
		TEST(ticks_are_rounded_down),
		TEST(wrong_counts_are_refused),
		TEST(damage_never_crashes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

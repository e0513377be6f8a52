/* SPDX-License-Identifier: MIT */
/*
 * The decoder hands out every lane's events in order, whoever asks for which
 * lane when, with a thread of its own and without.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "analyzer/decoder.h"
#include "tests/unit/dump_builder.h"

#define BLOCK 4000
#define LANES_MAX 80

/* Event i of a lane has address (lane + 1) << 32 | i << 4. */
static void build(struct dump_builder *b, uint32_t lanes, uint32_t blocks)
{
	static struct event events[BLOCK];

	dump_builder_init(b);
	dump_builder_meta(b, MODE_EXACT, 0);
	for (uint32_t block = 0; block < blocks; block++) {
		for (uint32_t lane = 0; lane < lanes; lane++) {
			for (uint64_t i = 0; i < BLOCK; i++) {
				uint64_t n = (uint64_t)block * BLOCK + i;

				events[i] = event_alloc(n, (lane + 1ull) << 32 |
							n << 4, n % 100, 0);
			}
			dump_builder_events(b, lane + 1, events, BLOCK);
		}
	}
	dump_builder_end(b, END_EXIT);
}

/* Takes a chunk, checks that it goes on at *next; false at the lane's end. */
static bool take(struct decoder *d, uint32_t lane, uint64_t *next)
{
	struct decoder_chunk *chunk = decoder_next(d, lane);

	if (!chunk)
		return false;
	assert_int_equal(chunk->error, 0);
	assert_true(chunk->count > 0);
	/* the caller's to write */
	memset(chunk->events - DECODER_HISTORY, 0xee,
	       DECODER_HISTORY * sizeof(struct event));
	for (uint32_t i = 0; i < chunk->count; i++, (*next)++) {
		assert_true(chunk->events[i].address ==
			    ((lane + 1ull) << 32 | *next << 4));
		assert_true(chunk->events[i].size == *next % 100);
	}
	assert_int_equal(*next + chunk->left, (chunk->block + 1) * BLOCK);
	decoder_give_back(d, chunk);
	return true;
}

/* Takes chunks of lanes at random until all have ended. */
static void drain(uint32_t lanes, uint32_t blocks, uint64_t seed)
{
	struct dump_builder b;
	struct recording *recording;
	struct decoder *d;
	uint64_t next[LANES_MAX] = { 0 };
	uint32_t ended = 0;

	build(&b, lanes, blocks);
	recording = dump_builder_open(&b);
	d = decoder_new(recording);
	while (ended < lanes) {
		uint32_t lane = builder_random(&seed) % lanes;

		if (next[lane] != UINT64_MAX && !take(d, lane, &next[lane])) {
			assert_int_equal(next[lane], (uint64_t)blocks * BLOCK);
			next[lane] = UINT64_MAX;
			ended++;
		}
	}
	for (uint32_t i = 0; i < lanes; i++)
		assert_null(decoder_next(d, i));
	decoder_free(d);
	recording_free(recording);
	dump_builder_release(&b);
}

static void a_small_one_is_decoded_by_the_caller(void **state)
{
	(void)state;
	drain(2, 2, 1);
}

static void one_lane_runs_ahead(void **state)
{
	(void)state;
	drain(1, 200, 2);
}

static void lanes_are_asked_for_in_any_order(void **state)
{
	(void)state;
	drain(5, 40, 3);
	drain(LANES_MAX, 3, 4);
}

/* More lanes hold a chunk than whole blocks may be held: then pieces come. */
static void held_chunks_are_bounded(void **state)
{
	struct decoder_chunk *held[LANES_MAX];
	struct recording *recording;
	struct dump_builder b;
	struct decoder *d;
	size_t events = 0;
	bool pieces = false;

	(void)state;
	build(&b, LANES_MAX, 1);
	recording = dump_builder_open(&b);
	d = decoder_new(recording);
	for (uint32_t lane = LANES_MAX; lane-- > 0;) {
		held[lane] = decoder_next(d, lane);
		assert_non_null(held[lane]);
		events += held[lane]->count;
		pieces |= held[lane]->left > 0;
	}
	assert_true(pieces);
	assert_true(events <= (256u << 10) + 256 * LANES_MAX);
	for (uint32_t lane = 0; lane < LANES_MAX; lane++) {
		uint64_t next = held[lane]->count;

		decoder_give_back(d, held[lane]);
		while (take(d, lane, &next))
			continue;
		assert_int_equal(next, BLOCK);
	}
	decoder_free(d);
	recording_free(recording);
	dump_builder_release(&b);
}

/* Freed while blocks are decoded, and chunks are ready. */
static void it_can_be_left_half_way(void **state)
{
	struct recording *recording;
	struct dump_builder b;

	(void)state;
	build(&b, 3, 100);
	recording = dump_builder_open(&b);
	for (unsigned int takes = 0; takes < 20; takes++) {
		struct decoder *d = decoder_new(recording);
		uint64_t next = 0;

		for (unsigned int i = 0; i < takes; i++)
			assert_true(take(d, takes % 3, &next));
		decoder_free(d);
	}
	recording_free(recording);
	dump_builder_release(&b);
}

/* A damaged block comes as one, and the lane goes on after it. */
static void damage_is_handed_out(void **state)
{
	struct recording *recording;
	struct decoder_chunk *chunk;
	struct dump_builder b;
	struct decoder *d;
	uint64_t next = 0;

	(void)state;
	build(&b, 1, 20);
	recording = dump_builder_open(&b);
	b.bytes[recording->lanes[0].blocks[3].offset + 64 + 100] ^= 1;
	dump_builder_save(&b, b.bytes, b.len);
	recording_free(recording);
	recording = dump_builder_open(&b);
	d = decoder_new(recording);
	for (unsigned int i = 0; i < 3; i++)
		assert_true(take(d, 0, &next));
	chunk = decoder_next(d, 0);
	assert_non_null(chunk);
	assert_int_equal(chunk->error, DUMP_ERROR_PAYLOAD_CRC);
	assert_int_equal(chunk->count, 0);
	assert_int_equal(chunk->left, BLOCK);
	decoder_give_back(d, chunk);
	next += BLOCK;
	while (take(d, 0, &next))
		continue;
	assert_int_equal(next, 20 * BLOCK);
	decoder_free(d);
	recording_free(recording);
	dump_builder_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_small_one_is_decoded_by_the_caller),
		cmocka_unit_test(one_lane_runs_ahead),
		cmocka_unit_test(lanes_are_asked_for_in_any_order),
		cmocka_unit_test(held_chunks_are_bounded),
		cmocka_unit_test(it_can_be_left_half_way),
		cmocka_unit_test(damage_is_handed_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

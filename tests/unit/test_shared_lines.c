/* SPDX-License-Identifier: MIT */
/*
 * Blocks of several threads in one line, against a count tick by tick; many
 * lines, of which some are looked at; addresses that no heap has.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "analyzer/advice/shared_lines.h"
#include "tests/unit/dump_builder.h"

#define LANES 3
#define ROWS 3 /* the last is no candidate */
#define TICKS 600
#define BLOCKS 400

/* All that the part looks at of a pass. */
struct world {
	struct recording recording;
	struct lane lanes[LANES];
	struct model_thread threads[LANES];
	struct census census;
	struct fold fold;
	uint32_t candidate_of[ROWS], site_of_row[ROWS];
	struct signal_pass pass;
	struct shared_lines *lines;
	struct signal_part part;
};

static void begin(struct world *w, const uint64_t *ended)
{
	memset(w, 0, sizeof(*w));
	for (uint32_t i = 0; i < LANES; i++) {
		w->lanes[i].serial = i + 1;
		w->threads[i] = (struct model_thread){
			.serial = i + 1, .ended_tick = ended ? ended[i] : 0 };
	}
	for (uint32_t i = 0; i < ROWS; i++) {
		w->candidate_of[i] = i + 1 < ROWS ? i : SIGNALS_NONE;
		w->site_of_row[i] = i + 10;
	}
	w->recording.lanes = w->lanes;
	w->recording.lane_count = LANES;
	w->recording.model.threads = w->threads;
	w->recording.model.thread_count = LANES;
	w->census.last_tick = TICKS;
	w->fold.site_of_row = w->site_of_row;
	w->pass = (struct signal_pass){
		.recording = &w->recording,
		.census = &w->census,
		.fold = &w->fold,
		.candidate_of = w->candidate_of,
		.count = ROWS - 1,
		.row_count = ROWS,
	};
	w->lines = shared_lines_new(&w->pass);
	w->part = shared_lines_part(w->lines);
}

/* A block and its life. */
struct life {
	uint64_t address, size, from, to;
	uint32_t row, lane;
};

static void step(struct world *w, const struct life *life, uint64_t tick,
		 bool begins)
{
	struct live_block block = {
		.address = life->address,
		.size = life->size,
		.lane = life->lane,
	};
	const struct replay_step replayed = { .block = &block, .tick = tick };
	const struct signal_step s = {
		.step = &replayed,
		.row = life->row,
		.candidate = w->candidate_of[life->row],
		.weight = 1,
	};

	(begins ? w->part.allocated : w->part.released)(w->part.context, &s);
}

static void play(struct world *w, const struct life *lives, size_t count)
{
	for (uint64_t tick = 0; tick < TICKS; tick++) {
		for (size_t i = 0; i < count; i++)
			if (lives[i].to == tick)
				step(w, &lives[i], tick, false);
		for (size_t i = 0; i < count; i++)
			if (lives[i].from == tick)
				step(w, &lives[i], tick, true);
	}
	shared_lines_finish(w->lines);
}

static uint64_t line_of(const struct life *life, int end)
{
	return (life->address + (end ? life->size - 1 : 0)) / LINE_BYTES;
}

static bool is_beside(const struct life *a, int end, const struct life *b,
		      uint64_t tick, const uint64_t *ended)
{
	return a->lane != b->lane && b->from <= tick && tick < b->to &&
	       tick < ended[a->lane] && tick < ended[b->lane] &&
	       (line_of(b, 0) == line_of(a, end) ||
		line_of(b, 1) == line_of(a, end));
}

/* Tick by tick, line by line, pair by pair. */
static void count_slowly(const struct life *lives, size_t count,
			 const uint64_t *ended, struct shared_sums *sums)
{
	memset(sums, 0, ROWS * sizeof(*sums));
	for (size_t i = 0; i < count; i++) {
		const struct life *a = &lives[i];
		int ends = line_of(a, 1) > line_of(a, 0) ? 2 : 1;

		for (int end = 0; end < ends; end++) {
			bool met = false;

			sums[a->row].ends++;
			for (uint64_t t = a->from; t < a->to && t < TICKS; t++) {
				bool beside = false;

				for (size_t k = 0; k < count && !beside; k++)
					beside = is_beside(a, end, &lives[k], t,
							   ended);
				sums[a->row].ticks++;
				sums[a->row].together += beside;
				met |= beside;
			}
			sums[a->row].met += met;
		}
	}
}

/* Sizes and places at random, side by side as a heap would have them. */
static void make_lives(struct life *lives, uint64_t seed)
{
	uint64_t address = 0x10000;

	for (size_t i = 0; i < BLOCKS; i++) {
		uint64_t random = builder_random(&seed);

		lives[i] = (struct life){
			.address = address,
			.size = 8 + random % 150,
			.from = random >> 8 & 255,
			.row = (uint32_t)((random >> 16) % ROWS),
			.lane = (uint32_t)((random >> 24) % LANES),
		};
		lives[i].to = lives[i].from + 1 + (random >> 32 & 511);
		address += (lives[i].size + 15) & ~UINT64_C(15);
	}
}

static void test_against_slow_count(void **state)
{
	static const uint64_t ended[LANES] = { 500, 250, 1000000 };
	static struct life lives[BLOCKS];
	struct shared_sums slow[ROWS];
	struct world w;

	(void)state;
	for (uint64_t seed = 1; seed <= 5; seed++) {
		make_lives(lives, seed);
		count_slowly(lives, BLOCKS, ended, slow);
		begin(&w, ended);
		play(&w, lives, BLOCKS);
		for (uint32_t i = 0; i + 1 < ROWS; i++) {
			struct shared_sums sums = shared_lines_sums(w.lines, i);

			assert_true(slow[i].together > 1000);
			assert_float_equal(sums.ends, slow[i].ends, 0);
			assert_float_equal(sums.met, slow[i].met, 0);
			assert_float_equal(sums.ticks, slow[i].ticks, 1e-9);
			assert_float_equal(sums.together, slow[i].together,
					   1e-9);
		}
		shared_lines_free(w.lines);
	}
}

static void test_partner(void **state)
{
	/* Two lines: 300 ticks beside row 2's, 100 beside one of row 0's own. */
	static const struct life lives[] = {
		{ 0x1000, 16, 0, 300, 0, 0 }, { 0x1010, 16, 0, 400, 2, 1 },
		{ 0x2000, 16, 0, 100, 0, 0 }, { 0x2010, 16, 0, 100, 0, 1 },
		{ 0x3000, 16, 0, 500, 1, 2 },
	};
	struct shared_sums sums;
	struct world w;

	(void)state;
	begin(&w, NULL);
	play(&w, lives, 5);
	sums = shared_lines_sums(w.lines, 0);
	assert_int_equal(shared_partner(&sums), 12);
	assert_float_equal(sums.together, 500, 0);
	sums = shared_lines_sums(w.lines, 1);
	assert_int_equal(shared_partner(&sums), SIGNALS_NONE);
	assert_float_equal(sums.together, 0, 0);
	assert_float_equal(sums.ticks, 500, 0);
	shared_lines_free(w.lines);
}

/* 200,000 lines, more than are kept, of which every fourth has two threads: all
 * of row 0's blocks there, a third of all. */
static void test_many_lines(void **state)
{
	struct shared_sums sums;
	struct world w;

	(void)state;
	begin(&w, NULL);
	for (uint64_t i = 0; i < 200000; i++) {
		const struct life own = { 0x100000 + i * 64, 16, 0, 0, 0, 0 };
		const struct life other = { own.address + 16, 16, 0, 0, 2, 1 };

		step(&w, &own, 1, true);
		if (i % 4 == 0)
			step(&w, &other, 1, true);
	}
	shared_lines_finish(w.lines);
	sums = shared_lines_sums(w.lines, 0);
	assert_float_equal(sums.together / sums.ticks, 0.25, 0.02);
	assert_float_equal(sums.ticks, 200000.0 * (TICKS - 1), 200000 * 30);
	for (uint64_t i = 0; i < 200000; i++) {
		const struct life own = { 0x100000 + i * 64, 16, 0, 0, 0, 0 };

		step(&w, &own, TICKS, false);
	}
	assert_float_equal(shared_lines_sums(w.lines, 0).ticks, sums.ticks, 0);
	shared_lines_free(w.lines);
}

static void test_one_thread(void **state)
{
	struct world w;

	(void)state;
	begin(&w, NULL);
	shared_lines_free(w.lines);
	w.recording.lane_count = 1;
	assert_null(shared_lines_new(&w.pass));
	assert_float_equal(shared_lines_sums(NULL, 0).ticks, 0, 0);
	shared_lines_free(NULL);
}

/* Blocks that overlap, that nothing allocated, at the end of all addresses. */
static void test_nonsense(void **state)
{
	uint64_t seed = 7;
	struct world w;

	(void)state;
	begin(&w, NULL);
	for (int i = 0; i < 300000; i++) {
		uint64_t random = builder_random(&seed);
		const struct life life = {
			.address = random >> (random & 63),
			.size = builder_random(&seed) >> 16 >> (random >> 8 & 47),
			.row = (uint32_t)(random % ROWS),
			.lane = (uint32_t)((random >> 4) % LANES),
		};

		step(&w, &life, builder_random(&seed) >> 20, random >> 40 & 3);
	}
	shared_lines_finish(w.lines);
	for (uint32_t i = 0; i + 1 < ROWS; i++) {
		struct shared_sums sums = shared_lines_sums(w.lines, i);

		assert_true(sums.together <= sums.ticks);
		assert_true(sums.met <= sums.ends);
	}
	shared_lines_free(w.lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_slow_count),
		cmocka_unit_test(test_partner),
		cmocka_unit_test(test_many_lines),
		cmocka_unit_test(test_one_thread),
		cmocka_unit_test(test_nonsense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

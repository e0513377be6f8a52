/* SPDX-License-Identifier: MIT */
/*
 * Reading dumps: what was written is read; a cut, a flip, a foreign or a
 * doubled file never crashes and says what is wrong with it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/profile.h"
#include "tests/unit/dump_builder.h"
#include "tests/unit/rounds.h"

static const struct stack_node nodes[] = {
	{ .address = 0x1010, .parent = STACK_ROOT, .module = 1 },
	{ .address = 0x2020, .parent = 2, .module = 2 },
	{ .address = 0, .parent = 0, .module = 0 }, /* a hole */
	{ .address = 0x2020, .parent = 2, .module = 2 }, /* node 3 again */
};

static void build(struct dump_builder *b)
{
	struct event events[300];

	dump_builder_init(b);
	dump_builder_meta(b, MODE_EXACT, 0);
	dump_builder_module(b, 2, "/lib/two.so");
	dump_builder_module(b, 1, "/bin/one");
	dump_builder_stacks(b, 2, nodes, 4);
	dump_builder_thread(b, 1, "first");
	dump_builder_thread(b, 1, "renamed");
	dump_builder_usage(b, 0, 1000);
	for (unsigned int i = 0; i < 300; i++)
		events[i] = i % 3 == 2 ?
				    event_free(i, 0x1000 * (i - 1)) :
				    event_alloc(i, 0x1000 * (i + 1), 10, 3);
	for (unsigned int i = 0; i < 300; i += 60)
		dump_builder_events(b, 1, events + i, 60);
	dump_builder_stat(b, STAT_DROPPED_EVENTS, 1);
	dump_builder_stat(b, STAT_DROPPED_EVENTS, 7);
	dump_builder_usage(b, 1000, 5000);
	dump_builder_end(b, END_EXIT);
}

static void reads_what_was_written(void **state)
{
	struct dump_builder b;
	struct recording *r;
	const struct model *m;

	(void)state;
	build(&b);
	r = dump_builder_open(&b);
	m = &r->model;
	assert_true(recording_is_whole(r));
	assert_int_equal(r->event_count, 300);
	assert_int_equal(r->lane_count, 1);
	assert_int_equal(r->lanes[0].block_count, 5);
	assert_string_equal(m->meta.program, "/bin/program");
	assert_int_equal(m->meta.argument_count, 2);
	assert_int_equal(m->meta.pid, BUILDER_PID);
	assert_string_equal(m->meta.host, "");
	assert_string_equal(model_module(m, 2)->path, "/lib/two.so");
	assert_int_equal(model_module(m, 1)->build_id_bytes, 3);
	assert_null(model_module(m, 3));
	assert_int_equal(m->thread_count, 1);
	assert_string_equal(model_thread(m, 1)->name, "renamed");
	assert_int_equal(m->stats[STAT_DROPPED_EVENTS], 7);
	assert_int_equal(m->peak_rss_bytes, 4900);
	assert_int_equal(m->end_reason, END_EXIT);
	assert_true(m->ns_per_tick == 1024);
	recording_free(r);
	dump_builder_release(&b);
}

static void equal_nodes_become_one(void **state)
{
	struct dump_builder b;
	struct recording *r;

	(void)state;
	build(&b);
	r = dump_builder_open(&b);
	assert_int_equal(stack_tree_id(&r->model.stacks, 3), 3);
	assert_int_equal(stack_tree_id(&r->model.stacks, 5), 3);
	assert_int_equal(stack_tree_id(&r->model.stacks, 4), STACK_TRUNCATED);
	assert_int_equal(stack_tree_id(&r->model.stacks, 6), STACK_TRUNCATED);
	assert_int_equal(stack_tree_id(&r->model.stacks, 0), STACK_ROOT);
	assert_int_equal(stack_tree_id(&r->model.stacks, UINT32_MAX),
			 STACK_TRUNCATED);
	recording_free(r);
	dump_builder_release(&b);
}

/* A hole may be filled by a later block. */
static void holes_are_filled(void **state)
{
	const struct stack_node filled = { .address = 0x30, .parent = 3,
					   .module = 1 };
	struct dump_builder b;
	struct recording *r;

	(void)state;
	build(&b);
	dump_builder_stacks(&b, 4, &filled, 1);
	r = dump_builder_open(&b);
	assert_int_equal(stack_tree_id(&r->model.stacks, 4), 4);
	assert_int_equal(r->model.stacks.nodes[4].parent, 3);
	recording_free(r);
	dump_builder_release(&b);
}

/* Opens, replays and verifies; the error, or 0 with the events read. */
static int use(const char *path, uint64_t *events, bool *whole)
{
	const struct profile_view view = { .by = PROFILE_BY_STACK };
	struct recording *r;
	struct dump_problem problem;
	struct profile *p;
	int ret = recording_open(&r, path, &problem);

	*events = 0;
	*whole = false;
	assert_int_equal(ret, ret < 0 ? problem.error : 0);
	assert_non_null(dump_error_text(ret));
	if (ret < 0)
		return ret;
	profile_run(&p, r, &view);
	*events = p->counts.events;
	profile_free(p);
	recording_verify(r);
	*whole = recording_is_whole(r);
	recording_free(r);
	return 0;
}

static void every_cut_is_read_up_to_there(void **state)
{
	struct dump_builder b;
	uint64_t events, before = 0;
	bool whole;

	(void)state;
	build(&b);
	for (size_t cut = 0; cut <= b.len; cut++) {
		int ret;

		dump_builder_save(&b, b.bytes, cut);
		ret = use(b.path, &events, &whole);
		if (cut == 0)
			assert_int_equal(ret, DUMP_ERROR_EMPTY);
		else if (ret < 0)
			assert_int_equal(ret, DUMP_ERROR_CUT);
		assert_int_equal(whole, cut == b.len);
		assert_true(events >= before);
		before = events;
	}
	assert_int_equal(before, 300);
	dump_builder_release(&b);
}

static void flips_never_crash(void **state)
{
	struct dump_builder b;
	uint64_t events, seed = 5;
	uint8_t *bad;
	bool whole;

	(void)state;
	build(&b);
	bad = malloc(b.len);
	assert_non_null(bad);
	for (unsigned int i = 0; i < rounds(4000); i++) {
		memcpy(bad, b.bytes, b.len);
		for (uint64_t n = builder_random(&seed) % 4 + 1; n; n--)
			bad[builder_random(&seed) % b.len] ^=
				(uint8_t)(1 + builder_random(&seed) % 255);
		dump_builder_save(&b, bad, b.len);
		use(b.path, &events, &whole);
		assert_true(memcmp(bad, b.bytes, b.len) == 0 || !whole);
	}
	free(bad);
	dump_builder_release(&b);
}

/* Right checksums, but content that nobody would write. */
static void nonsense_with_right_checksums(void **state)
{
	uint64_t seed = 6;

	(void)state;
	for (unsigned int i = 0; i < rounds(2000); i++) {
		struct dump_builder b;
		uint8_t payload[200];
		uint64_t events;
		bool whole;

		dump_builder_init(&b);
		dump_builder_meta(&b, i % 2 ? MODE_EXACT : MODE_SAMPLED, 512);
		b.raw = i % 3 == 0;
		for (unsigned int block = 0; block < 8; block++) {
			struct dump_block_header like = {
				.type = builder_random(&seed) % 12,
				.count = builder_random(&seed) % 40,
				.thread = builder_random(&seed) % 3,
				.first_tick = builder_random(&seed) >>
					      builder_random(&seed) % 64,
				.last_tick = builder_random(&seed),
			};
			size_t len = builder_random(&seed) % sizeof(payload);

			for (size_t j = 0; j < len; j++)
				payload[j] = (uint8_t)builder_random(&seed) &
					     (j % 2 ? 0xff : 0x13);
			dump_builder_block(&b, &like, payload, len);
		}
		dump_builder_save(&b, b.bytes, b.len);
		assert_int_equal(use(b.path, &events, &whole), 0);
		dump_builder_release(&b);
	}
}

static void damage_has_its_offset(void **state)
{
	struct dump_builder b;
	struct recording *r;
	size_t before;

	(void)state;
	dump_builder_init(&b);
	dump_builder_meta(&b, MODE_EXACT, 0);
	before = b.len;
	dump_builder_thread(&b, 1, "lost");
	dump_builder_thread(&b, 2, "kept");
	dump_builder_end(&b, END_EXIT);
	b.bytes[before + sizeof(struct dump_block_header) + 3] ^= 1;
	r = dump_builder_open(&b);
	assert_int_equal(r->reader.damage_total, 1);
	assert_int_equal(r->reader.damage[0].offset, before);
	assert_int_equal(r->reader.damage[0].error, DUMP_ERROR_PAYLOAD_CRC);
	assert_null(model_thread(&r->model, 1));
	assert_string_equal(model_thread(&r->model, 2)->name, "kept");
	recording_free(r);
	/* now its header too */
	b.bytes[before + 20] ^= 1;
	r = dump_builder_open(&b);
	assert_int_equal(r->reader.damage_total, 1);
	assert_int_equal(r->reader.damage[0].offset, before);
	assert_int_equal(r->reader.damage[0].error, DUMP_ERROR_HEADER);
	assert_string_equal(model_thread(&r->model, 2)->name, "kept");
	recording_free(r);
	dump_builder_release(&b);
}

/* A drainer died in mid-write, and another one appended after that. */
static void a_part_of_a_block_hides_nothing(void **state)
{
	struct dump_builder b;
	struct recording *r;
	size_t before;

	(void)state;
	dump_builder_init(&b);
	dump_builder_meta(&b, MODE_EXACT, 0);
	before = b.len;
	b.raw = true;
	dump_builder_module(&b, 1, "/lib/cut/short/in/the/middle/of/its/path");
	b.len -= 20;
	b.sequence--;
	dump_builder_thread(&b, 2, "kept");
	dump_builder_end(&b, END_DIED);
	r = dump_builder_open(&b);
	assert_string_equal(model_thread(&r->model, 2)->name, "kept");
	assert_int_equal(r->reader.damage[0].offset, before);
	assert_true(r->reader.ended);
	assert_false(recording_is_whole(r));
	recording_free(r);
	dump_builder_release(&b);
}

static void missing_blocks_are_noticed(void **state)
{
	struct dump_builder b;
	struct recording *r;

	(void)state;
	dump_builder_init(&b);
	dump_builder_meta(&b, MODE_EXACT, 0);
	b.sequence++;
	dump_builder_end(&b, END_EXIT);
	r = dump_builder_open(&b);
	assert_int_equal(r->reader.damage[0].error, DUMP_ERROR_SEQUENCE);
	recording_free(r);
	dump_builder_release(&b);
}

static void two_dumps_in_one_file(void **state)
{
	struct dump_builder b, two;
	struct recording *r;

	(void)state;
	build(&b);
	dump_builder_init(&two);
	two.bytes = malloc(b.len * 2);
	assert_non_null(two.bytes);
	memcpy(two.bytes, b.bytes, b.len);
	memcpy(two.bytes + b.len, b.bytes, b.len);
	two.len = b.len * 2;
	r = dump_builder_open(&two);
	assert_int_equal(r->event_count, 300);
	assert_int_equal(r->reader.damage_total, 1);
	assert_int_equal(r->reader.damage[0].offset, b.len);
	assert_int_equal(r->reader.damage[0].error, DUMP_ERROR_SECOND);
	recording_free(r);
	dump_builder_release(&two);
	dump_builder_release(&b);
}

static int open_error(const char *path, struct dump_problem *problem)
{
	struct recording *r;
	int ret = recording_open(&r, path, problem);

	assert_null(r);
	return ret;
}

static void files_that_are_no_dumps(void **state)
{
	static const uint8_t foreign[] = "#!/bin/sh\necho this is no dump; "
					 "but it is quite long enough for one";
	struct dump_problem problem;
	struct dump_builder b;

	(void)state;
	assert_int_equal(open_error("/nowhere/at/all", &problem),
			 DUMP_ERROR_OPEN);
	assert_int_equal(problem.errnum, ENOENT);
	assert_int_equal(open_error("/tmp", &problem), DUMP_ERROR_NOT_A_FILE);
	assert_int_equal(open_error("/dev/null", &problem),
			 DUMP_ERROR_NOT_A_FILE);
	dump_builder_init(&b);
	dump_builder_save(&b, foreign, sizeof(foreign));
	assert_int_equal(open_error(b.path, &problem), DUMP_ERROR_FOREIGN);
	dump_builder_save(&b, foreign, 5);
	assert_int_equal(open_error(b.path, &problem), DUMP_ERROR_FOREIGN);
	dump_builder_release(&b);
}

static void another_version_is_refused(void **state)
{
	static const uint16_t versions[] = { DUMP_VERSION - 1,
					     DUMP_VERSION + 1 };
	struct dump_block_header like = { .type = DUMP_META };
	struct dump_problem problem;
	struct dump_builder b;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		like.version = versions[i];
		dump_builder_init(&b);
		dump_builder_block(&b, &like, "", 0);
		dump_builder_save(&b, b.bytes, b.len);
		assert_int_equal(open_error(b.path, &problem),
				 DUMP_ERROR_VERSION);
		dump_builder_release(&b);
	}
}

static void a_lost_meta_is_an_error(void **state)
{
	struct dump_problem problem;
	struct dump_builder b;

	(void)state;
	build(&b);
	b.bytes[70] ^= 0x10;
	dump_builder_save(&b, b.bytes, b.len);
	assert_int_equal(open_error(b.path, &problem), DUMP_ERROR_NO_META);
	dump_builder_release(&b);
}

static void unknown_block_types_are_skipped(void **state)
{
	struct dump_block_header like = { .type = 999 };
	struct dump_builder b;
	struct recording *r;

	(void)state;
	dump_builder_init(&b);
	dump_builder_meta(&b, MODE_EXACT, 0);
	dump_builder_block(&b, &like, "future", 6);
	dump_builder_end(&b, END_EXIT);
	r = dump_builder_open(&b);
	assert_true(recording_is_whole(r));
	recording_free(r);
	dump_builder_release(&b);
}

static void long_usage_series_are_thinned_out(void **state)
{
	struct dump_builder b;
	struct recording *r;

	(void)state;
	dump_builder_init(&b);
	dump_builder_meta(&b, MODE_EXACT, 0);
	b.raw = true;
	for (uint64_t i = 0; i < 10001; i++)
		dump_builder_usage(&b, i, i == 7777 ? 1000100 : 500);
	r = dump_builder_open(&b);
	assert_in_range(r->model.usage_count, 2000, 4097);
	assert_int_equal(r->model.usage[0].tick, 0);
	assert_int_equal(r->model.usage[r->model.usage_count - 1].tick, 10000);
	assert_int_equal(r->model.peak_rss_bytes, 1000000);
	recording_free(r);
	dump_builder_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_was_written),
		cmocka_unit_test(equal_nodes_become_one),
		cmocka_unit_test(holes_are_filled),
		cmocka_unit_test(every_cut_is_read_up_to_there),
		cmocka_unit_test(flips_never_crash),
		cmocka_unit_test(nonsense_with_right_checksums),
		cmocka_unit_test(damage_has_its_offset),
		cmocka_unit_test(a_part_of_a_block_hides_nothing),
		cmocka_unit_test(missing_blocks_are_noticed),
		cmocka_unit_test(two_dumps_in_one_file),
		cmocka_unit_test(files_that_are_no_dumps),
		cmocka_unit_test(another_version_is_refused),
		cmocka_unit_test(a_lost_meta_is_an_error),
		cmocka_unit_test(unknown_block_types_are_skipped),
		cmocka_unit_test(long_usage_series_are_thinned_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/*
 * The whole writer, on dumps that no recorder writes: stacks without an end,
 * modules that are not there, names for a terminal, sums that no integer
 * holds. What comes out is read by a decoder of this test's own.
 */
#include "analyzer/output/output.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#include "tests/unit/dump_builder.h"

#define BYTES_MAX (4u << 20)
#define VALUES 6

/* What a profile's messages say, as far as the tests ask. */
struct content {
	size_t samples, locations, mappings, strings;
	size_t deepest;	 /* locations of a sample */
	size_t shallowest;
	int64_t sums[VALUES];
	bool escapes; /* in a string */
};

static uint64_t get_varint(const uint8_t **next, const uint8_t *end)
{
	uint64_t value = 0;
	unsigned int shift = 0;

	do {
		assert_true(*next < end && shift < 70);
		value |= (uint64_t)(**next & 127) << shift;
		shift += 7;
	} while (*(*next)++ & 128);
	return value;
}

/* The next field's number; *at is its content, up to *next. */
static uint64_t get_field(const uint8_t **next, const uint8_t *end,
			  const uint8_t **at)
{
	uint64_t key = get_varint(next, end), len;

	*at = *next;
	if (key % 8 == 0) {
		get_varint(next, end);
		return key / 8;
	}
	assert_int_equal(key % 8, 2);
	len = get_varint(next, end);
	assert_true(len <= (uint64_t)(end - *next));
	*at = *next;
	*next += len;
	return key / 8;
}

static size_t count_varints(const uint8_t *next, const uint8_t *end)
{
	size_t count = 0;

	for (; next < end; count++)
		get_varint(&next, end);
	return count;
}

static void read_sample(struct content *c, const uint8_t *next,
			const uint8_t *end)
{
	size_t depth = 0;
	const uint8_t *at;

	c->samples++;
	while (next < end) {
		uint64_t field = get_field(&next, end, &at);

		if (field == 1)
			depth = count_varints(at, next);
		for (int i = 0; field == 2 && at < next; i++) {
			int64_t value = (int64_t)get_varint(&at, next);

			assert_true(i < VALUES && value >= 0);
			assert_true(c->sums[i] <= INT64_MAX - value);
			c->sums[i] += value;
		}
	}
	c->deepest = depth > c->deepest ? depth : c->deepest;
	c->shallowest = depth < c->shallowest ? depth : c->shallowest;
}

static struct content read_content(const uint8_t *next, const uint8_t *end)
{
	struct content c = { .shallowest = SIZE_MAX };
	const uint8_t *at;

	while (next < end) {
		uint64_t field = get_field(&next, end, &at);

		if (field == 2)
			read_sample(&c, at, next);
		c.mappings += field == 3;
		c.locations += field == 4;
		c.strings += field == 6;
		for (; field == 6 && at < next; at++)
			c.escapes |= *at < 0x20 || *at == 0x7f;
	}
	return c;
}

static struct content read_file(FILE *file)
{
	uint8_t *bytes = malloc(BYTES_MAX);
	struct content c;
	gzFile gz;
	int len;

	fflush(file);
	rewind(file);
	gz = gzdopen(dup(fileno(file)), "r");
	len = gzread(gz, bytes, BYTES_MAX);
	assert_true(len > 0 && len < (int)BYTES_MAX);
	assert_int_equal(gzclose(gz), Z_OK);
	c = read_content(bytes, bytes + len);
	free(bytes);
	return c;
}

static struct content export(struct dump_builder *b, bool raw, bool lifetimes)
{
	struct report_options options = { .lifetimes = lifetimes };
	struct output_run run = { .file = tmpfile(), .limit = SIZE_MAX,
				  .reports = 1, .raw = raw,
				  .lifetimes = lifetimes };
	struct recording *recording = dump_builder_open(b);
	struct report *report = report_new(recording, b->path, &options);
	struct content c;

	output_pprof.begin(&run);
	output_pprof.report(&run, report);
	output_pprof.end(&run);
	c = read_file(run.file);
	fclose(run.file);
	report_free(report);
	recording_free(recording);
	return c;
}

/* A chain of nodes 2 .. count + 1, in a module that may not be there. */
static void add_chain(struct dump_builder *b, uint32_t count, uint32_t module)
{
	struct stack_node *nodes = calloc(count, sizeof(*nodes));

	for (uint32_t i = 0; i < count; i++)
		nodes[i] = (struct stack_node){ .address = 0x5001 + i,
						.parent = i ? i + 1 : 0,
						.module = module };
	dump_builder_stacks(b, 2, nodes, count);
	free(nodes);
}

static void test_endless_stack(void **state)
{
	const struct event events[] = {
		event_alloc(1, 0x1000, 8, 2001),
		event_alloc(2, 0x2000, 8, 0),
		event_alloc(3, 0x3000, 8, 77777),
	};
	struct dump_builder b;

	(void)state;
	dump_builder_init(&b);
	dump_builder_meta(&b, MODE_EXACT, 0);
	add_chain(&b, 2000, 99);
	dump_builder_events(&b, 1, events, 3);
	dump_builder_end(&b, END_EXIT);
	for (int mode = 0; mode < 4; mode++) {
		struct content c = export(&b, mode & 1, mode & 2);
		int allocated = mode & 2 ? 4 : 0; /* all are censored */

		assert_int_equal(c.deepest, 1024);
		assert_int_equal(c.shallowest, 0);
		assert_int_equal(c.locations, 1024);
		assert_int_equal(c.sums[allocated], 3);
		assert_int_equal(c.sums[allocated + 1], 24);
	}
	dump_builder_release(&b);
}

static void test_names_for_a_terminal(void **state)
{
	const struct event event = event_alloc(1, 0x1000, 8, 6);
	struct dump_builder b;

	(void)state;
	dump_builder_init(&b);
	dump_builder_meta(&b, MODE_EXACT, 0);
	dump_builder_module(&b, 5, "/bin/\x1b[31mred\n\x7f\xff");
	add_chain(&b, 8, 5);
	dump_builder_events(&b, 1, &event, 1);
	dump_builder_end(&b, END_EXIT);
	for (int mode = 0; mode < 4; mode++) {
		struct content c = export(&b, mode & 1, mode & 2);

		assert_false(c.escapes);
		assert_true(c.mappings >= 1 && c.strings > 10);
		assert_int_equal(c.locations, 5);
	}
	dump_builder_release(&b);
}

static void test_sums_stay_integers(void **state)
{
	struct event events[20];
	struct dump_builder b;

	(void)state;
	for (unsigned int i = 0; i < 20; i++) {
		events[i] = event_alloc(i + 1, 0x1000 * (i + 1), i % 3 ? 1 : 0,
					2 + i % 5);
		events[i].interval_shift = i % 60;
	}
	dump_builder_init(&b);
	dump_builder_meta(&b, MODE_SAMPLED, UINT64_C(1) << 62);
	add_chain(&b, 8, 0);
	dump_builder_events(&b, 1, events, 20);
	dump_builder_end(&b, END_EXIT);
	for (int mode = 0; mode < 4; mode++) {
		struct content c = export(&b, mode & 1, mode & 2);

		assert_int_equal(c.samples, 5);
		assert_true(c.sums[mode & 2 ? 4 : 0] == 9000000000000000000);
	}
	dump_builder_release(&b);
}

static void test_empty_recording(void **state)
{
	struct dump_builder b;

	(void)state;
	dump_builder_init(&b);
	dump_builder_meta(&b, MODE_EXACT, 0);
	for (int mode = 0; mode < 4; mode++) {
		struct content c = export(&b, mode & 1, mode & 2);

		assert_int_equal(c.samples + c.locations, 0);
		assert_true(c.strings > 8);
	}
	dump_builder_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_endless_stack),
		cmocka_unit_test(test_names_for_a_terminal),
		cmocka_unit_test(test_sums_stay_integers),
		cmocka_unit_test(test_empty_recording),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/*
 * Which mapping an address is in: the program's come first, whole pages of the
 * executable segments, none outside; and what is said of a mapping's names.
 */
#include "analyzer/output/pprof_mappings.h"

#include <elf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define LIBRARY 5 /* ids */
#define PROGRAM 9
#define BARE 12

static struct model_segment library_segments[] = {
	{ .address = 0, .bytes = 0x800, .offset = 0, .flags = PF_R },
	{ .address = 0x1010, .bytes = 0x2000, .offset = 0x1010,
	  .flags = PF_R | PF_X },
	{ .address = 0x8000, .bytes = 0x1000, .offset = 0x6000,
	  .flags = PF_R | PF_X },
};
static struct model_segment program_segments[] = {
	{ .address = 0x401000, .bytes = 0xfff, .offset = 0x1000,
	  .flags = PF_R | PF_X },
};

static struct model_module modules[] = {
	{ .id = LIBRARY, .base = 0x7f0000000000, .start = 0x7f0000000000,
	  .end = 0x7f0000009000, .path = (char *)"/lib/a.so",
	  .build_id = (uint8_t *)"\x01\xab", .build_id_bytes = 2,
	  .segments = library_segments, .segment_count = 3 },
	{ .id = PROGRAM, .start = 0x400000, .end = 0x402000,
	  .path = (char *)"/bin/p", .segments = program_segments,
	  .segment_count = 1 },
	{ .id = BARE, .base = 0x500000, .start = 0x500000, .end = 0x501000,
	  .path = (char *)"[vdso]" },
};

static struct model make_model(const char *program)
{
	return (struct model){
		.meta = { .program = (char *)(uintptr_t)program,
			  .page_bytes = 4096 },
		.modules = modules,
		.module_count = COUNT(modules),
	};
}

static void test_order_and_bounds(void **state)
{
	struct model model = make_model("/bin/p");
	struct pprof_mappings m;

	(void)state;
	pprof_mappings_init(&m, &model);
	assert_int_equal(m.count, 4);
	assert_ptr_equal(m.list[0].module, &modules[1]);
	assert_true(m.list[0].start == 0x401000);
	assert_true(m.list[0].limit == 0x402000);
	assert_true(m.list[0].offset == 0x1000);
	assert_true(m.list[1].start == 0x7f0000001000);
	assert_true(m.list[1].limit == 0x7f0000004000);
	assert_true(m.list[1].offset == 0x1000);
	assert_true(m.list[2].start == 0x7f0000008000);
	assert_true(m.list[2].offset == 0x6000);
	assert_true(m.list[3].start == 0x500000);
	assert_true(m.list[3].limit == 0x501000);
	pprof_mappings_release(&m);
}

static void test_find(void **state)
{
	static const struct {
		uint32_t module;
		uint64_t address, number;
	} cases[] = {
		{ PROGRAM, 0x400fff, 0 },	{ PROGRAM, 0x401000, 1 },
		{ PROGRAM, 0x401fff, 1 },	{ PROGRAM, 0x402000, 0 },
		{ LIBRARY, 0x7f0000000fff, 0 }, { LIBRARY, 0x7f0000001000, 2 },
		{ LIBRARY, 0x7f0000003fff, 2 }, { LIBRARY, 0x7f0000004000, 0 },
		{ LIBRARY, 0x7f0000008fff, 3 }, { LIBRARY, 0x401000, 0 },
		{ BARE, 0x500123, 4 },		{ 0, 0x401000, 0 },
		{ 77, 0x401000, 0 },
	};
	struct model model = make_model("/bin/p");
	struct pprof_mappings m;

	(void)state;
	pprof_mappings_init(&m, &model);
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(pprof_mappings_find(&m, cases[i].module,
						     cases[i].address),
				 cases[i].number);
	pprof_mappings_release(&m);
}

/* A program that no stack was in is the first all the same. */
static void test_program_never_met(void **state)
{
	struct model model = make_model("/bin/other");
	struct pprof_mappings m;

	(void)state;
	pprof_mappings_init(&m, &model);
	assert_int_equal(m.count, 5);
	assert_null(m.list[0].module);
	assert_int_equal(pprof_mappings_find(&m, PROGRAM, 0x401000), 4);
	pprof_mappings_release(&m);
}

/* Whatever a damaged dump says. */
static void test_nonsense(void **state)
{
	struct model_segment segments[40];
	struct model_module module = { .id = 1, .base = UINT64_MAX - 5,
				       .path = (char *)"x",
				       .segments = segments,
				       .segment_count = COUNT(segments) };
	struct model model = { .meta = { .program = (char *)"",
					 .page_bytes = 1000 },
			       .modules = &module, .module_count = 1 };
	struct pprof_mappings m;

	(void)state;
	for (size_t i = 0; i < COUNT(segments); i++)
		segments[i] = (struct model_segment){
			.address = UINT64_MAX - i * 7777, .bytes = UINT64_MAX,
			.offset = UINT64_MAX, .flags = PF_X };
	pprof_mappings_init(&m, &model);
	assert_in_range(m.count, 1, 20);
	for (size_t i = 0; i < m.count; i++)
		assert_true(m.list[i].start <= m.list[i].limit);
	for (uint64_t a = 0; a < 64; a++)
		pprof_mappings_find(&m, 1, UINT64_C(1) << a);
	pprof_mappings_release(&m);
}

/* The mappings' messages, as a gzip file's content. */
static size_t written(struct pprof_mappings *m, uint8_t *bytes, size_t max)
{
	struct pprof_stream stream;
	FILE *file = tmpfile();
	gzFile gz;
	int len;

	pprof_stream_init(&stream, file);
	pprof_mappings_write(m, &stream);
	pprof_stream_finish(&stream);
	fflush(file);
	rewind(file);
	gz = gzdopen(dup(fileno(file)), "r");
	len = gzread(gz, bytes, (unsigned int)max);
	gzclose(gz);
	fclose(file);
	assert_true(len > 0);
	return (size_t)len;
}

/* Is any of the flags set, fields 7 to 10, in the first mapping? */
static bool has_flags(struct pprof_mappings *m)
{
	uint8_t bytes[1000];

	written(m, bytes, sizeof(bytes));
	assert_int_equal(bytes[0], 3 << 3 | 2);
	assert_true(bytes[1] < 100);
	for (size_t i = 2; i + 1 < 2u + bytes[1]; i++)
		if (bytes[i] >= 7 << 3 && bytes[i] <= 10 << 3 &&
		    bytes[i] % 8 == 0 && bytes[i + 1] == 1 &&
		    i + 1 + 2 * 4 >= 2u + bytes[1])
			return true;
	return false;
}

static void test_only_whole_names_count(void **state)
{
	const struct symbol_call named = { .function = "f" };
	const struct symbol_call both[] = { { .function = "g" }, { 0 } };
	const struct symbol whole = { .calls = &named, .call_count = 1 };
	const struct symbol part = { .calls = both, .call_count = 2 };
	struct model model = make_model("/bin/p");
	struct pprof_mappings m;

	(void)state;
	pprof_mappings_init(&m, &model);
	assert_false(has_flags(&m));
	pprof_mappings_count(&m, 0, &part);
	pprof_mappings_count(&m, 2, &part);
	pprof_mappings_count(&m, 1, &whole);
	pprof_mappings_count(&m, 1, &whole);
	assert_true(has_flags(&m));
	pprof_mappings_count(&m, 1, &part);
	assert_false(has_flags(&m));
	pprof_mappings_release(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order_and_bounds),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_program_never_met),
		cmocka_unit_test(test_nonsense),
		cmocka_unit_test(test_only_whole_names_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

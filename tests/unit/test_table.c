/* SPDX-License-Identifier: MIT */
/* The building blocks of the table: figures, widths, names cut to fit. */
#include "analyzer/frame.h"
#include "analyzer/function_name.h"
#include "analyzer/output/cells.h"
#include "analyzer/output/short_name.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void test_counts_and_bytes(void **state)
{
	char cell[CELL_BYTES];

	(void)state;
	assert_string_equal(cell_count(cell, 0), "0");
	assert_string_equal(cell_count(cell, 999), "999");
	assert_string_equal(cell_count(cell, 1000), "1.00K");
	assert_string_equal(cell_count(cell, 9996), "10.0K");
	assert_string_equal(cell_count(cell, 99960), "100K");
	assert_string_equal(cell_count(cell, 999600), "1.00M");
	assert_string_equal(cell_count(cell, 1.85e19), "18.5E");
	assert_string_equal(cell_count(cell, NAN), "-");
	assert_string_equal(cell_bytes(cell, 512), "512");
	assert_string_equal(cell_bytes(cell, 1024), "1.00K");
	assert_string_equal(cell_bytes(cell, 1536 * 1024.0), "1.50M");
	assert_string_equal(cell_bytes(cell, INFINITY), "-");
}

static void test_durations_and_shares(void **state)
{
	char cell[CELL_BYTES];

	(void)state;
	assert_string_equal(cell_duration(cell, 0), "0ns");
	assert_string_equal(cell_duration(cell, 850), "850ns");
	assert_string_equal(cell_duration(cell, 1234), "1.2\u00b5s");
	assert_string_equal(cell_duration(cell, 999.7e3), "1.0ms");
	assert_string_equal(cell_duration(cell, 250e6), "250ms");
	assert_string_equal(cell_duration(cell, 59.9e9), "59.9s");
	assert_string_equal(cell_duration(cell, 90e9), "1.5m");
	assert_string_equal(cell_duration(cell, 7200e9), "2.0h");
	assert_string_equal(cell_duration(cell, -1), "-");
	assert_string_equal(cell_percent(cell, 0), "0%");
	assert_string_equal(cell_percent(cell, 0.0001), "<0.1%");
	assert_string_equal(cell_percent(cell, 0.4149), "41.5%");
	assert_string_equal(cell_percent(cell, 0.9999), "100%");
	assert_string_equal(cell_percent(cell, 0.0 / 0.0), "-");
}

/* Whatever the value, six columns are enough. */
static void test_cells_are_narrow(void **state)
{
	char cell[CELL_BYTES];

	(void)state;
	for (double value = 0.01; value < 1.8e19; value *= 1.37) {
		assert_true(text_columns(cell_count(cell, value)) <= 6);
		assert_true(text_columns(cell_bytes(cell, value)) <= 6);
		assert_true(text_columns(cell_duration(cell, value)) <= 7);
	}
}

static void test_intervals(void **state)
{
	struct estimate e = { .value = 1000, .low = 979, .high = 1021,
			      .effective = 50, .samples = 50 };
	char cell[CELL_BYTES];

	(void)state;
	assert_string_equal(cell_interval(cell, &e, cell_count), "\u00b12.1%");
	e.high = 1500;
	e.effective = 9;
	assert_string_equal(cell_interval(cell, &e, cell_count), "\u00b150%?");
	e.high = 1e9;
	assert_string_equal(cell_interval(cell, &e, cell_count), ">999%?");
	e = (struct estimate){ .high = 2048 };
	assert_string_equal(cell_interval(cell, &e, cell_bytes),
			    "\u22642.00K");
	e.high = INFINITY;
	assert_string_equal(cell_interval(cell, &e, cell_count), "?");
	e.high = 0;
	assert_string_equal(cell_interval(cell, &e, cell_bytes), "?");
	e.exact = true;
	assert_string_equal(cell_interval(cell, &e, cell_bytes), "");
}

static void expect(char *got, const char *wanted)
{
	assert_string_equal(got, wanted);
	free(got);
}

static void test_columns(void **state)
{
	(void)state;
	assert_int_equal(text_columns(""), 0);
	assert_int_equal(text_columns("abc"), 3);
	assert_int_equal(text_columns("\u00e9\u00b5"), 2);
	assert_int_equal(text_columns("\u6f22\u5b57"), 4);
	assert_int_equal(text_columns("e\u0301"), 1);
	assert_int_equal(text_columns("\xff\xc3"), 2);
	expect(short_text("abcdef", 6), "abcdef");
	expect(short_text("abcdef", 4), "abc\u2026");
	expect(short_text("\u6f22\u5b57x", 4), "\u6f22\u2026");
	expect(short_text("abc", 0), "");
	expect(short_end("abcdef", 4), "\u2026def");
	expect(short_end("\u6f22\u5b57x", 4), "\u2026\u5b57x");
}

/* Linear in what a target's file says, or it would never end. */
/* AddressSanitizer's string functions look at the whole of each argument. */
#ifdef __SANITIZE_ADDRESS__
#define HOSTILE_COUNT 4000
#else
#define HOSTILE_COUNT 400000
#endif

static void test_hostile_names(void **state)
{
	enum { COUNT = HOSTILE_COUNT };
	static const char tag[] = "std::__cxx11::";
	size_t bytes = sizeof(tag) - 1;
	char *name = malloc(COUNT * bytes + 1);
	char *path = malloc(COUNT * 8 + 1), *shown;

	(void)state;
	for (size_t i = 0; i < COUNT; i++)
		memcpy(name + i * bytes, tag, bytes);
	name[COUNT * bytes] = '\0';
	memset(path, '/', COUNT * 8);
	path[COUNT * 8] = '\0';
	alarm(60);
	shown = short_template(name, 20);
	assert_int_equal(strlen(shown), COUNT * strlen("std::"));
	free(shown);
	expect(short_path(path, 3), "\u2026//");
	alarm(0);
	free(name);
	free(path);
}

static void test_short_paths(void **state)
{
	(void)state;
	expect(short_path("/a/b.c:1", 20), "/a/b.c:1");
	expect(short_path("/usr/src/project/file.c:12", 20),
	       "\u2026/project/file.c:12");
	expect(short_path("/usr/src/project/file.c:12", 12),
	       "\u2026/file.c:12");
	expect(short_path("/usr/src/project/file.c:12", 8), "\u2026le.c:12");
}

static void test_short_functions(void **state)
{
	(void)state;
	expect(short_function("parse(int, char)", 20), "parse(int, char)");
	expect(short_function("parse(int, char)", 10), "parse(\u2026)");
	expect(short_function("ns::v<int, a<int> >::add(int) const", 24),
	       "ns::v<\u2026>::add(\u2026) const");
	expect(short_function("f(void (*)(int), int)", 6), "f(\u2026)");
	expect(short_function("s::operator<<(std::basic_stream<char>)", 20),
	       "s::operator<<(\u2026)");
	expect(short_function("s::operator->() const and so on", 10),
	       "\u2026and so on");
	expect(short_function("a_long_name_of_c", 8), "a_long_\u2026");
	expect(short_function("<a::B as c::D>::e", 8), "<\u2026>::e");
	expect(short_function("((((", 2), "(\u2026");
	expect(short_function("<<<<", 2), "<\u2026");
	expect(short_function("", 0), "");
}

/* Names of any shape fit, and nothing is read beyond them. */
static void test_short_functions_fit(void **state)
{
	static const char *const parts[] = { "<", ">", "(", ")", "::", "a",
					     "operator", "->", " const", "\u00e9" };

	(void)state;
	srand(3);
	for (int round = 0; round < 20000; round++) {
		size_t columns = (size_t)rand() % 30;
		char name[128] = "";
		char *cut;

		for (int i = rand() % 12; i > 0; i--)
			strcat(name, parts[rand() % 10]);
		cut = short_function(name, columns);
		assert_true(text_columns(cut) <= columns);
		free(cut);
	}
}

static void test_function_names(void **state)
{
	static const char *const starts[][2] = {
		{ "main", "main" },
		{ "f(int, char)", "f(int, char)" },
		{ "void ns::f<int>(int)", "ns::f<int>(int)" },
		{ "a<b, c> d::e<a<b, c> >(f g) const",
		  "d::e<a<b, c> >(f g) const" },
		{ "operator new(unsigned long)", "operator new(unsigned long)" },
		{ "x<y> std::operator+<z>(w)", "std::operator+<z>(w)" },
		{ "s& s::operator<< <char>(s&)", "s::operator<< <char>(s&)" },
		{ "(anonymous namespace)::f(int)",
		  "(anonymous namespace)::f(int)" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++)
		assert_string_equal(function_name_start(starts[i][0]),
				    starts[i][1]);
	assert_true(function_is_library("void std::vector<int>::f<int>(int)"));
	assert_true(function_is_library("core::fmt::write"));
	assert_false(function_is_library("void f(std::vector<int>)"));
	assert_false(function_is_library("std::vector<int> f<int>(int)"));
}

static void test_allocator_frames(void **state)
{
	(void)state;
	assert_true(frame_is_allocator("operator new(unsigned long)"));
	assert_true(frame_is_allocator("operator new[](unsigned long)"));
	assert_true(frame_is_allocator("std::allocator<int>::allocate(int)"));
	assert_false(frame_is_allocator("operator newish"));
	assert_false(frame_is_allocator("parse(std::allocator<int>)"));
	assert_false(frame_is_allocator(NULL));
	assert_true(frame_is_allocator_module("/usr/lib/libstdc++.so.6"));
	assert_false(frame_is_allocator_module("/usr/lib/libc.so.6"));
	assert_true(frame_is_runtime_start("__libc_start_call_main"));
	assert_false(frame_is_runtime_start("main"));
}

/* What was said behind a name is no part of it. */
static void test_notes_stay(void **state)
{
	static const struct {
		const char *name;
		size_t columns;
		const char *shown;
	} cases[] = {
		{ "A::visit(int, long) (\u00d712)", 80,
		  "A::visit(int, long) (\u00d712)" },
		{ "A::visit(int, long) (\u00d712)", 20,
		  "A::visit(\u2026) (\u00d712)" },
		{ "void A<int>::visit(int) (recursive)", 26,
		  "A<\u2026>::visit(\u2026) (recursive)" },
		{ "main (recursive)", 8, "main" },
		{ "libsomething.so.1+0x12345", 16, "\u2026ng.so.1+0x12345" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *got = short_function(cases[i].name, cases[i].columns);

		assert_true(text_columns(got) <= cases[i].columns);
		assert_string_equal(got, cases[i].shown);
		free(got);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_notes_stay),
		cmocka_unit_test(test_counts_and_bytes),
		cmocka_unit_test(test_durations_and_shares),
		cmocka_unit_test(test_cells_are_narrow),
		cmocka_unit_test(test_intervals),
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_hostile_names),
		cmocka_unit_test(test_short_paths),
		cmocka_unit_test(test_short_functions),
		cmocka_unit_test(test_short_functions_fit),
		cmocka_unit_test(test_function_names),
		cmocka_unit_test(test_allocator_frames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

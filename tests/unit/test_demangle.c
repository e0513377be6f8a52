/* SPDX-License-Identifier: MIT */
/* Names of C++ and Rust, and what must not hang or crash: hostile ones. */
#include "analyzer/demangle.h"
#include "analyzer/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static void expect(const char *name, const char *wanted)
{
	char *got = demangle(name);

	assert_string_equal(got, wanted);
	free(got);
}

static void test_names(void **state)
{
	(void)state;
	expect("main", "main");
	expect("", "");
	expect("_", "_");
	expect("_Z", "_Z");
	expect("_Z3fooi", "foo(int)");
	expect("_Znwm", "operator new(unsigned long)");
	expect("_ZN3foo3barEv.cold", "foo::bar() [clone .cold]");
	expect("_ZNKSt6vectorIiSaIiEE4sizeEv",
	       "std::vector<int, std::allocator<int> >::size() const");
	expect("_RNvC6_123foo3bar", "123foo::bar");
	expect("_ZN4core3fmt5Write9write_fmt17h0123456789abcdefE",
	       "core::fmt::Write::write_fmt");
	expect("_Znotaname", "_Znotaname");
	expect("_Rnotaname", "_Rnotaname");
}

/* f(aaaaaaaaaa, aaaaaaaaaa, ...), without the substitutions of a compiler. */
static char *wide(size_t count)
{
	char *name = xcalloc(count * 12 + 16, 1), *to = stpcpy(name, "_Z1f");

	while (count-- > 0)
		to = stpcpy(to, "10aaaaaaaaaa");
	return name;
}

static void test_long_names(void **state)
{
	char *name = wide(500), *got = demangle(name);

	(void)state;
	assert_int_equal(strlen(got), strlen("f()") + 500 * 12 - 2);
	assert_memory_equal(got, "f(aaaaaaaaaa, a", 15);
	free(got);
	free(name);
	name = wide(DEMANGLE_INPUT_MAX / 12 + 1);
	expect(name, name);
	free(name);
}

/* Pointers to pointers, as deep as the input can say. */
static void test_deep_names(void **state)
{
	char *name = xcalloc(DEMANGLE_INPUT_MAX + 1, 1), *got;

	(void)state;
	memset(name, 'P', DEMANGLE_INPUT_MAX - 1);
	memcpy(name, "_Z1f", 4);
	name[DEMANGLE_INPUT_MAX - 1] = 'i';
	got = demangle(name);
	assert_true(strlen(got) > 0);
	free(got);
	memset(name + 4, 'F', DEMANGLE_INPUT_MAX - 5);
	got = demangle(name);
	assert_true(strlen(got) > 0);
	free(got);
	free(name);
}

/* Each argument is the pair of the one before with itself: the text doubles
 * with every few bytes. */
static void test_names_that_explode(void **state)
{
	char *name = xcalloc(4096, 1), *to = stpcpy(name, "_Z1f1AIiiE");
	clock_t start = clock();

	(void)state;
	for (int i = 1; i < 120; i++)
		to += sprintf(to, "1AIS%c_S%c_E", '0' + i % 10, '0' + i % 10);
	free(demangle(name));
	name[0] = '\0';
	to = stpcpy(name, "_Z1f");
	to = stpcpy(to, "1AIiiE");
	for (int i = 0; i < 34; i++)
		to += sprintf(to, "S_IS%c_S%c_E",
			      i < 10 ? '0' + i : 'A' + i - 10,
			      i < 10 ? '0' + i : 'A' + i - 10);
	free(demangle(name));
	free(name);
	assert_true(clock() - start < 5 * CLOCKS_PER_SEC);
}

static void test_random_names(void **state)
{
	static const char alphabet[] = "_ZNKSIESt0123456789abcPRvilmTJDpFXLC";

	(void)state;
	srand(7);
	for (int round = 0; round < 20000; round++) {
		char name[64] = "_Z";
		size_t len = 2 + (size_t)rand() % 60;

		if (round % 4 == 0)
			name[1] = 'R';
		for (size_t i = 2; i < len; i++)
			name[i] = alphabet[(size_t)rand() %
					   (sizeof(alphabet) - 1)];
		free(demangle(name));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_long_names),
		cmocka_unit_test(test_deep_names),
		cmocka_unit_test(test_names_that_explode),
		cmocka_unit_test(test_random_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

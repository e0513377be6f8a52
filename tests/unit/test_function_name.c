/* SPDX-License-Identifier: MIT */
/* The parts of a name; those that are cut off say where, as their length. */
#include "analyzer/function_name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void test_symbols(void **state)
{
	static const char *const names[][2] = {
		{ "main", "main" },
		{ "puts@@GLIBC_2.2.5", "puts" },
		{ "puts@GLIBC_2.2.5", "puts" },
		{ "f.constprop.0", "f" },
		{ "f.isra.0.cold", "f" },
		{ "f.part.12.constprop.3", "f" },
		{ "f.lto_priv.0", "f" },
		{ "f.llvm.1234567890123", "f" },
		{ "f.cold@@V1", "f" },
		{ "_ZN1a1bEv.cold", "_ZN1a1bEv" },
		/* names of other languages, and of nothing */
		{ "runtime.main", "runtime.main" },
		{ "main.func1.2", "main.func1.2" },
		{ "part.0", "part.0" },
		{ ".part.0", ".part.0" },
		{ "f.partial.0", "f.partial.0" },
		{ "f.0", "f.0" },
		{ "f.", "f." },
		{ ".", "." },
		{ "@@V", "@@V" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		size_t len = function_symbol_len(names[i][0]);

		if (len != strlen(names[i][1]))
			fail_msg("%s: %zu", names[i][0], len);
	}
}

static void test_parameters(void **state)
{
	const char *name = "void a::f<b (int)>(c (*)(int)) const";

	(void)state;
	assert_string_equal(function_name_start(name),
			    "a::f<b (int)>(c (*)(int)) const");
	assert_string_equal(function_name_parameters(name),
			    "(c (*)(int)) const");
	assert_null(function_name_parameters("main"));
}

/* In a file of a target's, a name may be anything, and of any length: what
 * takes the square of it would never end. */
static void test_hostile(void **state)
{
	enum { BYTES = 8 << 20 };
	const char *ship = "a::operator<=><int>";
	char *name = malloc(BYTES + 3);

	(void)state;
	memset(name, '<', BYTES);
	strcpy(name + BYTES, "()");
	alarm(60);
	assert_ptr_equal(function_name_start(name), name);
	assert_false(function_is_library(name));
	alarm(0);
	free(name);
	assert_true(function_name_is_operator(ship, ship + 13));
	assert_false(function_name_is_operator(ship, ship + 18));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_symbols),
		cmocka_unit_test(test_parameters),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Numbers of functions: the same for equal names of one module. */
#include "analyzer/call_names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static char own_path[] = "/bin/app", libc_path[] = "/lib/libc.so.6";
static struct model_module own = { .path = own_path };
static struct model_module libc = { .path = libc_path };

static uint32_t id_of(struct call_names *names, const struct symbol *symbol,
		      size_t call)
{
	const struct call_name *name = call_names_get(names, symbol, call);

	assert_ptr_equal(name, call_names_get(names, symbol, call));
	assert_ptr_equal(name, call_names_of(names, name->id));
	return name->id;
}

static void equal_names_are_one(void **state)
{
	char copy[] = "f";
	const struct symbol_call calls[] = { { .function = "f" },
					     { .function = copy },
					     { .function = "g" },
					     { 0 } };
	const struct symbol here = { .module = &own, .place = "app+0x10",
				     .calls = calls, .call_count = 4 };
	struct call_names *names = call_names_new(false);

	(void)state;
	/* by first use, from 0 */
	assert_int_equal(id_of(names, &here, 0), 0);
	assert_int_equal(id_of(names, &here, 2), 1);
	assert_int_equal(id_of(names, &here, 1), 0);
	assert_string_equal(call_names_of(names, 1)->function, "g");
	assert_string_equal(call_names_of(names, 1)->module, "/bin/app");
	/* without a name its place stands for it */
	assert_int_equal(id_of(names, &here, 3), 2);
	assert_string_equal(call_names_of(names, 2)->function, "app+0x10");
	call_names_free(names);
}

static void modules_tell_names_apart(void **state)
{
	const struct symbol_call a[] = { { .function = "f" } };
	const struct symbol_call b[] = { { .function = "f" } };
	const struct symbol here = { .module = &own, .place = "x", .calls = a,
				     .call_count = 1 };
	const struct symbol there = { .module = &libc, .place = "x",
				      .calls = b, .call_count = 1 };
	struct call_names *names = call_names_new(false);

	(void)state;
	assert_int_not_equal(id_of(names, &here, 0), id_of(names, &there, 0));
	call_names_free(names);
}

static void check(const char *function, struct model_module *module,
		  bool hidden, bool library)
{
	const struct symbol_call call = { .function = function };
	const struct symbol symbol = { .module = module, .place = "x",
				       .calls = &call, .call_count = 1 };

	for (int all = 0; all < 2; all++) {
		struct call_names *names = call_names_new(all);
		const struct call_name *name =
			call_names_get(names, &symbol, 0);

		assert_int_equal(name->hidden, hidden && !all);
		assert_int_equal(name->library, library && !all);
		call_names_free(names);
	}
}

static void what_tells_nothing_is_known(void **state)
{
	(void)state;
	check("operator new(unsigned long)", &own, true, false);
	check("main", &own, false, false);
	check("_start", &own, true, false);
	check("__libc_start_main", &libc, true, false);
	check("__libc_start_main", &own, false, false); /* its own */
	check("std::vector<int>::push_back(int const&)", &own, false, true);
	check("stdlike::vector", &own, false, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_names_are_one),
		cmocka_unit_test(modules_tell_names_apart),
		cmocka_unit_test(what_tells_nothing_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/*
 * Qualified names from DWARF against the mangled names that the compiler gives
 * the same functions, and of a lambda, which has none. Needs g++.
 */
#include "analyzer/demangle.h"
#include "analyzer/scope_name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dwarf.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define STEPS 100000

static const char source[] =
	"namespace shop {\n"
	"struct cart { int add(int); struct item { void pay(); }; };\n"
	"int cart::add(int n) { return n; }\n"
	"void cart::item::pay() {}\n"
	"namespace { void hide(int) {} }\n"
	"inline namespace v2 { void ship() {} }\n"
	"int deliver(int n)\n"
	"{\n"
	"	auto each = [n](int m) { return n + m; };\n"
	"	hide(n);\n"
	"	return each(n);\n"
	"}\n"
	"}\n"
	"int main() { return shop::deliver(0); }\n";

static char path[] = "/tmp/heapwise-scope-XXXXXX";
static Dwarf *dwarf;
static int compared, unmangled;

/* No other unit can call them: gcc gives them no mangled name. */
static const char *const without_mangled[] = {
	"main",
	"shop::(anonymous namespace)::hide",
	"shop::deliver(int)::{lambda}::operator()",
	NULL,
};

static int set_up(void **state)
{
	char command[200];
	FILE *pipe;
	int fd = mkstemp(path);

	(void)state;
	if (fd < 0)
		return -1;
	close(fd);
	snprintf(command, sizeof(command),
		 "g++ -g -O0 -x c++ -shared -fPIC -o %s -", path);
	pipe = popen(command, "w");
	if (!pipe)
		return -1;
	fputs(source, pipe);
	if (pclose(pipe))
		return -1;
	fd = open(path, O_RDONLY);
	dwarf = dwarf_begin(fd, DWARF_C_READ);
	return dwarf ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	dwarf_end(dwarf);
	return unlink(path);
}

/* The demangled name without the function's own parameters. */
static char *truth(Dwarf_Die *die)
{
	Dwarf_Attribute attribute;
	const char *mangled = dwarf_formstring(
		dwarf_attr_integrate(die, DW_AT_linkage_name, &attribute));
	char *name = mangled ? demangle(mangled) : NULL;
	char *open = name ? strrchr(name, '(') : NULL;

	if (open)
		*open = '\0';
	return name;
}

static bool is_one_of(const char *name, const char *const *names)
{
	assert_non_null(name);
	for (; *names; names++)
		if (strcmp(name, *names) == 0)
			return true;
	fail_msg("not expected: %s", name);
	return false;
}

static int compare(Dwarf_Die *die, void *context)
{
	struct die_tree tree;
	char *name, *wanted = truth(die);

	die_tree_init(&tree);
	tree.steps_max = STEPS;
	name = scope_name(die, &tree);
	die_tree_forget(&tree);

	(void)context;
	if (wanted) {
		assert_non_null(name);
		assert_string_equal(name, wanted);
		compared++;
	} else {
		unmangled += is_one_of(name, without_mangled);
	}
	assert_true(tree.steps < STEPS);
	free(name);
	free(wanted);
	return DWARF_CB_OK;
}

static void each_function(int (*call)(Dwarf_Die *, void *))
{
	Dwarf_Off at = 0, next;
	size_t header;

	while (dwarf_nextcu(dwarf, at, &next, &header, NULL, NULL, NULL) == 0) {
		Dwarf_Die unit;

		assert_non_null(dwarf_offdie(dwarf, at + header, &unit));
		assert_int_equal(dwarf_getfuncs(&unit, call, NULL, 0), 0);
		at = next;
	}
}

static void names_are_the_compilers(void **state)
{
	(void)state;
	each_function(compare);
	assert_true(compared >= 4);
	assert_int_equal(unmangled, 3);
}

/* What costs too much is left out, but not the name itself. */
static int bounded(Dwarf_Die *die, void *context)
{
	(void)context;
	for (int most = 0; most < 8; most++) {
		struct die_tree tree;
		char *name;

		die_tree_init(&tree);
		tree.steps_max = (uint64_t)most;
		name = scope_name(die, &tree);
		die_tree_forget(&tree);
		assert_non_null(name);
		assert_true(tree.steps <= (uint64_t)most + 1);
		if (most == 0)
			assert_null(strstr(name, "::"));
		free(name);
	}
	return DWARF_CB_OK;
}

static void steps_are_bounded(void **state)
{
	(void)state;
	each_function(bounded);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_the_compilers),
		cmocka_unit_test(steps_are_bounded),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}

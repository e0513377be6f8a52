/* SPDX-License-Identifier: MIT */
/*
 * Groups of stacks, and which of them a filter shows, where nothing has a name:
 * functions are module+0xoffset. Names are for tests/e2e/views.sh.
 */
#include "analyzer/grouping.h"
#include "analyzer/stack_filter.h"
#include "tests/unit/dump_builder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LONG 2000 /* as deep as stacks may be, nearly */

struct fixture {
	struct dump_builder builder;
	struct recording *recording;
	struct symbolizer *symbols;
};

/* 2 and 3 are one place in libone, 4 another; 5 is libtwo's, called by 4; 6 is
 * in no module. */
static void open_fixture(struct fixture *f)
{
	const struct stack_node nodes[] = {
		{ .address = 0x1010, .module = 1 },
		{ .address = 0x1010, .module = 1, .parent = 2 },
		{ .address = 0x1020, .module = 1 },
		{ .address = 0x9030, .module = 2, .parent = 4 },
		{ .address = 0x5, .parent = 5 },
	};

	dump_builder_init(&f->builder);
	dump_builder_meta(&f->builder, MODE_EXACT, 0);
	dump_builder_module(&f->builder, 1, "/nowhere/libone.so");
	dump_builder_module(&f->builder, 2, "/nowhere/libtwo.so");
	dump_builder_stacks(&f->builder, 2, nodes, 5);
	dump_builder_end(&f->builder, END_EXIT);
	f->recording = dump_builder_open(&f->builder);
	f->symbols = symbolizer_new(&f->recording->model, NULL);
}

static void close_fixture(struct fixture *f)
{
	symbolizer_free(f->symbols);
	recording_free(f->recording);
	dump_builder_release(&f->builder);
}

static void places_are_functions(void **state)
{
	static const enum grouping_by all[] = { GROUPING_BY_FUNCTION,
						GROUPING_BY_FILE,
						GROUPING_BY_LINE };
	struct fixture f;

	(void)state;
	open_fixture(&f);
	for (size_t i = 0; i < 3; i++) {
		const struct grouping_options options = { .by = all[i] };
		const struct group *group;
		struct grouping g;
		uint32_t two;

		grouping_init(&g, &f.recording->model, f.symbols, &options);
		two = grouping_of(&g, 5);
		assert_int_equal(grouping_of(&g, 2), grouping_of(&g, 3));
		assert_int_not_equal(grouping_of(&g, 2), grouping_of(&g, 4));
		assert_int_not_equal(grouping_of(&g, 5), grouping_of(&g, 4));
		assert_int_equal(grouping_of(&g, 5), two);
		group = &g.groups[two];
		assert_null(group->function);
		assert_non_null(strstr(group->place, "libtwo.so+0x"));
		assert_string_equal(group->module, "/nowhere/libtwo.so");
		assert_string_equal(g.groups[grouping_of(&g, 6)].place, "0x5");
		assert_string_equal(g.groups[grouping_of(&g, 0)].place,
				    "(unknown)");
		grouping_release(&g);
	}
	close_fixture(&f);
}

static void modules_are_groups(void **state)
{
	const struct grouping_options options = { .by = GROUPING_BY_MODULE };
	struct grouping g;
	struct fixture f;

	(void)state;
	open_fixture(&f);
	grouping_init(&g, &f.recording->model, f.symbols, &options);
	assert_int_equal(grouping_of(&g, 2), grouping_of(&g, 4));
	assert_int_not_equal(grouping_of(&g, 4), grouping_of(&g, 5));
	assert_null(g.groups[grouping_of(&g, 6)].module);
	grouping_release(&g);
	close_fixture(&f);
}

/* Which of the stacks 2 .. 6 are shown: a digit each. */
static void filter(const char *focus, const char *ignore, const char *expected)
{
	struct patterns wanted = { 0 }, unwanted = { 0 };
	struct pattern_problem problem;
	struct stack_filter *filter;
	char shown[6] = "";
	struct fixture f;

	open_fixture(&f);
	if (focus)
		assert_int_equal(patterns_add(&wanted, focus, &problem), 0);
	if (ignore)
		assert_int_equal(patterns_add(&unwanted, ignore, &problem), 0);
	filter = stack_filter_new(&f.recording->model, f.symbols, &wanted,
				  &unwanted);
	for (uint32_t i = 6; i >= 2; i--) /* leaves first */
		shown[i - 2] = stack_filter_shows(filter, i) ? '1' : '0';
	assert_string_equal(shown, expected);
	assert_true(stack_filter_shows(filter, STACK_ROOT) == !focus);
	stack_filter_free(filter);
	patterns_release(&wanted);
	patterns_release(&unwanted);
	close_fixture(&f);
}

static void stacks_are_shown(void **state)
{
	(void)state;
	filter("libone", NULL, "11111");
	filter("libtwo", NULL, "00011");
	filter("^0x5$", NULL, "00001");
	filter(NULL, "libtwo", "11100");
	filter("libone", "^0x5$", "11110");
	filter("nothing", NULL, "00000");
	filter(NULL, "/nowhere/", "00000");
}

/* No recursion, and each node once. */
static void chains_may_be_long(void **state)
{
	const struct grouping_options options = { .by = GROUPING_BY_LINE };
	struct stack_node *nodes = calloc(LONG, sizeof(*nodes));
	struct patterns focus = { 0 }, none = { 0 };
	struct pattern_problem problem;
	struct stack_filter *filter;
	struct grouping g;
	struct fixture f;

	(void)state;
	assert_non_null(nodes);
	for (uint32_t i = 0; i < LONG; i++)
		nodes[i] = (struct stack_node){ .address = 1 + i % 7,
						.parent = i > 0 ? i + 1 : 0 };
	dump_builder_init(&f.builder);
	dump_builder_meta(&f.builder, MODE_EXACT, 0);
	dump_builder_stacks(&f.builder, 2, nodes, LONG);
	dump_builder_end(&f.builder, END_EXIT);
	f.recording = dump_builder_open(&f.builder);
	f.symbols = symbolizer_new(&f.recording->model, NULL);
	assert_int_equal(patterns_add(&focus, "^0x3$", &problem), 0);
	filter = stack_filter_new(&f.recording->model, f.symbols, &focus,
				  &none);
	grouping_init(&g, &f.recording->model, f.symbols, &options);
	for (uint32_t i = LONG + 1; i >= 2; i--) {
		assert_true(stack_filter_shows(filter, i) == (i >= 4));
		assert_int_equal(grouping_of(&g, i),
				 grouping_of(&g, 2 + (i - 2) % 7));
	}
	grouping_release(&g);
	stack_filter_free(filter);
	patterns_release(&focus);
	free(nodes);
	close_fixture(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_are_functions),
		cmocka_unit_test(modules_are_groups),
		cmocka_unit_test(stacks_are_shown),
		cmocka_unit_test(chains_may_be_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

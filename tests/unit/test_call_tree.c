/* SPDX-License-Identifier: MIT */
/*
 * Trees of calls, of stacks without names: each address is a function of its
 * own.
 */
#include "analyzer/call_tree.h"
#include "analyzer/memory.h"
#include "tests/unit/dump_builder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DEEP 3000

struct fixture {
	struct dump_builder builder;
	struct recording *recording;
	struct report *report;
	struct call_tree tree;
	struct call_tree_node *nodes; /* all of the tree's */
	size_t count, capacity;
};

static void open_report(struct fixture *f, enum report_tree direction,
			double min_share)
{
	const struct report_options options = { .tree = direction,
						.min_share = min_share };

	f->recording = dump_builder_open(&f->builder);
	f->report = report_new(f->recording, "x", &options);
	call_tree_init(&f->tree, f->report);
	f->nodes = NULL;
	f->count = f->capacity = 0;
	do {
		GROW(f->nodes, f->capacity, f->count);
	} while (call_tree_next(&f->tree, &f->nodes[f->count++]));
	f->count--;
}

static void close_report(struct fixture *f)
{
	free(f->nodes);
	call_tree_release(&f->tree);
	report_free(f->report);
	recording_free(f->recording);
	dump_builder_release(&f->builder);
}

/*
 * a calls b and c; b calls itself and d; c calls d. Allocations: 4 in a > b > d,
 * 2 in a > b > b > d, 3 in a > c > d, 1 in c with lost callers.
 */
static void build(struct fixture *f)
{
	const struct stack_node nodes[] = {
		{ .address = 0xa },		 /* 2 */
		{ .address = 0xb, .parent = 2 }, /* 3 */
		{ .address = 0xd, .parent = 3 }, /* 4 */
		{ .address = 0xb, .parent = 3 }, /* 5 */
		{ .address = 0xd, .parent = 5 }, /* 6 */
		{ .address = 0xc, .parent = 2 }, /* 7 */
		{ .address = 0xd, .parent = 7 }, /* 8 */
		{ .address = 0xc, .parent = STACK_TRUNCATED }, /* 9 */
	};
	const uint32_t stacks[] = { 4, 4, 4, 4, 6, 6, 8, 8, 8, 9 };
	struct event events[10];

	dump_builder_init(&f->builder);
	dump_builder_meta(&f->builder, MODE_EXACT, 0);
	dump_builder_stacks(&f->builder, 2, nodes, 8);
	for (unsigned int i = 0; i < 10; i++)
		events[i] = event_alloc(i + 1, 0x1000 + 16 * i, 8, stacks[i]);
	dump_builder_events(&f->builder, 1, events, 10);
	dump_builder_end(&f->builder, END_EXIT);
}

/* "0xa 9 (0xb 6 ...)": names, calls, children in brackets; ~ if recursive. */
static void describe(const struct fixture *f, char *out, size_t size)
{
	size_t len = 0, level = 0;

	out[0] = '\0';
	for (size_t i = 0; i < f->count; i++) {
		const struct call_tree_node *node = &f->nodes[i];

		for (; level > node->level; level--)
			len += (size_t)snprintf(out + len, size - len, ")");
		len += (size_t)snprintf(out + len, size - len, "%s%s%s %.0f",
					level < node->level ? " (" :
					i > 0		    ? " " :
							      "",
					node->function ? node->function : "all",
					node->recursive ? "~" : "",
					node->value.value);
		level = node->level;
	}
	for (; level > 0; level--)
		len += (size_t)snprintf(out + len, size - len, ")");
	assert_true(len < size);
}

static void shape(enum report_tree direction, double min_share,
		  const char *expected)
{
	struct fixture f;
	char text[400];

	build(&f);
	open_report(&f, direction, min_share);
	describe(&f, text, sizeof(text));
	assert_string_equal(text, expected);
	close_report(&f);
}

static void callers_stand_below(void **state)
{
	(void)state;
	shape(REPORT_TREE_UP, 0,
	      "all 10 (0xd 9 (0xb~ 6 (0xa 6) 0xc 3 (0xa 3)) 0xc 1)");
}

static void callees_stand_below(void **state)
{
	(void)state;
	shape(REPORT_TREE_DOWN, 0,
	      "all 10 (0xa 9 (0xb~ 6 (0xd 6) 0xc 3 (0xd 3)) 0xc 1)");
}

static void small_branches_are_cut_off(void **state)
{
	struct fixture f;

	(void)state;
	shape(REPORT_TREE_UP, 0.3,
	      "all 10 (0xd 9 (0xb~ 6 (0xa 6) 0xc 3 (0xa 3)))");
	shape(REPORT_TREE_DOWN, 0.5, "all 10 (0xa 9 (0xb~ 6 (0xd 6)))");
	shape(REPORT_TREE_DOWN, 1, "all 10");
	build(&f);
	open_report(&f, REPORT_TREE_DOWN, 0.5);
	assert_int_equal(f.nodes[0].cut, 1);
	assert_int_equal(f.nodes[0].children, 1);
	assert_int_equal(f.nodes[1].cut, 1);
	assert_true(f.nodes[1].cut_value.value == 3);
	close_report(&f);
}

/* A dump may have deeper stacks than were ever recorded. */
static void depth_is_bounded(void **state)
{
	static const uint32_t stacks[] = { 1500, DEEP };
	static struct stack_node nodes[DEEP];
	struct event events[2];

	(void)state;
	for (uint32_t i = 0; i < DEEP; i++)
		nodes[i] = (struct stack_node){ .address = 0x1000 + i,
						.parent = i > 0 ? i + 1 : 0 };
	for (unsigned int i = 0; i < 2; i++)
		events[i] = event_alloc(i + 1, 0x1000 + 16 * i, 8, stacks[i]);
	for (int i = 0; i < 2; i++) {
		struct fixture f;

		dump_builder_init(&f.builder);
		dump_builder_meta(&f.builder, MODE_EXACT, 0);
		dump_builder_stacks(&f.builder, 2, nodes, DEEP);
		dump_builder_events(&f.builder, 1, events, 2);
		dump_builder_end(&f.builder, END_EXIT);
		open_report(&f, i ? REPORT_TREE_UP : REPORT_TREE_DOWN, 0);
		assert_true(f.tree.deep);
		assert_true(f.count > 1000 && f.count < 2100);
		assert_true(f.nodes[0].value.value == 2);
		close_report(&f);
	}
}

static void nothing_is_a_tree_too(void **state)
{
	struct fixture f;

	(void)state;
	dump_builder_init(&f.builder);
	dump_builder_meta(&f.builder, MODE_EXACT, 0);
	dump_builder_end(&f.builder, END_EXIT);
	open_report(&f, REPORT_TREE_DOWN, 0.01);
	assert_int_equal(f.nodes[0].children, 0);
	free(f.nodes);
	call_tree_release(&f.tree);
	report_free(f.report);
	recording_free(f.recording);
	open_report(&f, REPORT_TREE_UP, 0.01);
	assert_true(f.count <= 1);
	close_report(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(callers_stand_below),
		cmocka_unit_test(callees_stand_below),
		cmocka_unit_test(small_branches_are_cut_off),
		cmocka_unit_test(depth_is_bounded),
		cmocka_unit_test(nothing_is_a_tree_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

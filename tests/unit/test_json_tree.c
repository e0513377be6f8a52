/* SPDX-License-Identifier: MIT */
/* A tree as JSON: nodes before their children, each with its parent's index. */
#include "tests/unit/export_run.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* The key "tree" of report --tree --json. */
static json_t *tree_of(enum dump_mode mode, enum report_tree direction,
		       double min_share)
{
	struct event e[] = {
		event_alloc(1, 0xa000, 100, 2), event_alloc(2, 0xb000, 7, 3),
		event_alloc(3, 0xc000, 5, 3),	event_alloc(4, 0xd000, 3, 4),
	};
	const struct report_options options = { .tree = direction,
						.min_share = min_share };
	struct output_run run = { .limit = 0, .reports = 1 };
	struct dump_builder b;
	struct recording *recording;
	struct report *report;
	char *text = NULL;
	size_t len = 0;
	json_t *whole, *tree;

	export_begin(&b, mode, "/lib/l\"ib.so");
	dump_builder_events(&b, 1, e, 4);
	dump_builder_end(&b, END_EXIT);
	recording = dump_builder_open(&b);
	report = report_new(recording, "x", &options);
	run.file = open_memstream(&text, &len);
	output_json.begin(&run);
	output_json.report(&run, report);
	output_json.end(&run);
	assert_int_equal(fclose(run.file), 0);
	whole = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(whole);
	tree = json_incref(json_object_get(whole, "tree"));
	json_decref(whole);
	free(text);
	report_free(report);
	recording_free(recording);
	dump_builder_release(&b);
	return tree;
}

static json_int_t number(const json_t *tree, size_t node, const char *key)
{
	const json_t *value = json_object_get(json_array_get(tree, node), key);

	return json_is_integer(value) ? json_integer_value(value) : -1;
}

static const char *string(const json_t *tree, size_t node, const char *key)
{
	return json_string_value(
		json_object_get(json_array_get(tree, node), key));
}

static void check(const json_t *tree, size_t node, json_int_t parent,
		  const char *function, json_int_t allocations)
{
	assert_int_equal(number(tree, node, "parent"), parent);
	if (function)
		assert_string_equal(string(tree, node, "function"), function);
	else
		assert_null(string(tree, node, "function"));
	assert_int_equal(number(tree, node, "allocations"), allocations);
}

/* Of the 4 calls, 2 are below 0x7700, which the library calls. */
static void a_tree_down(void **state)
{
	json_t *tree = tree_of(MODE_EXACT, REPORT_TREE_DOWN, 0);

	(void)state;
	assert_int_equal(json_array_size(tree), 3);
	check(tree, 0, -1, NULL, 4);
	assert_int_equal(number(tree, 0, "bytes_allocated"), 115);
	check(tree, 1, 0, "l\"ib.so+0x100", 4);
	assert_string_equal(string(tree, 1, "module"), "/lib/l\"ib.so");
	assert_int_equal(number(tree, 1, "bytes_allocated"), 115);
	check(tree, 2, 1, "0x7700", 2);
	assert_null(string(tree, 2, "module"));
	assert_int_equal(number(tree, 2, "bytes_allocated"), 12);
	json_decref(tree);
}

static void a_tree_up(void **state)
{
	json_t *tree = tree_of(MODE_EXACT, REPORT_TREE_UP, 0);

	(void)state;
	assert_int_equal(json_array_size(tree), 4);
	check(tree, 0, -1, NULL, 4);
	check(tree, 1, 0, "l\"ib.so+0x100", 2); /* more bytes */
	check(tree, 2, 0, "0x7700", 2);
	check(tree, 3, 2, "l\"ib.so+0x100", 2);
	json_decref(tree);
}

static void small_branches_are_counted(void **state)
{
	json_t *tree = tree_of(MODE_EXACT, REPORT_TREE_DOWN, 0.6);

	(void)state;
	assert_int_equal(json_array_size(tree), 2);
	assert_int_equal(number(tree, 0, "children_left_out"), 0);
	assert_int_equal(number(tree, 1, "children_left_out"), 1);
	json_decref(tree);
}

static void a_sample_has_intervals(void **state)
{
	json_t *tree = tree_of(MODE_SAMPLED, REPORT_TREE_DOWN, 0);

	(void)state;
	assert_int_equal(json_array_size(tree), 3);
	for (size_t i = 0; i < 3; i++) {
		json_int_t value = number(tree, i, "allocations");

		assert_true(number(tree, i, "allocations_low") > 0);
		assert_true(number(tree, i, "allocations_low") <= value);
		assert_true(number(tree, i, "allocations_high") > value);
		assert_true(number(tree, i, "bytes_allocated_high") >
			    number(tree, i, "bytes_allocated"));
	}
	/* 1/p of 7, 5 bytes at T = 1000 */
	assert_in_range(number(tree, 2, "allocations"), 343, 344);
	json_decref(tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tree_down),
		cmocka_unit_test(a_tree_up),
		cmocka_unit_test(small_branches_are_counted),
		cmocka_unit_test(a_sample_has_intervals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

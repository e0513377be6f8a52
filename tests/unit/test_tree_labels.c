/* SPDX-License-Identifier: MIT */
/* Labels that are kept are those that would be made afresh. */
#include "analyzer/output/tree_labels.h"
#include "analyzer/output/short_name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void check(struct tree_labels *labels, const struct call_tree_node *node,
		  size_t columns, const char *expected)
{
	/* the second time it is the one that was kept */
	for (int i = 0; i < 2; i++) {
		const struct tree_label *label =
			tree_label_get(labels, node, columns);

		assert_string_equal(label->text, expected);
		assert_int_equal(label->columns, text_columns(expected));
	}
}

static void a_name_has_one_label_a_width(void **state)
{
	struct tree_labels labels = { 0 };
	struct call_tree_node a = { .name = 700, .function = "f(int, char)" };
	struct call_tree_node b = { .name = 3, .function = "g" };
	struct call_tree_node whole = { .name = UINT32_MAX };

	(void)state;
	check(&labels, &a, 40, "f(int, char)");
	check(&labels, &b, 40, "g");
	check(&labels, &a, 6, "f(\u2026)");
	check(&labels, &a, 40, "f(int, char)");
	a.recursive = true;
	check(&labels, &a, 40, "f(int, char) (recursive)");
	a.recursive = false;
	check(&labels, &a, 40, "f(int, char)");
	check(&labels, &whole, 40, "everything");
	tree_labels_release(&labels);
}

static void names_are_fit_for_a_terminal(void **state)
{
	struct tree_labels labels = { 0 };
	struct call_tree_node node = { .name = 0, .function = "a\033[31mb\n" };
	char *full = tree_label_full(&node);

	(void)state;
	assert_string_equal(full, "a\\x1b[31mb\\n");
	check(&labels, &node, 40, full);
	free(full);
	tree_labels_release(&labels);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_has_one_label_a_width),
		cmocka_unit_test(names_are_fit_for_a_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

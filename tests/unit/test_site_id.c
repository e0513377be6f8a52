/* SPDX-License-Identifier: MIT */
/* Site ids: the same wherever modules are loaded, different where they must. */
#include "analyzer/memory.h"
#include "analyzer/site_id.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* Two modules; stacks 2 <- 3 <- 4, and 2 <- 5 in the other place. */
static void build(struct model *m, uint64_t base, uint64_t other)
{
	const struct stack_node nodes[] = {
		{ base + 0x10, STACK_ROOT, 1 },
		{ base + 0x20, 2, 1 },
		{ other + 0x30, 3, 2 },
		{ other + 0x30, 2, 2 },
		{ 0x7f00, 2, 0 },
	};
	const struct model_module modules[] = { /* the model frees paths */
		{ .id = 1, .base = base, .path = xasprintf("/a/program") },
		{ .id = 2, .base = other, .path = xasprintf("/b/lib.so") },
	};

	model_init(m);
	for (size_t i = 0; i < COUNT(modules); i++)
		model_add_module(m, &modules[i]);
	for (uint32_t i = 0; i < COUNT(nodes); i++)
		assert_int_equal(stack_tree_add(&m->stacks, STACK_FIRST + i,
						&nodes[i]), 0);
}

static void test_same_wherever_loaded(void **state)
{
	struct model a, b;
	struct site_ids left, right;
	char x[SITE_ID_BYTES], y[SITE_ID_BYTES];

	(void)state;
	build(&a, 0x550000000000, 0x7f1100000000);
	build(&b, 0x560000000000, 0x7f2200000000);
	model_seal(&a);
	model_seal(&b);
	site_ids_init(&left, &a);
	site_ids_init(&right, &b);
	for (uint32_t i = STACK_FIRST; i < left.count; i++) {
		site_id_text(x, &left, i);
		site_id_text(y, &right, i);
		assert_string_equal(x, y);
		assert_int_equal(strlen(x), SITE_ID_BYTES - 1);
		for (uint32_t j = STACK_FIRST; j < i; j++) {
			site_id_text(y, &left, j);
			assert_string_not_equal(x, y);
		}
	}
	assert_null(site_ids_merge(&left, &a));
	site_ids_release(&left);
	site_ids_release(&right);
	model_release(&a);
	model_release(&b);
}

static void test_moved_module_is_one_site(void **state)
{
	const struct stack_node again = { 0x9000 + 0x30, 3, 3 };
	const struct model_module moved = { .id = 3, .base = 0x9000,
					    .path = xasprintf("/b/lib.so") };
	struct model m;
	struct site_ids ids;
	uint32_t *groups;

	(void)state;
	build(&m, 0x1000000, 0x2000000);
	model_add_module(&m, &moved);
	stack_tree_add(&m.stacks, 7, &again);
	model_seal(&m);
	site_ids_init(&ids, &m);
	groups = site_ids_merge(&ids, &m);
	assert_non_null(groups);
	assert_int_equal(groups[7], 4);
	for (uint32_t i = STACK_FIRST; i < 7; i++)
		assert_int_equal(groups[i], i);
	free(groups);
	site_ids_release(&ids);
	model_release(&m);
}

static void test_no_stacks(void **state)
{
	struct model m;
	struct site_ids ids;
	char text[SITE_ID_BYTES];

	(void)state;
	model_init(&m);
	model_seal(&m);
	site_ids_init(&ids, &m);
	site_id_text(text, &ids, STACK_ROOT);
	site_id_text(text, &ids, 12345678);
	assert_null(site_ids_merge(&ids, &m));
	site_ids_release(&ids);
	model_release(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_wherever_loaded),
		cmocka_unit_test(test_moved_module_is_one_site),
		cmocka_unit_test(test_no_stacks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

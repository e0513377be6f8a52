/* SPDX-License-Identifier: MIT */
/*
 * Debug information against this very program: parents of entries against a
 * walk down the whole tree, and what is said of its code before and after all
 * that was read was given back, from libdwfl's file and from one of our own.
 */
#include "analyzer/call_path.h"
#include "analyzer/debug_info.h"
#include "analyzer/die_tree.h"
#include "analyzer/memory.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define SELF "/proc/self/exe"
#define DEPTH_MAX 64

struct file {
	int fd;
	Dwarf *dwarf;
};

static int set_up(void **state)
{
	static struct file file;

	file.fd = open(SELF, O_RDONLY);
	file.dwarf = dwarf_begin(file.fd, DWARF_C_READ);
	*state = &file;
	return file.dwarf ? 0 : -1;
}

static int tear_down(void **state)
{
	struct file *file = *state;

	dwarf_end(file->dwarf);
	return close(file->fd);
}

/* Checks every entry below one; returns how many there were. */
static size_t check_parents(struct die_tree *tree, Dwarf_Die *parent, int depth)
{
	size_t count = 0;
	Dwarf_Die die, found;

	assert_true(depth < DEPTH_MAX);
	if (dwarf_child(parent, &die) != 0)
		return 0;
	do {
		assert_true(die_tree_parent(tree, &die, &found));
		assert_ptr_equal(found.addr, parent->addr);
		count += 1 + check_parents(tree, &die, depth + 1);
	} while (dwarf_siblingof(&die, &die) == 0);
	return count;
}

static void test_parents(void **state)
{
	struct file *file = *state;
	struct die_tree tree;
	Dwarf_CU *cu = NULL;
	Dwarf_Die die;
	uint8_t type;
	size_t count = 0;

	die_tree_init(&tree);
	while (dwarf_get_units(file->dwarf, cu, &cu, NULL, &type, &die,
			       NULL) == 0) {
		Dwarf_Die parent;

		assert_false(die_tree_parent(&tree, &die, &parent));
		count += check_parents(&tree, &die, 0);
	}
	assert_true(count > 200); /* functions alone, of -g1 */
	die_tree_forget(&tree);
	assert_int_equal(tree.child_count, 0);
}

static void test_out_of_steps(void **state)
{
	struct file *file = *state;
	struct die_tree tree;
	Dwarf_CU *cu = NULL;
	Dwarf_Die die, child, parent;
	uint8_t type;

	assert_int_equal(dwarf_get_units(file->dwarf, cu, &cu, NULL, &type,
					 &die, NULL), 0);
	assert_int_equal(dwarf_child(&die, &child), 0);
	die_tree_init(&tree);
	assert_true(die_tree_next(&tree, &child));
	assert_true(die_tree_parent(&tree, &child, &parent));
	tree.steps_max = tree.steps;
	assert_false(die_tree_step(&tree));
	assert_false(die_tree_next(&tree, &child));
	assert_false(die_tree_parent(&tree, &child, &parent));
	die_tree_allow(&tree, 2);
	assert_true(die_tree_step(&tree));
	die_tree_forget(&tree);
}

static void add(char **text, const struct debug_call *call)
{
	char *path = call_path(call);
	char *longer = xasprintf("%s%s %s:%d %d\n", *text ? *text : "",
				 call->name ? call->name : "?",
				 path ? path : "?", call->line,
				 call->start_line);

	free(*text);
	free(path);
	*text = longer;
}

/* What is said of the code of a function of this program. */
static char *say(struct debug_info *info, Dwarf_Addr low, Dwarf_Addr bytes)
{
	struct debug_call calls[DEBUG_CALLS_MAX];
	char *text = NULL;

	for (Dwarf_Addr at = low; at < low + bytes; at++) {
		size_t count = debug_info_calls(info, at, calls);

		for (size_t i = 0; i < count; i++)
			add(&text, &calls[i]);
	}
	return text;
}

static void test_forget(void **state)
{
	struct file *file = *state;
	Dwarf_Addr low = 0, bias = 0x10000;
	Dwarf_CU *cu = NULL;
	Dwarf_Die die;
	uint8_t type;

	/* The first unit with code. */
	while (!low && dwarf_get_units(file->dwarf, cu, &cu, NULL, &type, &die,
				       NULL) == 0)
		dwarf_lowpc(&die, &low);
	for (int own = 0; own < 2; own++) {
		struct debug_info *info = debug_info_new(
			file->dwarf, bias, own ? file->fd : -1);
		char *before, *after;

		assert_true(debug_info_is_whole(info));
		assert_int_equal(debug_info_held_bytes(info), 0);
		before = say(info, low + bias, 500);
		assert_non_null(strstr(before, ".c:"));
		assert_true(debug_info_held_bytes(info) > 0);
		debug_info_forget(info);
		assert_int_equal(debug_info_held_bytes(info), 0);
		after = say(info, low + bias, 500);
		assert_string_equal(before, after);
		assert_int_equal(debug_info_unit(info, 1), SIZE_MAX);
		assert_int_not_equal(debug_info_unit(info, low + bias),
				     SIZE_MAX);
		free(before);
		free(after);
		debug_info_free(info);
	}
}

static void test_path(void **state)
{
	static const struct {
		const char *directory, *file, *path;
	} rows[] = {
		{ "/src", "a.c", "/src/a.c" },
		{ "/src", "/usr/a.h", "/usr/a.h" },
		{ "/src/./", "./b/./a.c", "/src//b/a.c" },
		{ "./libio", "libio/libio/x.c", "libio/x.c" },
		{ "libio", "../x.c", "libio/../x.c" },
		{ NULL, "x.c", "x.c" },
		{ "/src", NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct debug_call call = { .file = rows[i].file,
					   .directory = rows[i].directory };
		char *path = call_path(&call);

		if (rows[i].path)
			assert_string_equal(path, rows[i].path);
		else
			assert_null(path);
		free(path);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parents),
		cmocka_unit_test(test_out_of_steps),
		cmocka_unit_test(test_forget),
		cmocka_unit_test(test_path),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}

/* SPDX-License-Identifier: MIT */
/* Lines of files that may be anything, found where they may be. */
#include "analyzer/output/source_text.h"
#include "analyzer/source.h"
#include "analyzer/source_paths.h"

#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char directory[] = "/tmp/heapwise-source.XXXXXX";

static const char *path_of(const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return path;
}

static const char *write_file(const char *name, const void *bytes, size_t len)
{
	const char *path = path_of(name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	fclose(file);
	return path;
}

static const char *write_text(const char *name, const char *text)
{
	return write_file(name, text, strlen(text));
}

static void test_ranges(void **state)
{
	const struct source_range ranges[] = { { 2, 3 }, { 6, 9 } };
	struct source s;

	(void)state;
	source_read(&s, write_text("a.c", "1\n2\n\n4\n5\r\n6\r\n7"), ranges,
		    2);
	assert_int_equal(s.error, SOURCE_OK);
	assert_int_equal(s.count, 4);
	assert_null(source_line(&s, 1));
	assert_string_equal(source_line(&s, 2), "2");
	assert_string_equal(source_line(&s, 3), "");
	assert_null(source_line(&s, 4));
	assert_string_equal(source_line(&s, 6), "6");
	assert_string_equal(source_line(&s, 7), "7");
	assert_null(source_line(&s, 8));
	assert_int_equal(s.last_line, 7);
	assert_true(s.changed_ns > 1500000000ll * 1000000000);
	source_release(&s);
	source_read(&s, path_of("a.c"), ranges, 1); /* stops there */
	assert_int_equal(s.last_line, 3);
	source_release(&s);
	source_read(&s, path_of("a.c"), ranges, 0);
	assert_int_equal(s.count, 0);
	source_release(&s);
}

/* Lines that lie across what is read at once, and very long ones. */
static void test_large(void **state)
{
	enum { LINES = 200000 };
	const struct source_range ranges[] = { { 1, 1 }, { 2, LINES } };
	FILE *file = fopen(path_of("large.c"), "w");
	struct source s;
	char line[32];

	(void)state;
	for (int i = 0; i < 1000000; i++)
		fputc('x', file);
	for (int i = 2; i <= LINES; i++)
		fprintf(file, "\nline %d", i);
	fclose(file);
	source_read(&s, path_of("large.c"), ranges, 2);
	assert_int_equal(s.count, LINES);
	assert_int_equal(strlen(source_line(&s, 1)), SOURCE_LINE_BYTES);
	for (int i = 2; i <= LINES; i++) {
		snprintf(line, sizeof(line), "line %d", i);
		assert_string_equal(source_line(&s, i), line);
	}
	source_release(&s);
}

static void test_not_to_be_read(void **state)
{
	const struct source_range range = { 1, 1 };
	struct source s;

	(void)state;
	source_read(&s, path_of("missing.c"), &range, 1);
	assert_int_equal(s.error, SOURCE_UNREADABLE);
	assert_int_equal(s.errnum, ENOENT);
	assert_null(source_line(&s, 1));
	source_release(&s);
	source_read(&s, directory, &range, 1);
	assert_int_equal(s.error, SOURCE_NOT_A_FILE);
	source_release(&s);
	source_read(&s, "/dev/zero", &range, 1);
	assert_int_equal(s.error, SOURCE_NOT_A_FILE);
	source_release(&s);
	assert_int_equal(mkfifo(path_of("fifo"), 0600), 0);
	source_read(&s, path_of("fifo"), &range, 1); /* and does not wait */
	assert_int_equal(s.error, SOURCE_NOT_A_FILE);
	source_release(&s);
	source_read(&s, write_file("binary.c", "a\0b\n", 4), &range, 1);
	assert_int_equal(s.error, SOURCE_NOT_TEXT);
	source_release(&s);
	source_read(&s, write_text("empty.c", ""), &range, 1);
	assert_int_equal(s.error, SOURCE_OK);
	assert_int_equal(s.last_line, 0);
	source_release(&s);
}

static void is_found(const char *word, const char *file, const char *expected)
{
	struct source_paths paths = { 0 };
	char *found;

	if (word)
		source_paths_add(&paths, word);
	found = source_paths_find(&paths, file, directory);
	assert_string_equal(found, expected);
	free(found);
	source_paths_release(&paths);
}

static void test_paths(void **state)
{
	char here[PATH_MAX], below[PATH_MAX], word[2 * PATH_MAX];

	(void)state;
	assert_int_equal(mkdir(path_of("sub"), 0700), 0);
	strcpy(below, write_text("sub/b.c", "b\n"));
	strcpy(here, write_text("c.c", "c\n"));
	is_found(NULL, here, here);
	is_found(NULL, "c.c", here);
	is_found(NULL, "/no/where/b.c", "/no/where/b.c");
	is_found(directory, "/no/where/b.c", "/no/where/b.c");
	is_found(directory, "/build/sub/b.c", below);
	is_found(directory, "../x/sub/b.c", below);
	is_found(directory, "/build/c.c", here);
	snprintf(word, sizeof(word), "/build=%s", directory);
	is_found(word, "/build/sub/b.c", below);
	is_found(word, "/built/sub/b.c", "/built/sub/b.c");
	is_found(word, "/buildings/sub/b.c", "/buildings/sub/b.c");
	snprintf(word, sizeof(word), "/build/=%s", directory);
	is_found(word, "/build/sub/b.c", below);
	is_found("/=/tmp/none", "/build/c.c", "/build/c.c");
}

static void test_text(void **state)
{
	const struct source_range range = { 1, 9 };
	struct source s;
	char *text;

	(void)state;
	source_read(&s, write_text("tabs.c", "\t\tif (x)\n\n\t\t\ty();\n"
				   "\n        z();\n"), &range, 1);
	assert_int_equal(source_text_indentation(&s), 8);
	text = source_text(source_line(&s, 3), 8);
	assert_string_equal(text, "    y();");
	free(text);
	text = source_text("", 8);
	assert_string_equal(text, "");
	free(text);
	text = source_text("a\tb", 0);
	assert_string_equal(text, "a   b");
	free(text);
	source_release(&s);
}

static int make_directory(void **state)
{
	(void)state;
	return mkdtemp(directory) ? 0 : -1;
}

static int remove_directory(void **state)
{
	char command[100];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", directory);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_not_to_be_read),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}

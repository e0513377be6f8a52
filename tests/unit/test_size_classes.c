/* SPDX-License-Identifier: MIT */
/*
 * The tables of usable sizes against the allocators themselves: this program
 * runs itself with each of them preloaded, where it is installed. And what is
 * learned from details against tables that are right or wrong.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyzer/advice/class_tables.h"
#include "analyzer/advice/size_classes.h"

#define LIBRARIES "/usr/lib/x86_64-linux-gnu/"

static struct recording recording;

static void be(const char *allocator)
{
	static char text[100], version[] = "2.36", none[] = "";

	snprintf(text, sizeof(text), "%s", allocator);
	recording.model.meta.allocator = text;
	recording.model.meta.allocator_version = version;
	recording.model.meta.tunables = none;
}

/* In a process of its own: how many sizes the table has wrong. */
static int count_wrong(const char *allocator)
{
	struct class_table table;
	int wrong = 0;

	be(allocator);
	class_table_init(&table, &recording.model.meta);
	for (size_t n = 1; n < 600000; n += n < 40000 ? 1 : 97) {
		char *volatile block = malloc(n);
		size_t usable = malloc_usable_size(block);

		free(block);
		if (class_table_usable(&table, n) == usable)
			continue;
		if (wrong++ < 5)
			fprintf(stderr, "%s: %zu: %zu\n", allocator, n, usable);
	}
	return wrong;
}

static void check_itself(const char *allocator)
{
	char command[300];

	if (access(allocator, R_OK) != 0)
		return;
	snprintf(command, sizeof(command),
		 "ASAN_OPTIONS=verify_asan_link_order=0 LD_PRELOAD=%s "
		 "/proc/%d/exe %s", allocator, (int)getpid(), allocator);
	assert_int_equal(system(command), 0);
}

static void test_allocators(void **state)
{
	(void)state;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	skip();
#endif
	check_itself(LIBRARIES "libjemalloc.so.2");
	check_itself(LIBRARIES "libtcmalloc_minimal.so.4");
	check_itself(LIBRARIES "libmimalloc.so.2");
}

static void learn(struct size_classes *c, uint64_t size, uint64_t usable)
{
	size_classes_learn(c, &(struct event){ .kind = EVENT_MALLOC,
		.size = size, .usable_bytes = usable, .has_detail = 1 });
}

static void test_glibc(void **state)
{
	struct size_classes *c;

	(void)state;
	be("/lib/x86_64-linux-gnu/libc.so.6");
	c = size_classes_new(&recording);
	assert_int_equal(size_classes_usable(c, 0), 24);
	assert_int_equal(size_classes_usable(c, 24), 24);
	assert_int_equal(size_classes_usable(c, 25), 40);
	assert_int_equal(size_classes_below(c, 25), 24);
	assert_int_equal(size_classes_below(c, 24), 0);
	assert_int_equal(size_classes_below(c, 1032), 1016);
	assert_int_equal(size_classes_usable(c, 128 << 10), 135152);
	/* A detail overrules the table, for its size. */
	for (uint64_t i = 0; i < 100; i++)
		learn(c, 1000 + 16 * i, 1000 + 16 * i);
	learn(c, 40, 56);
	assert_true(size_classes_agreement(c).table);
	assert_int_equal(size_classes_usable(c, 40), 56);
	assert_int_equal(size_classes_usable(c, 39), 40);
	size_classes_free(c);
}

static void test_learned(void **state)
{
	struct size_classes *c;

	(void)state;
	be("/usr/bin/own");
	c = size_classes_new(&recording);
	assert_int_equal(size_classes_usable(c, 10), 0);
	learn(c, 10, 16);
	learn(c, 7, 16);
	learn(c, 30, 32);
	learn(c, 5, 4); /* less than asked for: nonsense */
	assert_false(size_classes_agreement(c).table);
	assert_int_equal(size_classes_usable(c, 8), 16);
	assert_int_equal(size_classes_usable(c, 6), 0);
	assert_int_equal(size_classes_usable(c, 20), 0);
	assert_int_equal(size_classes_usable(c, 31), 32);
	assert_int_equal(size_classes_usable(c, 33), 0);
	assert_int_equal(size_classes_below(c, 31), 16);
	assert_int_equal(size_classes_below(c, 10), 0);
	size_classes_free(c);
	/* A table that does not fit is left aside. */
	be("libjemalloc.so.2");
	c = size_classes_new(&recording);
	for (uint64_t i = 1; i <= 20; i++)
		learn(c, 1000 * i, 1000 * i + 24);
	assert_false(size_classes_agreement(c).table);
	assert_int_equal(size_classes_usable(c, 2001), 2024);
	assert_int_equal(size_classes_usable(c, 1999), 0);
	size_classes_free(c);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_allocators),
		cmocka_unit_test(test_glibc),
		cmocka_unit_test(test_learned),
	};

	if (argc > 1)
		return count_wrong(argv[1]) != 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

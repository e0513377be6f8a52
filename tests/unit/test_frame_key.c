/* SPDX-License-Identifier: MIT */
/* What stays of names when a program is built again. */
#include "analyzer/diff/frame_key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void is_key(const char *function, const char *wanted)
{
	char *key = frame_key_function(function);

	assert_string_equal(key, wanted);
	free(key);
}

static void is_module(const char *path, const char *wanted)
{
	char *key = frame_key_module(path);

	assert_string_equal(key, wanted);
	free(key);
}

static void copies_are_their_function(void **state)
{
	(void)state;
	is_key("parse", "parse");
	is_key("parse.constprop.0", "parse");
	is_key("parse.isra.3.cold", "parse");
	is_key("parse.part.1", "parse");
	is_key("parse.llvm.8123456789", "parse");
	is_key("parse(char const*) [clone .constprop.0]", "parse(char const*)");
	is_key("app::run::h0123456789abcdef", "app::run");
	is_key("app::handle", "app::handle");
}

static void lambdas_have_no_number(void **state)
{
	(void)state;
	is_key("main::{lambda(int)#1}::operator()(int) const",
	       "main::{lambda}::operator()(int) const");
	is_key("main::{lambda(int)#2}::operator()(int) const",
	       "main::{lambda}::operator()(int) const");
	is_key("main::$_0::operator()(int) const",
	       "main::{lambda}::operator()(int) const");
	is_key("main::'lambda0'(int)::operator()(int) const",
	       "main::{lambda}::operator()(int) const");
	is_key("f({unnamed type#1})", "f({lambda})");
	is_key("a$_b", "a$_b");
	is_key("f({lambda(", "f({lambda(");
	is_key("'lambda", "'lambda");
}

static void libraries_have_one_namespace(void **state)
{
	(void)state;
	is_key("std::__cxx11::basic_string<char>::f()",
	       "std::basic_string<char>::f()");
	is_key("std::__1::vector<int>::push_back(int&&)",
	       "std::vector<int>::push_back(int&&)");
	is_key("name[abi:cxx11]()", "name()");
}

static void modules_have_no_version(void **state)
{
	(void)state;
	is_module("/usr/lib/libfoo.so.1.2.3", "libfoo.so");
	is_module("/build/libfoo-1.2.so", "libfoo.so");
	is_module("/usr/bin/python3.11", "python");
	is_module("/opt/app", "app");
	is_module("/opt/7", "7");
	is_module("", "");
}

static uint32_t add(struct frame_pool *pool, const char *module,
		    const char *build, uint64_t offset)
{
	const struct pool_frame frame = {
		.module = frame_pool_text(pool, module),
		.build = frame_pool_text(pool, build),
		.offset = offset,
	};

	return frame_pool_frame(pool, &frame);
}

/* Offsets count where a module is one build, wherever it was seen. */
static void offsets_are_of_one_build(void **state)
{
	struct frame_pool pool;
	struct frame_keys keys;
	uint32_t a, b, c, d;

	(void)state;
	frame_pool_init(&pool);
	a = add(&pool, "/lib/one.so", "aa", 16);
	b = add(&pool, "/lib/two.so", "bb", 16);
	c = add(&pool, "/lib/two.so", "cc", 32);
	d = add(&pool, "/lib/three.so", NULL, 32);
	frame_keys_init(&keys, &pool);
	assert_int_equal(keys.keys[a].offset, 16);
	assert_int_equal(keys.keys[b].offset, 0);
	assert_int_equal(keys.keys[c].offset, 0);
	assert_int_equal(keys.keys[b].module, keys.keys[c].module);
	assert_int_equal(keys.keys[d].offset, 0);
	frame_keys_release(&keys);
	frame_pool_release(&pool);
}

static void lines_count_from_the_function(void **state)
{
	struct frame_pool pool;
	struct frame_keys keys;
	struct pool_frame frame;
	uint32_t a, b, c;

	(void)state;
	frame_pool_init(&pool);
	frame = (struct pool_frame){
		.function = frame_pool_text(&pool, "f"),
		.file = frame_pool_text(&pool, "src/f.c"),
		.line = 12, .start_line = 10,
	};
	a = frame_pool_frame(&pool, &frame);
	frame.line = 52;
	frame.start_line = 50;
	b = frame_pool_frame(&pool, &frame);
	frame.start_line = 0;
	c = frame_pool_frame(&pool, &frame);
	frame_keys_init(&keys, &pool);
	assert_int_equal(keys.keys[a].line, keys.keys[b].line);
	assert_int_equal(keys.keys[c].line, 52);
	assert_string_equal(keys.texts.texts[keys.keys[a].file], "f.c");
	frame_keys_release(&keys);
	frame_pool_release(&pool);
}

/* Whatever the bytes: an end, and no more than is documented. */
static void any_name_has_a_key(void **state)
{
	static const char parts[] = "{lambda(#1}$_09'<>:.std::__1 [clone ";
	unsigned int seed = 1;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		char name[40] = "", *key;
		size_t len = (size_t)rand_r(&seed) % sizeof(name);

		for (size_t at = 0; at + 1 < len; at++)
			name[at] = parts[(size_t)rand_r(&seed) %
					 (sizeof(parts) - 1)];
		key = frame_key_function(name);
		assert_true(strlen(key) <= strlen(name) * 3);
		free(key);
		free(frame_key_module(name));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies_are_their_function),
		cmocka_unit_test(lambdas_have_no_number),
		cmocka_unit_test(libraries_have_one_namespace),
		cmocka_unit_test(modules_have_no_version),
		cmocka_unit_test(offsets_are_of_one_build),
		cmocka_unit_test(lines_count_from_the_function),
		cmocka_unit_test(any_name_has_a_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

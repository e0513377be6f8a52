/* SPDX-License-Identifier: MIT */
/* Which functions are known to hand on what an allocator gives them. */
#include "analyzer/advice/wrapper_names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void test_names(void **state)
{
	static const char *const wrappers[] = {
		"xmalloc", "g_malloc", "g_malloc0", "zstrdup", "git__calloc",
		"xrealloc", "PyMem_RawMalloc", "_PyObject_Malloc",
		"talloc_named", "xmalloc.constprop.0", "strdup@@GLIBC_2.2.5",
		"__rust_alloc", "zmalloc_usable", "ztryrealloc_usable_internal",
		"sqlite3Malloc", "sqlite3DbMallocRawNN", "sqlite3_realloc64",
		"jv_mem_alloc", "jv_mem_alloc_unguarded", "xmalloc_or_die",
		"std::vector<int, std::allocator<int> >::push_back(int&&)",
		"std::string::reserve(unsigned long)",
	};
	static const char *const others[] = {
		"main", "parse", "malloc_trim_later", "Parser::parse(int)",
		"my::xmalloc_user(int)", "jv_string_sized", "allocate_things",
		"read_raw", "internal", "_64", "Parser::malloc(int)",
		"malloc_usable_now",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrappers) / sizeof(*wrappers); i++)
		if (!wrapper_is_known(wrappers[i], "/usr/bin/program"))
			fail_msg("%s is no wrapper", wrappers[i]);
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (wrapper_is_known(others[i], "/usr/bin/program"))
			fail_msg("%s is a wrapper", others[i]);
}

/* What an allocator of that name calls is a part of it. */
static void test_parts(void **state)
{
	(void)state;
	assert_true(wrapper_is_allocator("sqlite3DbMallocRaw"));
	assert_false(wrapper_is_allocator("std::string::reserve(unsigned long)"));
	assert_false(wrapper_is_allocator(NULL));
	assert_false(wrapper_is_allocator("_"));
	assert_true(wrapper_may_be_part("dbMallocRawFinish"));
	assert_true(wrapper_may_be_part("pool_alloc_slow"));
	assert_false(wrapper_may_be_part("parse"));
}

static void test_modules(void **state)
{
	(void)state;
	assert_true(wrapper_is_known("fopen", "/lib/x86_64-linux-gnu/libc.so.6"));
	assert_true(wrapper_is_known(NULL, "/lib/libc.so.6"));
	assert_true(wrapper_is_known(NULL, "libstdc++.so.6.0.30"));
	assert_false(wrapper_is_known(NULL, "/opt/libcurl.so.4"));
	assert_false(wrapper_is_known("f", "/home/libc.so.d/program"));
	assert_false(wrapper_is_known(NULL, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_modules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

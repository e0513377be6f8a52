/* SPDX-License-Identifier: MIT */
/* What a user's word for a function stands for, and what it may have meant. */
#include "analyzer/closest.h"
#include "analyzer/function_match.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void test_plain_names(void **state)
{
	static const struct {
		const char *name, *plain;
	} names[] = {
		{ "main", "main" },
		{ "parse(int)", "parse" },
		{ "ns::parse(int) const", "ns::parse" },
		{ "void ns::put<int, 3>(std::vector<int>&)", "ns::put" },
		{ "std::vector<int, std::allocator<int> >::push_back(int&&)",
		  "std::vector::push_back" },
		{ "bool ns::operator< <int>(ns::a<int>, ns::a<int>)",
		  "ns::operator<" },
		{ "ns::a<int>::operator()(int)", "ns::a::operator()" },
		{ "ns::a<int>::operator->()", "ns::a::operator->" },
		{ "std::function<long (long)>::function<main()::<lambda(long)> >",
		  "std::function::function" },
		{ "parse.part.0", "parse" },
		{ "parse.constprop.0.isra.0", "parse" },
		{ "ns::parse(int) [clone .cold]", "ns::parse" },
		{ "<T as core::fmt::Debug>::fmt",
		  "<T as core::fmt::Debug>::fmt" },
		{ "alloc::vec::Vec<T>::push", "alloc::vec::Vec::push" },
		{ "<", "<" },
		{ "a<b", "a<b" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		char *plain = function_plain_name(names[i].name);

		assert_string_equal(plain, names[i].plain);
		free(plain);
	}
	assert_string_equal(function_last_name("a::b::c"), "c");
	assert_string_equal(function_last_name("c"), "c");
	assert_string_equal(function_last_name("a::"), "a::");
}

static bool is_name(const char *word, const char *function)
{
	struct function_match match;
	char *plain = function_plain_name(function);
	bool result;

	function_match_init(&match, word);
	result = function_match_name(&match, function, plain);
	function_match_release(&match);
	free(plain);
	return result;
}

static void test_names(void **state)
{
	static const char push[] =
		"std::vector<int, std::allocator<int> >::push_back(int&&)";

	(void)state;
	assert_true(is_name(push, push));
	assert_true(is_name("push_back", push));
	assert_true(is_name("vector::push_back", push));
	assert_true(is_name("std::vector::push_back", push));
	assert_true(is_name("std::vector<int, std::allocator<int> >::push_back",
			    push));
	assert_false(is_name("back", push));
	assert_false(is_name("ector::push_back", push));
	assert_false(is_name("std::vector", push));
	assert_false(is_name("", push));
	assert_true(is_name("parse", "parse.part.0"));
	assert_true(is_name("operator()", "a::operator()(int)"));
}

static void test_patterns(void **state)
{
	struct function_match match;

	(void)state;
	function_match_init(&match, "^jv_(parse|dump)");
	assert_true(function_match_pattern(&match, "jv_parse_sized"));
	assert_false(function_match_pattern(&match, "x_jv_parse"));
	function_match_release(&match);
	function_match_init(&match, "(a*)*\\1");
	assert_false(function_match_pattern(&match, "aa"));
	function_match_release(&match);
	function_match_init(&match, "operator()(");
	assert_true(match.error != 0);
	assert_false(function_match_pattern(&match, "operator()(int)"));
	function_match_release(&match);
}

static void test_distance(void **state)
{
	(void)state;
	assert_int_equal(closest_distance("", ""), 0);
	assert_int_equal(closest_distance("abc", ""), 3);
	assert_int_equal(closest_distance("", "abc"), 3);
	assert_int_equal(closest_distance("kitten", "sitting"), 3);
	assert_int_equal(closest_distance("Parse", "parse"), 0);
	assert_int_equal(closest_distance("prase", "parse"), 2);
}

static void test_closest(void **state)
{
	struct closest c = { .word = "prase" };

	(void)state;
	closest_add(&c, "something_else");
	closest_add(&c, "ns::phase");
	closest_add(&c, "parse");
	closest_add(&c, "ns::phase");
	closest_add(&c, "praser");
	closest_add(&c, "pause");
	assert_string_equal(c.found[0], "ns::phase"); /* one letter off */
	assert_string_equal(c.found[1], "praser");    /* within it */
	assert_string_equal(c.found[2], "parse");     /* two letters off */
	closest_release(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain_names),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_patterns),
		cmocka_unit_test(test_distance),
		cmocka_unit_test(test_closest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Patterns: what they match, and where a wrong one is wrong. */
#include "analyzer/patterns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void any_of_them_matches(void **state)
{
	struct pattern_problem problem;
	struct patterns p = { 0 };

	(void)state;
	assert_false(patterns_match(&p, "anything"));
	assert_int_equal(patterns_add(&p, "^jv_(mem|str)", &problem), 0);
	assert_int_equal(patterns_add(&p, "parse$", &problem), 0);
	assert_int_equal(patterns_add(&p, "^x[\\1]\\\\1", &problem), 0);
	assert_true(patterns_match(&p, "x1\\1"));
	assert_true(patterns_match(&p, "jv_mem_alloc"));
	assert_true(patterns_match(&p, "jq_parse"));
	assert_false(patterns_match(&p, "jq_parse_library"));
	assert_false(patterns_match(&p, "a_jv_mem"));
	assert_false(patterns_match(&p, NULL));
	patterns_release(&p);
	assert_int_equal(p.count, 0);
}

static void wrong_ones_are_told_with_their_place(void **state)
{
	static const struct {
		const char *text;
		size_t place;
	} wrong[] = {
		{ "foo(bar", 4 }, { "(a)(b", 4 },  { "a[b", 2 },
		{ "ab\\", 3 },    { "x{2,1}y", 2 }, { "[[:nope:]]", 1 },
		{ "", 0 },	  { "(a*)*b\\1", 7 }, { "[\\1](x)\\9", 8 },
	};
	struct pattern_problem problem;
	struct patterns p = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		assert_int_equal(patterns_add(&p, wrong[i].text, &problem), -1);
		assert_int_equal(problem.place, wrong[i].place);
		assert_true(strlen(problem.why) > 0);
		assert_int_equal(p.count, 0);
	}
	patterns_release(&p);
}

static void long_ones_are_refused(void **state)
{
	char text[PATTERN_BYTES_MAX + 2];
	struct pattern_problem problem;
	struct patterns p = { 0 };

	(void)state;
	memset(text, 'a', sizeof(text));
	text[PATTERN_BYTES_MAX + 1] = '\0';
	assert_int_equal(patterns_add(&p, text, &problem), -1);
	text[PATTERN_BYTES_MAX] = '\0';
	assert_int_equal(patterns_add(&p, text, &problem), 0);
	patterns_release(&p);
}

/* What regcomp() would write out a thousand times over, or never end. */
static void repeats_of_repeats_are_refused(void **state)
{
	static const char *const wild[] = {
		"a++++++++++++++++++++++++++++++++",
		"((((((((((((a+)+)+)+)+)+)+)+)+)+)+)+",
		"(a{100}){100}",
		"(a{1,255}){9,}",
		"a{200}{200}{200}",
		"a{,200}{200,}",
		"a{99999}",
		"a???????????????????????????????????++++",
		"((((a?b?c?d?e?f?g?h?i?j?k?l?m?n?o?)+)+)+)+",
		"(((a*|b?){1,9}){1,9}){1,9}",
	};
	static const char *const tame[] = {
		"^std::(vector|list)<.+>::push_(back|front)$",
		"[]+{9}(]*[[:alpha:]]+x{2,3}",
		"\\+\\{a{20}",
		"a{20}{20}",
		"a{x}{y}\\\\1[\\1]",
		"((a+b)+c)+",
		"+",
		"(std::)?(map|set|vector)<(int|char)?.*>+::(at|find)?$",
		"^([0-9]{1,3}\\.){3}[0-9]{1,3}$",
		"([0-9a-f]{2}:?){6}",
		"(a?(b?c+)*)+d?",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wild) / sizeof(*wild); i++)
		assert_false(pattern_is_modest(wild[i]));
	for (size_t i = 0; i < sizeof(tame) / sizeof(*tame); i++)
		assert_true(pattern_is_modest(tame[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_of_them_matches),
		cmocka_unit_test(wrong_ones_are_told_with_their_place),
		cmocka_unit_test(long_ones_are_refused),
		cmocka_unit_test(repeats_of_repeats_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

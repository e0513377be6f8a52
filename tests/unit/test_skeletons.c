/* SPDX-License-Identifier: MIT */
/* Which skeleton fits, and its fields; that all compile is tested by
 * tests/e2e/skeletons.sh. */
#include "analyzer/advice/skeletons.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "analyzer/advice/judge.h"

static void test_every_detector_has_one(void **state)
{
	const struct detector *d;
	struct remedy remedy = { 0 };

	(void)state;
	for (size_t i = 0; (d = detector_at(i)) != NULL; i++)
		for (int variant = 0; variant < 2; variant++) {
			char *c, *cxx;
			const char *name;

			remedy.grows = remedy.shrinks = remedy.marks = variant;
			name = skeleton_name_of(d->id, &remedy);
			c = skeleton_text(name, SKELETON_C, &remedy);
			cxx = skeleton_text(name, SKELETON_CXX, &remedy);
			assert_true(c && cxx && strcmp(c, cxx) != 0);
			assert_null(strstr(c, "SPDX"));
			free(c);
			free(cxx);
		}
	assert_null(skeleton_text("nothing", SKELETON_C, &remedy));
}

static void test_fields(void **state)
{
	const struct remedy remedy = {
		.bytes = 72, .capacity = 64, .prewarm = 100, .size_count = 3,
		.sizes = { 1, 24, 100 },
	};
	char *text = skeleton_text("pool", SKELETON_C, &remedy);

	(void)state;
	assert_non_null(strstr(text, "#define OBJECT_BYTES 72 "));
	assert_non_null(strstr(text, "#define POOL_CAP 64\n"));
	assert_non_null(strstr(text, "#define POOL_BEGIN 64\n"));
	free(text);
	text = skeleton_text("sized-pool", SKELETON_CXX, &remedy);
	assert_non_null(strstr(text, "{ 8, 24, 100 }"));
	free(text);
}

static void test_language(void **state)
{
	static const struct {
		struct symbol_call call;
		enum skeleton_language language;
	} cases[] = {
		{ { .function = "main", .file = "/a/b.c" }, SKELETON_C },
		{ { .function = "main", .file = "/a/b.cc" }, SKELETON_CXX },
		{ { .function = "f(int)" }, SKELETON_CXX },
		{ { .function = "f", .linkage = "_Z1fv" }, SKELETON_CXX },
		{ { .function = NULL }, SKELETON_C },
		{ { .file = "/x.d/noend" }, SKELETON_C },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_int_equal(skeleton_language_of(&cases[i].call),
				 cases[i].language);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_detector_has_one),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_language),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Files of conditions: what is read, where a wrong one is wrong, any bytes. */
#include "analyzer/diff/budget.h"
#include "analyzer/text_file.h"
#include "preload/random.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static int parse(struct budget *budget, const char *text,
		 struct budget_error *error)
{
	*budget = (struct budget){ 0 };
	return budget_parse(budget, text, strlen(text), error);
}

static void test_read(void **state)
{
	static const char text[] =
		"# limits of the parser's benchmark\n"
		"calls > +2%\r\n"
		"\n"
		" \t leaked > 0      # it frees all that it takes \r\n"
		"site:closure[}]+#1::: bytes > 64MiB  ## two: a > b\n"
		"   # nothing\n"
		"peak>1#\n";
	static const char last[] = "temporary>7 #";
	struct budget_error error;
	struct budget budget;

	(void)state;
	/* a '#' after no blank is no note */
	assert_int_equal(parse(&budget, text, &error), -1);
	assert_int_equal(error.line, 7);
	assert_int_equal(error.place, 7);
	assert_int_equal(parse(&budget, "", &error), -1);
	budget = (struct budget){ 0 };
	assert_int_equal(budget_parse(&budget, text, strlen(text) - 8, &error),
			 0);
	assert_int_equal(budget.count, 3);
	assert_string_equal(budget.limits[0].condition.text, "calls > +2%");
	assert_int_equal(budget.limits[0].line, 2);
	assert_null(budget.limits[0].note);
	assert_string_equal(budget.limits[1].condition.text, "leaked > 0");
	assert_string_equal(budget.limits[1].note,
			    "it frees all that it takes");
	assert_int_equal(budget.limits[1].line, 4);
	assert_true(condition_matches(&budget.limits[2].condition,
				      "x::{{closure}}#1::y"));
	assert_string_equal(budget.limits[2].note, "two: a > b");
	budget_release(&budget);
	assert_int_equal(budget.count, 0);
	assert_int_equal(parse(&budget, last, &error), 0);
	assert_null(budget.limits[0].note);
	budget_release(&budget);
}

static void test_wrong(void **state)
{
	static const struct {
		const char *text;
		size_t line, place;
		const char *says;
	} wrong[] = {
		{ "", 0, 0, "no condition" },
		{ "# calls>5\n\n", 0, 0, "no condition" },
		{ "calls>5\n  mallocs>5 # why\n", 2, 3, "metric" },
		{ "calls>5\n\ncalls>5%", 3, 8, "change" },
		{ "calls # >5\n", 1, 7, "operator" },
		{ "calls>1\rcalls>5\n", 1, 6, "operator" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct budget_error error;
		struct budget budget;

		assert_int_equal(parse(&budget, wrong[i].text, &error), -1);
		if (error.line != wrong[i].line ||
		    error.place != wrong[i].place ||
		    !strstr(error.why, wrong[i].says))
			fail_msg("%s: %zu, %zu: %s", wrong[i].text, error.line,
				 error.place, error.why);
		assert_int_equal(budget.count, 0);
		assert_null(budget.limits);
	}
}

static void test_limits(void **state)
{
	char *text = calloc(TEXT_FILE_BYTES_MAX + 2, 1);
	struct budget budget = { 0 };
	struct budget_error error;

	(void)state;
	assert_non_null(text);
	for (int i = 0; i <= BUDGET_LIMITS_MAX; i++)
		memcpy(text + 8 * i, "calls>5\n", 8);
	assert_int_equal(budget_parse(&budget, text, 8 * BUDGET_LIMITS_MAX,
				      &error), 0);
	assert_int_equal(budget.count, BUDGET_LIMITS_MAX);
	budget_release(&budget);
	assert_int_equal(budget_parse(&budget, text,
				      8 * BUDGET_LIMITS_MAX + 8, &error), -1);
	assert_int_equal(error.line, BUDGET_LIMITS_MAX + 1);
	memset(text, '\n', TEXT_FILE_BYTES_MAX + 1);
	memcpy(text, "calls>5", 7);
	assert_int_equal(budget_parse(&budget, text, TEXT_FILE_BYTES_MAX, &error),
			 0);
	budget_release(&budget);
	assert_int_equal(budget_parse(&budget, text, TEXT_FILE_BYTES_MAX + 1,
				      &error), -1);
	memset(text, 'a', TEXT_FILE_BYTES_MAX);
	assert_int_equal(budget_parse(&budget, text, TEXT_FILE_BYTES_MAX, &error),
			 -1);
	assert_int_equal(budget_parse(&budget, "calls>5\nca\0lls>5", 16,
				      &error), -1);
	assert_int_equal(error.line, 2);
	assert_int_equal(error.place, 3);
	assert_int_equal(budget.count, 0);
	free(text);
}

static void test_files(void **state)
{
	char path[] = "/tmp/test_budget.XXXXXX";
	struct budget budget = { 0 };
	struct budget_error error;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "calls>5\nleaked>0", 16), 16);
	close(fd);
	assert_int_equal(budget_read(&budget, path, &error), 0);
	assert_int_equal(budget.count, 2);
	budget_release(&budget);
	unlink(path);
	assert_int_equal(budget_read(&budget, path, &error), -1);
	assert_int_equal(error.line, 0);
	assert_true(strstr(error.why, "No such file"));
	assert_int_equal(budget_read(&budget, "/", &error), -1);
	assert_true(strstr(error.why, "directory"));
	/* they never end */
	assert_int_equal(budget_read(&budget, "/dev/zero", &error), -1);
	assert_int_equal(budget_read(&budget, "/dev/urandom", &error), -1);
}

/* Random bytes, and a good budget with some of its bytes changed. */
static void test_any_bytes(void **state)
{
	static const char good[] = "calls > +2%  # why\n\nsite:a(b|c):peak>1K\n"
				   "site:^x{1,3}::y:leaked-blocks>=+10\n#\n";
	struct random_state r;
	int read = 0;

	(void)state;
	random_seed(&r, 7, 1);
	for (int round = 0; round < 20000; round++) {
		struct budget budget = { 0 };
		struct budget_error error;
		char text[sizeof(good)];
		size_t len = sizeof(good) - 1;

		memcpy(text, good, sizeof(good));
		for (size_t i = 0; round % 4 == 0 && i < len; i++)
			text[i] = (char)random_next(&r);
		for (uint64_t n = random_next(&r) % 4; n > 0; n--)
			text[random_next(&r) % len] = (char)random_next(&r);
		len -= random_next(&r) % 4 ? 0 : random_next(&r) % len;
		if (budget_parse(&budget, text, len, &error) == 0) {
			assert_in_range(budget.count, 1, 4);
			budget_release(&budget);
			read++;
			continue;
		}
		assert_null(budget.limits);
		assert_true(strlen(error.why) > 0);
		assert_in_range(error.place, 0, len + 1);
	}
	print_message("%d of 20,000 are budgets\n", read);
	assert_in_range(read, 2000, 15000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_any_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

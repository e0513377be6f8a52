/* SPDX-License-Identifier: MIT */
/* Files of thresholds, right and wrong; the table itself. */
#include "analyzer/advice/thresholds.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char why[THRESHOLD_WHY_BYTES];

static int read_text(struct thresholds *t, const char *text, size_t len)
{
	char path[] = "/tmp/heapwise-thresholds.XXXXXX";
	int fd = mkstemp(path), ret;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), len);
	close(fd);
	thresholds_init(t);
	why[0] = '\0';
	ret = thresholds_read(t, path, why);
	unlink(path);
	return ret;
}

static void test_defaults(void **state)
{
	struct thresholds t;

	(void)state;
	thresholds_init(&t);
	for (int i = 0; i < THRESHOLD_COUNT; i++) {
		assert_float_equal(t.values[i], threshold_table[i].value, 0);
		assert_true(strlen(threshold_table[i].meaning) > 5);
		if (threshold_unit((enum threshold)i) == THRESHOLD_SHARE)
			assert_true(t.values[i] > 0 && t.values[i] <= 1);
		for (int k = 0; k < i; k++)
			assert_string_not_equal(threshold_table[i].name,
						threshold_table[k].name);
	}
}

static void test_good(void **state)
{
	static const char text[] =
		"# a comment\n\n  pool.hit 0.5 # another\n"
		"hoist.run=7\r\n\tmin-calls = 1e6\npool.hit 0.25";
	struct thresholds t;

	(void)state;
	assert_int_equal(read_text(&t, text, strlen(text)), 0);
	assert_float_equal(t.values[THRESHOLD_POOL_HIT], 0.25, 0);
	assert_float_equal(t.values[THRESHOLD_HOIST_RUN], 7, 0);
	assert_float_equal(t.values[THRESHOLD_MIN_CALLS], 1e6, 0);
	assert_float_equal(t.values[THRESHOLD_MIN_CPU], 0.005, 0);
}

static void test_bad(void **state)
{
	static const struct {
		const char *text, *why;
	} bad[] = {
		{ "\npool.hits 1\n", "line 2: no threshold 'pool.hits'" },
		{ "pool.hit\n", "line 1: pool.hit: '' is not a number" },
		{ "pool.hit 1x\n", "line 1: pool.hit: '1x' is not a number" },
		{ "pool.hit -1\n", "line 1: pool.hit: '-1' is not a number" },
		{ "pool.hit nan\n", "line 1: pool.hit: 'nan' is not a number" },
		{ "pool.hit inf\n", "line 1: pool.hit: 'inf' is not a number" },
		{ "pool.hit 1 2\n", "line 1: pool.hit: more than a number" },
		{ "\npool.hit 1.01\n", "line 2: pool.hit: '1.01' is not a "
					"share from 0 to 1" },
	};
	char huge[5000];
	struct thresholds t;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_int_equal(read_text(&t, bad[i].text,
					   strlen(bad[i].text)), -1);
		assert_string_equal(why, bad[i].why);
	}
	memset(huge, 'x', sizeof(huge));
	assert_int_equal(read_text(&t, huge, sizeof(huge)), -1);
	assert_string_equal(why, "line 1: too long");
	assert_int_equal(read_text(&t, "pool.hit 1\n\0pool.hits", 20), -1);
	assert_string_equal(why, "line 2: a zero byte: this is no text");
	assert_int_equal(thresholds_read(&t, "/dev/zero", why), -1);
	assert_string_equal(why, "longer than a mebibyte");
	assert_int_equal(thresholds_read(&t, "/nowhere/at/all", why), -1);
	assert_string_equal(why, "No such file or directory");
	assert_int_equal(thresholds_read(&t, "/tmp", why), -1);
	assert_string_equal(why, "Is a directory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

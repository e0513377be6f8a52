/* SPDX-License-Identifier: MIT */
/* --from, --to, --at and the like: what is taken, and what is refused. */
#include "analyzer/cmd/view_options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void times_have_units(void **state)
{
	static const struct {
		const char *text;
		double ns;
	} times[] = { { "0", 0 },	 { "2.5", 2.5e9 },  { "3s", 3e9 },
		      { "250ms", 250e6 }, { "7us", 7e3 },   { "1ns", 1 },
		      { "2m", 120e9 },	 { "1h", 3600e9 }, { ".5d", 43200e9 },
		      { "1e3", 1e12 },	 { "9e9", 9e18 }, { "9e18ns", 9e18 } };

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++) {
		struct report_options o = { 0 };
		const struct view_options view = { "report", &o };

		assert_int_equal(view_option_set(&view, VIEW_OPTION_FROM,
						 times[i].text), 0);
		assert_true(o.has_from && o.from_ns == times[i].ns);
		assert_false(o.has_to);
		assert_int_equal(view_options_check(&view), 0);
	}
}

static void what_is_no_time_is_refused(void **state)
{
	static const char *const wrong[] = {
		"", "-1", "+1", "nan", "inf", "0x10", "1e999", "1 s", "s",
		"1.5x", "1,5", ".", "peaks", "5%", "1e308", "1e19ns",
		"99999999999999999999", "1e10",
	};
	static const int options[] = { VIEW_OPTION_FROM, VIEW_OPTION_TO,
				       VIEW_OPTION_AT };
	struct report_options o = { 0 };
	const struct view_options view = { "report", &o };

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		for (size_t j = 0; j < 3; j++)
			assert_int_not_equal(view_option_set(&view, options[j],
							     wrong[i]), 0);
	assert_int_equal(o.at, REPORT_AT_END);
}

static void a_moment_is_the_end_of_a_window(void **state)
{
	struct report_options o = { 0 };
	const struct view_options view = { "report", &o };

	(void)state;
	assert_int_equal(view_option_set(&view, VIEW_OPTION_AT, "peak"), 0);
	assert_int_equal(o.at, REPORT_AT_PEAK);
	assert_int_equal(view_options_check(&view), 0);
	assert_false(o.has_to);
	assert_int_equal(view_option_set(&view, VIEW_OPTION_AT, "2"), 0);
	assert_int_equal(o.at, REPORT_AT_TIME);
	assert_int_equal(view_options_check(&view), 0);
	assert_true(o.has_to && o.to_ns == 2e9);
	assert_int_not_equal(view_options_check(&view), 0); /* --at and --to */
}

static void windows_do_not_end_before_they_begin(void **state)
{
	struct report_options o = { 0 };
	const struct view_options view = { "report", &o };

	(void)state;
	view_option_set(&view, VIEW_OPTION_FROM, "2");
	view_option_set(&view, VIEW_OPTION_TO, "2000ms");
	assert_int_equal(view_options_check(&view), 0);
	view_option_set(&view, VIEW_OPTION_TO, "1.9");
	assert_int_not_equal(view_options_check(&view), 0);
}

static void patterns_and_distances(void **state)
{
	struct report_options o = { 0 };
	const struct view_options view = { "report", &o };

	(void)state;
	assert_int_equal(view_option_set(&view, VIEW_OPTION_FOCUS, "^a"), 0);
	assert_int_equal(view_option_set(&view, VIEW_OPTION_FOCUS, "b"), 0);
	assert_int_equal(view_option_set(&view, VIEW_OPTION_IGNORE, "c"), 0);
	assert_int_not_equal(view_option_set(&view, VIEW_OPTION_IGNORE, "(d"),
			     0);
	assert_int_equal(o.focus.count, 2);
	assert_int_equal(o.ignore.count, 1);
	assert_int_equal(view_option_set(&view, VIEW_OPTION_TEMPORARY, "3"), 0);
	assert_int_equal(o.temporary_distance, 3);
	assert_int_not_equal(view_option_set(&view, VIEW_OPTION_TEMPORARY,
					     "99999999999"), 0);
	assert_int_not_equal(view_option_set(&view, VIEW_OPTION_TEMPORARY,
					     "-1"), 0);
	assert_int_equal(o.temporary_distance, 3);
	view_options_release(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_have_units),
		cmocka_unit_test(what_is_no_time_is_refused),
		cmocka_unit_test(a_moment_is_the_end_of_a_window),
		cmocka_unit_test(windows_do_not_end_before_they_begin),
		cmocka_unit_test(patterns_and_distances),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Conditions: what is read, where a wrong one is wrong, what holds at a limit
 * and around it, and what is said of it. */
#include "analyzer/diff/condition.h"
#include "preload/random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_read(void **state)
{
	static const struct {
		const char *text;
		enum condition_metric metric;
		enum condition_relation relation;
		enum condition_of of;
		double number, scale;
		const char *site;
	} good[] = {
		{ "calls>+5%", CONDITION_CALLS, CONDITION_ABOVE,
		  CONDITION_OF_RELATIVE, 5, 100, NULL },
		{ " allocations  >= + 2.50 % ", CONDITION_CALLS,
		  CONDITION_AT_LEAST, CONDITION_OF_RELATIVE, 250, 10000, NULL },
		{ "leaked>0", CONDITION_LEAKED, CONDITION_ABOVE,
		  CONDITION_OF_NEW, 0, 1, NULL },
		{ "peak>+1MiB", CONDITION_PEAK, CONDITION_ABOVE,
		  CONDITION_OF_CHANGE, 0x1p20, 1, NULL },
		{ "peak > 1.5 g", CONDITION_PEAK, CONDITION_ABOVE,
		  CONDITION_OF_NEW, 15 * 0x1p30, 10, NULL },
		{ "bytes<64K", CONDITION_BYTES, CONDITION_BELOW,
		  CONDITION_OF_NEW, 65536, 1, NULL },
		{ "bytes<=12B", CONDITION_BYTES, CONDITION_AT_MOST,
		  CONDITION_OF_NEW, 12, 1, NULL },
		{ "temporary>-10%", CONDITION_TEMPORARY, CONDITION_ABOVE,
		  CONDITION_OF_RELATIVE, -10, 100, NULL },
		{ "leaked-blocks>=-1000", CONDITION_LEAKED_BLOCKS,
		  CONDITION_AT_LEAST, CONDITION_OF_CHANGE, -1000, 1, NULL },
		{ "site:parse:bytes>+10%", CONDITION_BYTES, CONDITION_ABOVE,
		  CONDITION_OF_RELATIVE, 10, 100, "parse" },
		{ "site: ^std::vector<int>::push_back :calls>100",
		  CONDITION_CALLS, CONDITION_ABOVE, CONDITION_OF_NEW, 100, 1,
		  "^std::vector<int>::push_back" },
		{ "site:a>=b:peak<1T", CONDITION_PEAK, CONDITION_BELOW,
		  CONDITION_OF_NEW, 0x1p40, 1, "a>=b" },
		{ "site:peak>5:calls>7", CONDITION_CALLS, CONDITION_ABOVE,
		  CONDITION_OF_NEW, 7, 1, "peak>5" },
		{ "site:(a|b){1,3}:calls>7", CONDITION_CALLS, CONDITION_ABOVE,
		  CONDITION_OF_NEW, 7, 1, "(a|b){1,3}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		struct condition_error error;
		struct condition c;

		assert_int_equal(condition_parse(&c, good[i].text, &error), 0);
		assert_int_equal(c.metric, good[i].metric);
		assert_int_equal(c.relation, good[i].relation);
		assert_int_equal(c.of, good[i].of);
		assert_true(c.limit.number == good[i].number);
		assert_true(c.limit.scale == good[i].scale);
		assert_int_equal(condition_is_of_site(&c), !!good[i].site);
		if (good[i].site)
			assert_string_equal(c.site.list[0].text, good[i].site);
		assert_null(strpbrk(c.text + strlen(c.text) - 1, " \t"));
		condition_release(&c);
	}
}

static void test_wrong(void **state)
{
	static const struct {
		const char *text;
		size_t place;
		const char *says;
	} wrong[] = {
		{ "", 1, "empty" },
		{ "   ", 4, "empty" },
		{ "calls", 6, "operator" },
		{ "calls=5", 6, "operator" },
		{ "calls=>5", 6, "operator" },
		{ "calls>>5", 6, "operator" },
		{ "calls<>5", 6, "operator" },
		{ "calls!>5", 6, "operator" },
		{ ">5", 1, "metric" },
		{ "  mallocs>5", 3, "metric" },
		{ "Calls>5", 1, "metric" },
		{ "foo:calls>5", 1, "metric" },
		{ "calls>", 7, "number" },
		{ "calls>=", 8, "number" },
		{ "calls==5", 6, "operator" },
		{ "calls>x", 7, "number" },
		{ "calls>+", 8, "number" },
		{ "calls>+-5", 8, "number" },
		{ "calls>.5", 7, "number" },
		{ "calls>5.", 9, "decimals" },
		{ "calls>5.1.2", 10, "end" },
		{ "calls>5.1234567", 15, "six" },
		{ "calls>1234567890123456", 22, "long" },
		{ "calls>5%", 8, "change" },
		{ "calls>+5K", 9, "plain" },
		{ "calls>5B", 8, "plain" },
		{ "peak>5KB", 7, "units" },
		{ "peak>5Mib", 7, "units" },
		{ "peak>5X", 7, "units" },
		{ "peak>+5%%", 9, "end" },
		{ "peak>5MiBs", 7, "units" },
		{ "calls>+5% 3", 11, "end" },
		{ "calls>1,000", 8, "end" },
		{ "site:", 6, "operator" },
		{ "site:calls>5", 6, "site:REGEX:METRIC" },
		{ "site::calls>5", 6, "pattern" },
		{ "site:  :calls>5", 8, "pattern" },
		{ "site:foo:>5", 10, "metric" },
		{ "site:foo>5", 6, "site:REGEX:METRIC" },
		{ "site:a[b:calls>5", 7, "" },
		{ "site: foo(bar :calls>5", 10, "" },
		{ "site:((a{1,99}){1,99}){9}:calls>5", 6, "repeats" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct condition_error error;
		struct condition c;

		assert_int_equal(condition_parse(&c, wrong[i].text, &error),
				 -1);
		if (error.place != wrong[i].place ||
		    !strstr(error.why, wrong[i].says))
			fail_msg("%s: %zu: %s", wrong[i].text, error.place,
				 error.why);
		assert_true(strlen(error.why) > 0);
		assert_null(c.text);
	}
}

static void test_long(void **state)
{
	char text[CONDITION_BYTES_MAX + 20];
	struct condition_error error;
	struct condition c;

	(void)state;
	memset(text, ' ', sizeof(text));
	memcpy(text, "calls>5", 7);
	text[CONDITION_BYTES_MAX] = '\0';
	assert_int_equal(condition_parse(&c, text, &error), 0);
	assert_string_equal(c.text, "calls>5");
	condition_release(&c);
	text[CONDITION_BYTES_MAX] = ' ';
	text[CONDITION_BYTES_MAX + 1] = '\0';
	assert_int_equal(condition_parse(&c, text, &error), -1);
}

static bool holds(const char *text, double old, double now, bool significant)
{
	struct condition_values v = { old, now, now, now, significant };
	struct condition_error error;
	struct condition c;
	bool ret;

	assert_int_equal(condition_parse(&c, text, &error), 0);
	ret = condition_holds(&c, &v);
	condition_release(&c);
	return ret;
}

static void test_at_the_limit(void **state)
{
	(void)state;
	assert_false(holds("calls>+5%", 100, 105, true));
	assert_true(holds("calls>+5%", 100, 106, true));
	assert_true(holds("calls>=+5%", 100, 105, true));
	assert_false(holds("calls>=+5%", 100, 104, true));
	/* 0.1 and 100.1 are no sums of powers of two */
	assert_false(holds("calls>+0.1%", 1e15, 1e15 + 1e12, true));
	assert_true(holds("calls>+0.1%", 1e15, 1e15 + 1e12 + 1, true));
	assert_true(holds("calls>=+0.1%", 1000, 1001, true));
	assert_false(holds("calls>+100.1%", 1000, 2001, true));
	assert_true(holds("calls>=+100.1%", 1000, 2001, true));
	assert_false(holds("calls>+1000", 7, 1007, true));
	assert_true(holds("calls>+1000", 7, 1008, true));
	assert_true(holds("peak>+1MiB", 5, 5 + 0x1p20 + 1, true));
	assert_false(holds("peak>+1MiB", 5, 5 + 0x1p20, true));
	assert_true(holds("leaked>0", 0, 1, true));
	assert_false(holds("leaked>0", 5, 0, true));
	assert_true(holds("bytes<1.5K", 0, 1535, true));
	assert_false(holds("bytes<1.5K", 0, 1536, true));
	assert_true(holds("bytes<=1.5K", 0, 1536, true));
	/* demands: fail unless it fell by a tenth; fail if it fell by half */
	assert_true(holds("calls>-10%", 100, 91, true));
	assert_false(holds("calls>-10%", 100, 90, true));
	assert_false(holds("calls>-10%", 100, 80, true));
	assert_true(holds("calls<-50%", 100, 49, true));
	assert_false(holds("calls<-50%", 100, 50, true));
}

static void test_from_nothing(void **state)
{
	(void)state;
	assert_true(holds("calls>+1000000%", 0, 1, true));
	assert_true(holds("calls>=+5%", 0, 1, true));
	assert_false(holds("calls>+5%", 0, 0, true));
	assert_false(holds("calls>=+5%", 0, 0, true));
	assert_true(holds("calls>=+0%", 0, 0, true));
	assert_false(holds("calls<+5%", 0, 1, true));
	assert_true(holds("calls<+5%", 0, 0, true));
	assert_true(holds("calls>+5", 0, 6, true));
	assert_false(holds("calls>+5%", NAN, 6, true));
	assert_false(holds("calls>5", 1, NAN, false));
	assert_false(holds("calls<+5%", 7, NAN, false));
}

static void test_significance(void **state)
{
	struct condition_values v = { 100, 200, 150, 260, false };
	struct condition_error error;
	struct condition c;

	(void)state;
	assert_false(holds("calls>+5%", 100, 200, false));
	assert_true(holds("calls>-10%", 100, 50, false));
	assert_false(holds("calls<-10%", 100, 50, false));
	assert_true(holds("calls>150", 100, 200, false));
	/* all of the interval */
	assert_int_equal(condition_parse(&c, "calls>150", &error), 0);
	assert_false(condition_holds(&c, &v));
	v.now_low = 151;
	assert_true(condition_holds(&c, &v));
	condition_release(&c);
	assert_int_equal(condition_parse(&c, "calls<260", &error), 0);
	assert_false(condition_holds(&c, &v));
	v.now_high = INFINITY;
	assert_false(condition_holds(&c, &v));
	v.now_high = 259;
	assert_true(condition_holds(&c, &v));
	condition_release(&c);
}

static void describe(const char *text, const struct condition_values *v,
		     const char *want)
{
	struct condition_error error;
	struct condition c;
	char *line;

	assert_int_equal(condition_parse(&c, text, &error), 0);
	line = condition_describe(&c, v);
	assert_string_equal(line, want);
	free(line);
	condition_release(&c);
}

#define EXACT(old, now) (&(struct condition_values){ old, now, now, now, true })

static void test_describe(void **state)
{
	(void)state;
	describe("calls>+5%", EXACT(1234567, 1400000),
		 "calls>+5%: 1,234,567 -> 1,400,000 (+13.4%)");
	describe(" leaked > 0 ", EXACT(0, 4567),
		 "leaked > 0: 0 B -> 4.46 KiB");
	describe("peak>+16", EXACT(1048576, 1048600),
		 "peak>+16: 1,048,576 B -> 1,048,600 B (+<0.01%)");
	describe("calls>5", EXACT(7, 7), "calls>5: 7 -> 7 (unchanged)");
	describe("calls>5", EXACT(3, 3000000),
		 "calls>5: 3 -> 3,000,000 (x1,000,000)");
	describe("calls<-5%", EXACT(1000, 5), "calls<-5%: 1,000 -> 5 (-99.5%)");
	describe("bytes>+5%",
		 (&(struct condition_values){ 1024, 2048, 1536, 4096, true }),
		 "bytes>+5%: 1.00 KiB -> 2.00 KiB, 95% 1.50 KiB to 4.00 KiB "
		 "(+100%)");
	describe("calls>5",
		 (&(struct condition_values){ 0, 20, 10, INFINITY, true }),
		 "calls>5: 0 -> 20, 95% 10 to any");
	describe("site:a\033b:calls>5", EXACT(1, 7),
		 "site:a\\x1bb:calls>5: 1 -> 7 (+600%)");
	describe("calls>5", EXACT(-1, 1e300),
		 "calls>5: 0 -> 18,446,744,073,709,551,615");
}

static void test_match(void **state)
{
	struct condition_error error;
	struct condition c;

	(void)state;
	assert_int_equal(condition_parse(&c, "site:^ns::(a|b):calls>5", &error),
			 0);
	assert_true(condition_matches(&c, "ns::a(int)"));
	assert_false(condition_matches(&c, "ns::c"));
	assert_false(condition_matches(&c, NULL));
	condition_release(&c);
	assert_string_equal(condition_metric_name(CONDITION_LEAKED_BLOCKS),
			    "leaked-blocks");
	assert_string_equal(condition_metric_name(CONDITION_TEMPORARY),
			    "temporary");
}

/* One of the words, now and then of those for another place. */
static const char *word(struct random_state *r, unsigned int place)
{
	static const char *const words[6][8] = {
		{ "site:a:", "site:{9}[", "site:(:", "site:\xff:", "", "", "",
		  "" },
		{ "calls", "bytes", "peak", "leaked", "temporary", "cal",
		  ":", "" },
		{ ">", "<", ">=", "<=", ">>", "=", " > ", "" },
		{ "+", "-", " + ", "", "", "+-", "*", "\x01" },
		{ "5", "1.5", "99999", "0", "1.", ".", "7 ", "" },
		{ "%", "%", "MiB", "K", "", "", "Ki", "5" },
	};

	if (random_next(r) % 10 == 0)
		place = (unsigned int)(random_next(r) % 6);
	return words[place][random_next(r) % 8];
}

/* Whatever is typed is read, or told with a place within it. */
static void test_any_text(void **state)
{
	struct random_state r;
	int good = 0;

	(void)state;
	random_seed(&r, 1, 1);
	for (int round = 0; round < 20000; round++) {
		char text[80] = "";
		struct condition_error error;
		struct condition c;

		for (unsigned int place = 0; place < 6; place++)
			strcat(text, word(&r, place));
		if (condition_parse(&c, text, &error) == 0) {
			struct condition_values v = { 1, 2, 2, 2, true };
			char *line = condition_describe(&c, &v);

			condition_holds(&c, &v);
			free(line);
			condition_release(&c);
			good++;
			continue;
		}
		assert_in_range(error.place, 1, strlen(text) + 1);
		assert_true(strlen(error.why) > 0);
	}
	print_message("%d of 20,000 are conditions\n", good);
	assert_in_range(good, 200, 18000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_at_the_limit),
		cmocka_unit_test(test_from_nothing),
		cmocka_unit_test(test_significance),
		cmocka_unit_test(test_describe),
		cmocka_unit_test(test_match),
		cmocka_unit_test(test_any_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Comparisons of runs that are written down here: sums, medians, verdicts. */
#include "analyzer/diff/comparison.h"
#include "analyzer/memory.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *copy(const char *text)
{
	return xstrndup(text, strlen(text));
}

static uint32_t stack_named(struct frame_pool *pool, const char *function)
{
	const struct pool_frame frame = {
		.function = frame_pool_text(pool, function),
	};

	return frame_pool_stack(pool, frame_pool_frame(pool, &frame),
				POOL_STACK_EMPTY);
}

/* "f 100, g 20": calls of functions, 10 bytes each, all of them leaked. */
static struct snapshot *snapshot(struct comparison *c, const char *rows)
{
	static const enum profile_figure counts[] = { FIGURE_ALLOCATIONS,
						      FIGURE_LEAKED_BLOCKS };
	static const enum profile_figure bytes[] = { FIGURE_BYTES_ALLOCATED,
						     FIGURE_PEAK_BYTES,
						     FIGURE_LEAKED_BYTES };
	struct snapshot *s = xcalloc(1, sizeof(*s));
	struct frame_pool *pool = &c->pool;
	char *text = copy(rows), *rest = text, *row;

	s->figures = &c->figures;
	s->path = copy("test");
	s->program = copy("test");
	s->rows = xcalloc(100, sizeof(*s->rows));
	for (int i = 0; i < PROFILE_FIGURES; i++)
		s->totals[i].exact = true;
	while ((row = strsep(&rest, ","))) {
		uint64_t exact[FIGURE_SET_SIZE] = { 0 };
		char *number = strrchr(row, ' ');
		uint64_t calls = (uint64_t)atof(number);

		*number = '\0';
		row += strspn(row, " ");
		s->rows[s->row_count].stack = stack_named(pool, row);
		for (int i = 0; i < 2; i++)
			exact[counts[i]] = calls;
		for (int i = 0; i < 3; i++)
			exact[bytes[i]] = calls * 10;
		for (int i = 0; i < PROFILE_FIGURES; i++)
			s->totals[i].value += (double)exact[i];
		s->rows[s->row_count++].figures =
			figure_table_add(&c->figures, exact);
	}
	for (int i = 0; i < PROFILE_FIGURES; i++)
		s->totals[i].low = s->totals[i].high = s->totals[i].value;
	s->counted_ns = s->totals[FIGURE_ALLOCATIONS].value * 1000;
	free(text);
	return s;
}

/* Runs of a side are separated by semicolons. */
static void add_side(struct comparison *c, enum comparison_side side,
		     const char *runs)
{
	char *text = copy(runs), *rest = text, *run;

	while ((run = strsep(&rest, ";")))
		comparison_add(c, side, snapshot(c, run));
	free(text);
}

static void compare(struct comparison *c,
		    const struct comparison_options *options, const char *old,
		    const char *new)
{
	comparison_init(c, options);
	add_side(c, COMPARISON_OLD, old);
	add_side(c, COMPARISON_NEW, new);
	comparison_finish(c);
}

static const struct comparison_options usual = { .floor_share = -1 };

static const struct comparison_row *row_of(const struct comparison *c,
					   const char *function)
{
	for (size_t i = 0; i < c->row_count; i++) {
		const struct pool_stack *stack =
			&c->pool.stacks[c->rows[i].stack];
		uint32_t name = c->pool.frames[stack->frame].function;

		if (strcmp(c->pool.texts[name], function) == 0)
			return &c->rows[i];
	}
	fail_msg("no row %s", function);
	return NULL;
}

static void is_change(const struct comparison *c, const char *function,
		      double old, double new, bool significant)
{
	const struct comparison_row *row =
		function ? row_of(c, function) : NULL;
	struct comparison_change change =
		comparison_change(c, row, METRIC_CALLS);

	assert_true(change.old.value == old);
	assert_true(change.new.value == new);
	assert_true(change.delta == new - old);
	assert_int_equal(change.verdict.significant, significant);
}

static void counted_changes_are_real(void **state)
{
	struct comparison c;

	(void)state;
	compare(&c, &usual, "f 5000, g 4000, h 1000, i 7",
		"f 5010, g 4009, h 1000, j 20");
	is_change(&c, "f", 5000, 5010, false); /* 10 of 10,039: below 0.1% */
	is_change(&c, "g", 4000, 4009, false);
	is_change(&c, "h", 1000, 1000, false);
	is_change(&c, "i", 7, 0, false);
	is_change(&c, "j", 0, 20, true);
	is_change(&c, NULL, 10007, 10039, true);
	assert_int_equal(row_of(&c, "j")->kind, MATCH_NEW);
	assert_int_equal(row_of(&c, "i")->kind, MATCH_GONE);
	assert_int_equal(c.changed_count, 1);
	assert_ptr_equal(&c.rows[0], row_of(&c, "j"));
	assert_int_equal(c.rows[0].significant,
			 METRICS_USUAL & ~METRIC_BIT(METRIC_TEMPORARY));
	comparison_release(&c);
}

static void floors(void **state)
{
	struct comparison_options options = { .floor_share = 0 };
	struct comparison c;

	(void)state;
	compare(&c, &options, "f 1000000", "f 1000001");
	is_change(&c, "f", 1000000, 1000001, true);
	comparison_release(&c);
	options.floor_share = 0.5;
	compare(&c, &options, "f 100", "f 199");
	is_change(&c, "f", 100, 199, false);
	comparison_release(&c);
	compare(&c, &options, "f 100", "f 200");
	is_change(&c, "f", 100, 200, true);
	assert_true(comparison_floor(&c, METRIC_CALLS) == 100);
	/* of all calls: a few temporary ones more are nothing beside these */
	assert_true(comparison_floor(&c, METRIC_TEMPORARY) == 100);
	comparison_release(&c);
}

static void rows_are_in_order(void **state)
{
	static const struct {
		enum comparison_sort sort;
		const char *first;
	} sorts[] = { { COMPARISON_SORT_CHANGE, "f" },
		      { COMPARISON_SORT_DELTA, "f" },
		      { COMPARISON_SORT_RELATIVE, "g" },
		      { COMPARISON_SORT_OLD, "h" },
		      { COMPARISON_SORT_NEW, "f" } };

	(void)state;
	for (size_t i = 0; i < sizeof(sorts) / sizeof(*sorts); i++) {
		struct comparison_options options = usual;
		struct comparison c;

		options.sort = sorts[i].sort;
		compare(&c, &options, "e 9999, f 400, g 10, h 500",
			"e 9999, f 800, g 200, h 400");
		assert_int_equal(c.changed_count, 3);
		assert_ptr_equal(&c.rows[0], row_of(&c, sorts[i].first));
		assert_ptr_equal(&c.rows[3], row_of(&c, "e"));
		assert_true(row_of(&c, "f")->grown);
		assert_false(row_of(&c, "h")->grown);
		comparison_release(&c);
	}
}

static void sides_are_scaled(void **state)
{
	struct comparison_options options = usual;
	struct comparison c;

	(void)state;
	options.scaling = COMPARISON_BY_ALLOCATIONS;
	compare(&c, &options, "f 100, g 100", "f 100, g 300");
	assert_true(c.scale == 0.5);
	is_change(&c, "f", 100, 50, true);
	is_change(&c, "g", 100, 150, true);
	is_change(&c, NULL, 200, 200, false);
	comparison_release(&c);
	options.scaling = COMPARISON_BY_RUNTIME;
	compare(&c, &options, "f 100", "f 400");
	assert_true(c.scale == 0.25);
	comparison_release(&c);
	compare(&c, &options, "f 0", "f 400"); /* nothing to go by */
	assert_true(c.scale == 1);
	comparison_release(&c);
}

static void what_never_varies_is_real(void **state)
{
	struct comparison c;

	(void)state;
	compare(&c, &usual, "f 100, g 7;f 100, g 7", "f 110, g 7;f 110, g 7");
	is_change(&c, "f", 100, 110, true);
	is_change(&c, "g", 7, 7, false);
	assert_int_equal(row_of(&c, "f")->verdicts[METRIC_CALLS].test,
			 COMPARISON_TEST_EXACT);
	comparison_release(&c);
}

/* Five and five, all above: p = 2 / 252, of one row by one metric. */
static void ranks_decide(void **state)
{
	struct comparison_options options = usual;
	struct comparison_change change;
	struct comparison c;

	(void)state;
	options.metrics = METRIC_BIT(METRIC_CALLS);
	compare(&c, &options, "f 100;f 101;f 102;f 103;f 104",
		"f 110;f 112;f 111;f 114;f 113");
	is_change(&c, "f", 102, 112, true);
	change = comparison_change(&c, row_of(&c, "f"), METRIC_CALLS);
	assert_int_equal(change.verdict.test, COMPARISON_TEST_RANKS);
	assert_true(fabs(change.verdict.p - 2.0 / 252) < 1e-9);
	assert_true(change.low <= 10 && change.high >= 10 && change.low > 0);
	comparison_release(&c);
	compare(&c, &options, "f 100;f 101;f 120;f 103;f 104",
		"f 110;f 112;f 99;f 114;f 113");
	is_change(&c, "f", 103, 112, false);
	assert_false(c.too_few_runs);
	comparison_release(&c);
}

/* Two rows by each metric: two tests, not as many as rows and metrics. */
static void metrics_are_families(void **state)
{
	struct comparison_change change;
	struct comparison c;

	(void)state;
	compare(&c, &usual,
		"f 100, g 9;f 101, g 8;f 102, g 9;f 103, g 8;f 104, g 9",
		"f 110, g 8;f 112, g 9;f 111, g 8;f 114, g 9;f 113, g 8");
	is_change(&c, "f", 102, 112, true);
	is_change(&c, "g", 9, 8, false);
	change = comparison_change(&c, row_of(&c, "f"), METRIC_CALLS);
	assert_true(fabs(change.verdict.p - 2 * 2.0 / 252) < 1e-8);
	assert_int_equal(row_of(&c, "f")->significant,
			 METRICS_USUAL & ~METRIC_BIT(METRIC_TEMPORARY));
	comparison_release(&c);
}

static void too_few_runs(void **state)
{
	struct comparison c;

	(void)state;
	compare(&c, &usual, "f 100;f 101;f 102", "f 200;f 201;f 202");
	assert_int_equal(c.changed_count, 0);
	assert_true(c.too_few_runs);
	assert_true(c.runs_needed > 3);
	comparison_release(&c);
}

/* A row that a run has not is 0 there. */
static void missing_in_a_run(void **state)
{
	struct comparison c;

	(void)state;
	compare(&c, &usual, "f 9, g 4;f 9;f 8", "f 9;f 7, h 30;f 9, h 50");
	is_change(&c, "g", 0, 0, false);
	is_change(&c, "h", 0, 30, false);
	comparison_release(&c);
}

/* What cannot be told apart is one row, whose figures are sums. */
static void sums_are_kept(void **state)
{
	struct comparison c;

	(void)state;
	compare(&c, &usual, "f 5, f 6, g 1", "g 1, f 20");
	is_change(&c, "f", 11, 20, true);
	assert_true(row_of(&c, "f")->merged);
	assert_false(row_of(&c, "g")->merged);
	comparison_release(&c);
}

static struct snapshot *sampled(struct comparison *c, uint64_t samples)
{
	struct snapshot *s = snapshot(c, "f 1");
	struct estimate_sum sum = { 0 };
	struct estimate_weight weight = estimate_weigh(100, 10000);

	for (uint64_t i = 0; i < samples; i++)
		estimate_add(&sum, &weight);
	s->sampled = true;
	s->interval_bytes = 10000;
	s->sampled_figures = xcalloc(PROFILE_FIGURES,
				     sizeof(*s->sampled_figures));
	s->sampled_figures[FIGURE_ALLOCATIONS] = estimate_count(&sum);
	s->sampled_figures[FIGURE_BYTES_ALLOCATED] =
		estimate_bytes(&sum, 10000);
	memcpy(s->totals, s->sampled_figures, sizeof(s->totals));
	return s;
}

static void compare_samples(uint64_t old, uint64_t new, bool significant)
{
	struct comparison_options options = usual;
	struct comparison_change change;
	struct comparison c;

	options.metrics = METRIC_BIT(METRIC_BYTES);
	comparison_init(&c, &options);
	comparison_add(&c, COMPARISON_OLD, sampled(&c, old));
	comparison_add(&c, COMPARISON_NEW, sampled(&c, new));
	comparison_finish(&c);
	change = comparison_change(&c, &c.rows[0], METRIC_BYTES);
	assert_int_equal(change.verdict.test, COMPARISON_TEST_SAMPLES);
	assert_int_equal(change.verdict.significant, significant);
	/* the interval says the same as the test */
	assert_int_equal(change.low > 0 || change.high < 0, significant);
	comparison_release(&c);
}

static void samples_decide(void **state)
{
	(void)state;
	compare_samples(300, 450, true);
	compare_samples(300, 310, false);
	compare_samples(3, 5, false);
	compare_samples(0, 1, false);
	compare_samples(0, 30, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counted_changes_are_real),
		cmocka_unit_test(floors),
		cmocka_unit_test(rows_are_in_order),
		cmocka_unit_test(sides_are_scaled),
		cmocka_unit_test(what_never_varies_is_real),
		cmocka_unit_test(ranks_decide),
		cmocka_unit_test(metrics_are_families),
		cmocka_unit_test(too_few_runs),
		cmocka_unit_test(missing_in_a_run),
		cmocka_unit_test(sums_are_kept),
		cmocka_unit_test(samples_decide),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Rows that might be another row, if only they had their names. */
#include "analyzer/diff/comparison_lost.h"
#include "analyzer/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

/* A snapshot of one row: a call in a module of this build. */
static struct snapshot *snapshot(struct comparison *c, const char *function,
				 const char *build, bool lost)
{
	const struct snapshot_pools pools = comparison_pools(c);
	const uint64_t values[FIGURE_SET_SIZE] = { 0 };
	struct frame_pool *pool = pools.frames;
	struct snapshot *s = xcalloc(1, sizeof(*s));
	const struct pool_frame frame = {
		.function = frame_pool_text(pool, function),
		.module = frame_pool_text(pool, "/a/app"),
		.build = frame_pool_text(pool, build),
		.offset = 0x10,
	};

	s->path = xasprintf("test");
	s->program = xasprintf("/a/app");
	s->rows = xcalloc(1, sizeof(*s->rows));
	s->figures = pools.figures;
	s->named = true;
	model_init(&s->model);
	model_seal(&s->model);
	s->row_count = 1;
	s->rows[0].figures = figure_table_add(pools.figures, values);
	s->rows[0].stack = frame_pool_stack(
		pool, frame_pool_frame(pool, &frame), POOL_STACK_EMPTY);
	for (int i = 0; i < PROFILE_FIGURES; i++)
		s->totals[i] = estimate_exact(0);
	if (!lost)
		return s;
	s->lost.most = (struct lost_module){ frame.module, frame.build, false };
	GROW(s->lost.modules, s->lost.capacity, 0);
	s->lost.modules[0] = s->lost.most;
	s->lost.count = 1;
	return s;
}

static void compare(struct comparison *c, bool old_lost, bool new_lost,
		    const char *new_build)
{
	const struct comparison_options options = { .floor_share = -1 };

	comparison_init(c, &options);
	comparison_add(c, COMPARISON_OLD,
		       snapshot(c, old_lost ? NULL : "f", "1e",
				old_lost));
	comparison_add(c, COMPARISON_NEW,
		       snapshot(c, new_lost ? NULL : "f", new_build,
				new_lost));
	comparison_finish(c);
}

static void rows_without_names_are_counted(void **state)
{
	struct comparison c;
	char *why;

	(void)state;
	compare(&c, true, false, "2f");
	assert_int_equal(comparison_lost_rows(&c, MATCH_GONE), 1);
	assert_int_equal(comparison_lost_rows(&c, MATCH_NEW), 0);
	why = comparison_lost_text(&c, COMPARISON_OLD);
	assert_string_equal(why, "app was built again since");
	free(why);
	assert_null(comparison_lost_text(&c, COMPARISON_NEW));
	comparison_release(&c);
}

static void one_build_is_matched_without(void **state)
{
	struct comparison c;

	(void)state;
	compare(&c, true, true, "1e");
	assert_int_equal(comparison_lost_rows(&c, MATCH_GONE), 0);
	assert_int_equal(comparison_lost_rows(&c, MATCH_NEW), 0);
	assert_true(comparison_lost_name(&c, &c.rows[0]));
	comparison_release(&c);
}

static void names_are_not_lost(void **state)
{
	struct comparison c;

	(void)state;
	compare(&c, false, false, "2f");
	assert_int_equal(c.row_count, 1);
	assert_false(comparison_lost_name(&c, &c.rows[0]));
	comparison_release(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_without_names_are_counted),
		cmocka_unit_test(one_build_is_matched_without),
		cmocka_unit_test(names_are_not_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

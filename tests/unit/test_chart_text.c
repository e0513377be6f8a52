/* SPDX-License-Identifier: MIT */
/* What charts are drawn with: round scales, their labels, dots in braille. */
#include "analyzer/output/axis.h"
#include "analyzer/output/canvas.h"
#include "analyzer/output/short_name.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_tops(void **state)
{
	(void)state;
	assert_true(axis_top(38.5 * 1048576, AXIS_BYTES) == 40 * 1048576.0);
	assert_true(axis_top(40 * 1048576.0, AXIS_BYTES) == 40 * 1048576.0);
	assert_true(axis_top(1001, AXIS_COUNT) == 1500);
	assert_true(axis_top(1001, AXIS_BYTES) == 1024);
	assert_true(axis_top(0, AXIS_BYTES) == 1);
	assert_true(axis_top(0.03, AXIS_COUNT) == 0.1);
	assert_true(axis_top(NAN, AXIS_COUNT) == 1);
	assert_true(axis_top(INFINITY, AXIS_COUNT) == 1);
	for (double value = 1; value < 1e19; value *= 1.01) {
		assert_true(axis_top(value, AXIS_BYTES) >= value);
		assert_true(axis_top(value, AXIS_BYTES) <= 2.1 * value);
		assert_true(axis_top(value, AXIS_COUNT) <= 2 * value);
	}
}

static void test_labels(void **state)
{
	char label[AXIS_LABEL_BYTES];

	(void)state;
#define LABEL(value, unit) axis_label(label, value, unit, false)
	assert_string_equal(LABEL(0, AXIS_TIME), "0");
	assert_string_equal(LABEL(40 * 1048576.0, AXIS_BYTES), "40M");
	assert_string_equal(LABEL(1280, AXIS_BYTES), "1.25K");
	assert_string_equal(LABEL(768, AXIS_BYTES), "768");
	assert_string_equal(LABEL(1000, AXIS_BYTES), "1000");
	assert_string_equal(LABEL(2.5e6, AXIS_COUNT), "2.5M");
	assert_string_equal(LABEL(0.5, AXIS_COUNT), "0.5");
	assert_string_equal(LABEL(250e6, AXIS_TIME), "250ms");
	assert_string_equal(LABEL(20e3, AXIS_TIME), "20\u00b5s");
	assert_string_equal(axis_label(label, 20e3, AXIS_TIME, true), "20us");
	assert_string_equal(LABEL(1.5e9, AXIS_TIME), "1.5s");
	assert_string_equal(LABEL(60e9, AXIS_TIME), "1m");
	assert_string_equal(LABEL(90e9, AXIS_TIME), "1m30s");
	assert_string_equal(LABEL(3600e9, AXIS_TIME), "1h");
	assert_string_equal(LABEL(5400e9, AXIS_TIME), "1h30m");
	assert_string_equal(LABEL(1.5 * 86400e9, AXIS_TIME), "1d12h");
#undef LABEL
}

/* Every mark has a label of its own, and there are some of them. */
static void test_steps(void **state)
{
	char label[AXIS_LABEL_BYTES], last[AXIS_LABEL_BYTES];

	(void)state;
	for (double length = 10; length < 1e18; length *= 1.07) {
		double step = axis_step_ns(length, 6);

		assert_true(step * 6 >= length);
		assert_true(step * 2 <= length);
		*last = '\0';
		for (double mark = step; mark < length; mark += step) {
			axis_label(label, mark, AXIS_TIME, false);
			assert_string_not_equal(label, last);
			strcpy(last, label);
		}
	}
}

/* Rows of a canvas as text. */
static char *draw(const struct canvas *canvas, bool ascii)
{
	struct output_run run = { .ascii = ascii };
	char *text;
	size_t len;

	run.file = open_memstream(&text, &len);
	for (size_t row = 0; row < canvas->rows; row++) {
		canvas_put_row(&run, canvas, row);
		fputs("\n", run.file);
	}
	fclose(run.file);
	return text;
}

static void is_drawn(const struct canvas *canvas, bool ascii, const char *text)
{
	char *drawn = draw(canvas, ascii);

	assert_string_equal(drawn, text);
	free(drawn);
}

static void test_areas(void **state)
{
	struct canvas canvas;

	(void)state;
	canvas_init(&canvas, 3, 2);
	is_drawn(&canvas, false, "\n\n");
	canvas_fill(&canvas, 0, 1);
	canvas_fill(&canvas, 1, 1);
	canvas_fill(&canvas, 2, 0.5);
	canvas_fill(&canvas, 3, 0.001); /* shows */
	canvas_fill(&canvas, 4, 0);
	canvas_fill(&canvas, 5, NAN);
	canvas_fill(&canvas, 600, 1); /* beyond */
	is_drawn(&canvas, false, "\u28ff\n\u28ff\u28c7\n");
	is_drawn(&canvas, true, "#\n#:\n");
	canvas_release(&canvas);
}

static void test_lines(void **state)
{
	struct canvas canvas;

	(void)state;
	canvas_init(&canvas, 2, 2);
	canvas_draw(&canvas, 0, 0.25, 0.25); /* the second dot from below */
	canvas_draw(&canvas, 1, 0.25, 1);
	is_drawn(&canvas, false, "\u28b8\n\u283c\n");
	is_drawn(&canvas, true, "*\n*\n");
	canvas_release(&canvas);
}

/* Blank where it crosses an area. */
static void test_crossing(void **state)
{
	struct canvas canvas;

	(void)state;
	canvas_init(&canvas, 1, 1);
	canvas_fill(&canvas, 0, 1);
	canvas_fill(&canvas, 1, 1);
	canvas_draw(&canvas, 0, 0.25, 0.25);
	is_drawn(&canvas, false, "\u28bf\n");
	is_drawn(&canvas, true, "*\n");
	canvas_draw(&canvas, 0, 9, 9);
	is_drawn(&canvas, false, "\u28be\n");
	canvas_release(&canvas);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tops),
		cmocka_unit_test(test_labels),
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_areas),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_crossing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

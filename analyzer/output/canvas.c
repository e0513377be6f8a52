/* SPDX-License-Identifier: MIT */
#include "analyzer/output/canvas.h"

#include <math.h>
#include <stdlib.h>

#include "analyzer/memory.h"

#define BRAILLE 0x2800 /* the first pattern: no dots */

void canvas_init(struct canvas *canvas, size_t columns, size_t rows)
{
	*canvas = (struct canvas){ .columns = columns, .rows = rows };
	canvas->area = xcalloc(columns * rows, 1);
	canvas->line = xcalloc(columns * rows, 1);
}

void canvas_release(struct canvas *canvas)
{
	free(canvas->area);
	free(canvas->line);
	*canvas = (struct canvas){ 0 };
}

/* A dot; y counts from the bottom. Unicode numbers them by columns, but for
 * the lowest two, which came later. */
static void set(const struct canvas *canvas, unsigned char *layer, size_t x,
		size_t y)
{
	static const unsigned char dots[CANVAS_DOWN][CANVAS_ACROSS] = {
		{ 0x40, 0x80 }, { 0x04, 0x20 }, { 0x02, 0x10 }, { 0x01, 0x08 }
	};
	size_t row, column = x / CANVAS_ACROSS;

	if (y / CANVAS_DOWN >= canvas->rows || column >= canvas->columns)
		return;
	row = canvas->rows - 1 - y / CANVAS_DOWN;
	layer[row * canvas->columns + column] |=
		dots[y % CANVAS_DOWN][x % CANVAS_ACROSS];
}

/* How many dots high: at least one if there is anything. */
static size_t dots_high(const struct canvas *canvas, double height)
{
	size_t all = canvas->rows * CANVAS_DOWN;
	double dots = round(height * (double)all);

	if (!(height > 0))
		return 0;
	return dots < 1 ? 1 : dots > (double)all ? all : (size_t)dots;
}

void canvas_fill(struct canvas *canvas, size_t x, double height)
{
	size_t high = dots_high(canvas, height);

	for (size_t y = 0; y < high; y++)
		set(canvas, canvas->area, x, y);
}

void canvas_draw(struct canvas *canvas, size_t x, double from, double to)
{
	size_t a = dots_high(canvas, from), b = dots_high(canvas, to);
	size_t low = a < b ? a : b, high = a < b ? b : a;

	for (size_t y = low > 0 ? low - 1 : 0; y < high; y++)
		set(canvas, canvas->line, x, y);
}

static void put_braille(const struct output_run *run, unsigned int dots,
			enum ink ink)
{
	unsigned int point = BRAILLE + dots;
	char text[4] = { (char)(0xe0 | point >> 12),
			 (char)(0x80 | (point >> 6 & 0x3f)),
			 (char)(0x80 | (point & 0x3f)), '\0' };

	screen_put(run, ink, dots ? text : " ");
}

static void put_ascii(const struct output_run *run, unsigned int area,
		      bool line)
{
	int dots = __builtin_popcount(area);

	fputs(line ? "*" : dots > 5 ? "#" : dots > 2 ? ":" : dots ? "." : " ",
	      run->file);
}

void canvas_put_row(const struct output_run *run, const struct canvas *canvas,
		    size_t row)
{
	size_t first = row * canvas->columns, end = canvas->columns;

	while (end > 0 && !canvas->area[first + end - 1] &&
	       !canvas->line[first + end - 1])
		end--;
	for (size_t i = first; i < first + end; i++) {
		unsigned int area = canvas->area[i], line = canvas->line[i];

		if (run->ascii)
			put_ascii(run, area, line);
		else if (area & line)
			put_braille(run, area ^ line, INK_PLAIN);
		else
			put_braille(run, area | line,
				    area ? INK_PLAIN : INK_NOTICE);
	}
}

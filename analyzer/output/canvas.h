/* SPDX-License-Identifier: MIT */
/*
 * Dots on a terminal: two by four in each character, as braille patterns, or
 * as well as ASCII can. Two layers: areas, and lines over them, which are left
 * blank where they cross an area.
 */
#ifndef ANALYZER_OUTPUT_CANVAS_H
#define ANALYZER_OUTPUT_CANVAS_H

#include "analyzer/output/screen.h"

#define CANVAS_ACROSS 2 /* dots in a character */
#define CANVAS_DOWN 4

struct canvas {
	size_t columns, rows;	    /* characters */
	unsigned char *area, *line; /* dots of each character */
};

void canvas_init(struct canvas *canvas, size_t columns, size_t rows);
void canvas_release(struct canvas *canvas);

/* Fills a column of dots up to a height, 0 to 1; what is above 0 shows. */
void canvas_fill(struct canvas *canvas, size_t x, double height);
/* Draws a line through a column of dots, from one height to another. */
void canvas_draw(struct canvas *canvas, size_t x, double from, double to);

/* A row of characters, the topmost is 0. */
void canvas_put_row(const struct output_run *run, const struct canvas *canvas,
		    size_t row);

#endif

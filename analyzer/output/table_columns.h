/* SPDX-License-Identifier: MIT */
/*
 * The figures of the table, a column each: how wide, and how a row fills it. To
 * add one: a function and a line in table_columns.c.
 */
#ifndef ANALYZER_OUTPUT_TABLE_COLUMNS_H
#define ANALYZER_OUTPUT_TABLE_COLUMNS_H

#include "analyzer/output/cells.h"
#include "analyzer/output/screen.h"

#define TABLE_COLUMNS_MAX 9

/* One figure of a row. */
struct table_cell {
	char text[CELL_BYTES];
	char interval[CELL_BYTES];
	enum ink ink;
};

struct table_column {
	const char *title; /* "": see table_column_title() */
	size_t columns; /* with the space before it */
	void (*fill)(struct table_cell *cell, const struct report *report,
		     const struct site *row);
};

/* What happened in a run, or what was live at a moment. *count of them. */
const struct table_column *table_columns(const struct report *report,
					 size_t *count);
const char *table_column_title(const struct report *report,
			       const struct table_column *column);

#endif

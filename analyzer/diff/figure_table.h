/* SPDX-License-Identifier: MIT */
/*
 * What is counted for a row: figures, and the smallest and largest size. Many
 * rows of a program have the same, so each set of them is kept once, in whole
 * numbers, most of which are small.
 */
#ifndef ANALYZER_DIFF_FIGURE_TABLE_H
#define ANALYZER_DIFF_FIGURE_TABLE_H

#include "analyzer/diff/pool_table.h"
#include "analyzer/profile.h"

enum {
	FIGURE_SIZE_MIN = PROFILE_FIGURES, /* after enum profile_figure */
	FIGURE_SIZE_MAX,
	FIGURE_SET_SIZE,
};

struct figure_large {
	uint64_t place;
	uint64_t value;
};

/* Zeroed at first. */
struct figure_table {
	uint32_t (*sets)[FIGURE_SET_SIZE]; /* from 1 */
	size_t count, capacity;
	struct figure_large *large; /* what does not fit, by place */
	size_t large_count, large_capacity;
	struct pool_table table; /* private */
};

void figure_table_release(struct figure_table *table);

/* The number of a set, which is the same for the same. */
uint32_t figure_table_add(struct figure_table *table,
			  const uint64_t values[FIGURE_SET_SIZE]);
uint64_t figure_table_get(const struct figure_table *table, uint32_t set,
			  unsigned int figure);

#endif

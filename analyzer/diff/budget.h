/* SPDX-License-Identifier: MIT */
/*
 * A file of conditions, committed beside a project's tests:
 *
 *   # limits of the parser's benchmark
 *   calls > +2%
 *   leaked > 0                     # it frees all that it takes
 *   site:^Parser::: bytes > 64MiB  # two buffers of 32 MiB
 *
 * One condition a line, as condition.h has them; a '#' at a line's beginning
 * or after a blank starts a note, which is shown when the condition holds.
 * Empty lines and lines of notes alone say nothing. Any bytes may be read:
 * what is no budget is told with its line and character.
 */
#ifndef ANALYZER_DIFF_BUDGET_H
#define ANALYZER_DIFF_BUDGET_H

#include <stddef.h>

#include "analyzer/diff/condition.h"

#define BUDGET_LIMITS_MAX 1000

struct budget_limit {
	struct condition condition;
	char *note; /* NULL: none; any bytes but NUL and newline */
	size_t line; /* from 1 */
};

/* Zeroed at first. */
struct budget {
	struct budget_limit *limits;
	size_t count, capacity;
};

struct budget_error {
	size_t line;  /* from 1; 0: the whole file */
	size_t place; /* the byte of the line, from 1; 0: the whole line */
	char why[CONDITION_WHY_BYTES];
};

/* 0, or -1 with *error filled: then the budget is empty. One without any
 * condition is an error: it would pass everything. */
int budget_parse(struct budget *budget, const char *bytes, size_t len,
		 struct budget_error *error);
/* Reads the file first. */
int budget_read(struct budget *budget, const char *path,
		struct budget_error *error);
void budget_release(struct budget *budget);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Patterns that a user typed: POSIX extended regular expressions, of which a
 * text has to match one. A wrong one is told with its place, which regcomp()
 * does not say.
 */
#ifndef ANALYZER_PATTERNS_H
#define ANALYZER_PATTERNS_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>

#define PATTERN_BYTES_MAX 1000
#define PATTERN_WHY_BYTES 80

struct pattern {
	char *text; /* as typed */
	regex_t regex;
};

/* Zeroed at first. */
struct patterns {
	struct pattern *list;
	size_t count, capacity;
};

struct pattern_problem {
	size_t place; /* the byte at fault, from 1; 0: the whole of it */
	char why[PATTERN_WHY_BYTES];
};

/*
 * regcomp() writes out what is repeated by + or {n,m}, in glibc: repeats within
 * repeats take memory without bound, "a++++" as well; and time, if they repeat
 * what may be left out, as in "a?????++++". False for what would be large, and
 * for what is longer than PATTERN_BYTES_MAX.
 */
bool pattern_is_modest(const char *text);

/*
 * The place of the first \1 to \9, a reference back to a group, from 1; 0:
 * there is none. POSIX has none here, and to match one takes any time.
 */
size_t pattern_back_reference(const char *text);

/* 0, or -1 with *problem filled: then nothing was added. */
int patterns_add(struct patterns *patterns, const char *text,
		 struct pattern_problem *problem);
void patterns_release(struct patterns *patterns);

/* Does any of them match somewhere in the text? NULL matches none. */
bool patterns_match(const struct patterns *patterns, const char *text);

#endif

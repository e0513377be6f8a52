/* SPDX-License-Identifier: MIT */
/*
 * The words most like one that was not found, to ask whether they were meant.
 * One thread.
 */
#ifndef ANALYZER_CLOSEST_H
#define ANALYZER_CLOSEST_H

#include <stddef.h>

#define CLOSEST_WORDS 3
#define CLOSEST_BYTES_MAX 64 /* the rest of longer words is not compared */

/* Zeroed at first, but for the word, which must outlive it. */
struct closest {
	const char *word;
	char *found[CLOSEST_WORDS]; /* the closest first; or NULL */
	size_t distances[CLOSEST_WORDS];
};

/*
 * Looks at another function, by its plain name: is it, or its last part, one of
 * the closest? More than a third of the word's letters may not differ.
 */
void closest_add(struct closest *closest, const char *plain);
void closest_release(struct closest *closest);

/*
 * Levenshtein's distance: the bytes to insert, remove or replace, where upper
 * and lower case are the same.
 */
size_t closest_distance(const char *a, const char *b);

#endif

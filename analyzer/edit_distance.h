/* SPDX-License-Identifier: MIT */
/* How far one word is from another, to guess what was meant. */
#ifndef ANALYZER_EDIT_DISTANCE_H
#define ANALYZER_EDIT_DISTANCE_H

#include <stddef.h>

#define EDIT_WORD_MAX 64 /* bytes; the rest of longer words is not compared */

/*
 * Levenshtein's distance: the bytes to insert, remove or replace, where upper
 * and lower case are the same. Any thread.
 */
size_t edit_distance(const char *a, const char *b);

#endif

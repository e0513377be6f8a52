/* SPDX-License-Identifier: MIT */
/*
 * Pieces of JSON for writers that do not make a tree of what they print.
 */
#ifndef ANALYZER_OUTPUT_JSON_TEXT_H
#define ANALYZER_OUTPUT_JSON_TEXT_H

#include <stdio.h>

/* Any bytes as a string in quotes; what is not UTF-8 becomes U+FFFD. */
void json_text_put(FILE *file, const char *text);

/* A figure, rounded; 0 if there is no such number. */
void json_text_put_figure(FILE *file, double value);

#endif

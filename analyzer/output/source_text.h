/* SPDX-License-Identifier: MIT */
/* Lines of source made to stand in a narrow column: tabs are expanded, and what
 * all lines begin with is left out. */
#ifndef ANALYZER_OUTPUT_SOURCE_TEXT_H
#define ANALYZER_OUTPUT_SOURCE_TEXT_H

#include "analyzer/source.h"

/* How many columns all lines that were read are indented. */
size_t source_text_indentation(const struct source *source);

/* A line without tabs and without so many columns at its begin; unescaped.
 * Fresh. */
char *source_text(const char *text, size_t indentation_columns);

#endif

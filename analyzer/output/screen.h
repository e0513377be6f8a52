/* SPDX-License-Identifier: MIT */
/*
 * Text in columns, with colour where it is welcome. Widths are columns of the
 * terminal, not bytes. Nothing here trusts its input: texts are escaped first.
 */
#ifndef ANALYZER_OUTPUT_SCREEN_H
#define ANALYZER_OUTPUT_SCREEN_H

#include "analyzer/output/output.h"

enum ink { INK_PLAIN, INK_STRONG, INK_FAINT, INK_NOTICE, INK_ALARM };

/* Text in an ink; what we draw ourselves in ASCII, if it has to be. */
void screen_put(const struct output_run *run, enum ink ink, const char *text);
/* How many columns it takes, drawn so. */
size_t screen_width(const struct output_run *run, const char *text);
/* Padded on the left or right to `columns`; longer text is not cut. */
void screen_put_right(const struct output_run *run, enum ink ink,
		      const char *text, size_t columns);
void screen_put_left(const struct output_run *run, enum ink ink,
		     const char *text, size_t columns);
/* How much of a text goes on a line: up to where a word begins, so that neither
 * words nor numbers nor places (file.c:12) are torn. Within a word where one of
 * its parts begins, if half of the line would else be empty; failing that,
 * whatever fits. At least a byte. */
size_t screen_line_bytes(const char *text, size_t columns);
/* Lines of it, with as many spaces before each, and if there are any two more
 * from the second on. */
void screen_put_folded(const struct output_run *run, enum ink ink,
		       const char *text, size_t indent);
void screen_spaces(const struct output_run *run, size_t columns);

#endif

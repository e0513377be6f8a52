/* SPDX-License-Identifier: MIT */
/*
 * A text that a user wrote for us, line by line: it is small, and whatever else
 * it may be, a device without end for one, is refused.
 */
#ifndef ANALYZER_TEXT_FILE_H
#define ANALYZER_TEXT_FILE_H

#include <stddef.h>

#define TEXT_FILE_BYTES_MAX (1 << 20)
#define TEXT_FILE_TOO_LONG "longer than a mebibyte"
#define TEXT_FILE_NO_TEXT "a zero byte: this is no text"

/* Fresh; NULL with *why. */
char *text_file_read(const char *path, size_t *len, const char **why);

struct text_file_lines {
	const char *at, *end;
	size_t number; /* of the line, from 1 */
	size_t zero; /* the place of its first zero byte, from 1; 0: none */
};

void text_file_begin(struct text_file_lines *lines, const char *bytes,
		     size_t len);
/* The next line without its end, fresh; NULL after the last one. */
char *text_file_next(struct text_file_lines *lines);

#endif

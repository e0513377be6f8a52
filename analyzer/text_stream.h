/* SPDX-License-Identifier: MIT */
/*
 * A stream into memory. Unlike open_memstream()'s, which drops what it finds no
 * memory for and says so to none but who looks at every fprintf(), it has all that
 * was written: without memory, memory_exhausted() ends the program.
 */
#ifndef ANALYZER_TEXT_STREAM_H
#define ANALYZER_TEXT_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct text_stream {
	char *text;
	size_t len, capacity;
	FILE *file;
	bool failed;
};

/* The stream to write to; the text is there after text_stream_close(). */
FILE *text_stream_open(struct text_stream *stream);
/* What was written and a NUL, also if that is nothing; free() it. */
char *text_stream_close(struct text_stream *stream);

#endif

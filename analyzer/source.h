/* SPDX-License-Identifier: MIT */
/*
 * Some lines of a source file. Which file that is comes out of a dump: only a
 * regular file is opened, opening never blocks, what is not text is refused,
 * and time and memory are bounded whatever is in it. The lines may hold
 * anything but a newline or NUL: escape to show.
 */
#ifndef ANALYZER_SOURCE_H
#define ANALYZER_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#define SOURCE_BYTES_MAX (UINT64_C(1) << 30) /* no line beyond is found */
#define SOURCE_LINE_BYTES 1024		     /* longer ones are cut */

enum source_error {
	SOURCE_OK,
	SOURCE_UNREADABLE, /* source.errnum says why */
	SOURCE_NOT_TEXT,
	SOURCE_NOT_A_FILE,
};

struct source_range {
	int first, last; /* both of it */
};

struct source_line {
	int line;
	char *text;
};

struct source {
	enum source_error error;
	int errnum;
	int64_t changed_ns;   /* CLOCK_REALTIME of its last change */
	int last_line;	      /* how far it was read: its end, or the last range's */
	struct source_line *lines; /* sorted */
	size_t count, capacity;
};

/* Ranges are sorted and apart. Release it in any case. */
void source_read(struct source *source, const char *path,
		 const struct source_range *ranges, size_t count);
void source_release(struct source *source);

/* NULL if it was not read. */
const char *source_line(const struct source *source, int line);

#endif

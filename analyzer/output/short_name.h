/* SPDX-License-Identifier: MIT */
/*
 * Text made to fit a number of columns on a terminal, keeping what tells most:
 * of a C++ function the name before its parameters and template arguments, of
 * a path its end. Input is text as text_line() makes it; a column is a column
 * of the terminal, so wide characters count two. Results are fresh.
 */
#ifndef ANALYZER_OUTPUT_SHORT_NAME_H
#define ANALYZER_OUTPUT_SHORT_NAME_H

#include <stddef.h>

size_t text_columns(const char *text);
/* How many bytes of the text fill at most `columns`. */
size_t text_bytes_of(const char *text, size_t columns);

/* At most `columns` of it, ending in an ellipsis if something is missing. */
char *short_text(const char *text, size_t columns);
/* As that, but it is the end that stays. */
char *short_end(const char *text, size_t columns);

/* A note that may stand behind a name, and stays; "(\u00d7N)" is another. */
#define SHORT_NAME_RECURSIVE "(recursive)"

/* f(int, char) becomes f(...), v<int>::g becomes v<...>::g, as needed; what is
 * still too long then stays so. */
char *short_template(const char *name, size_t columns);
/* As that, and cut if it has to be: of module+0xoffset the end stays. */
char *short_function(const char *name, size_t columns);

/* /a/b/c.c becomes .../c.c in place of what does not fit. */
char *short_path(const char *path, size_t columns);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Bytes out of a dump, made fit to show: a path or an argument of a recorded
 * program may hold anything. Results are fresh strings that the caller frees.
 */
#ifndef ANALYZER_TEXT_H
#define ANALYZER_TEXT_H

#include <stddef.h>
#include <stdint.h>

/*
 * For a terminal: control characters (C0, DEL, C1) and bytes that are not UTF-8
 * become \n, \t or \xHH, a backslash stays. text_line() takes a string.
 */
char *text_escape(const char *bytes, size_t len);
char *text_line(const char *string);

/* For JSON: bytes that are not UTF-8 become U+FFFD; NULs too. */
char *text_utf8(const char *bytes, size_t len);

/* Two lower case digits a byte. */
char *text_hexadecimal(const uint8_t *bytes, size_t len);

/* For people: 1536 is "1.5 KiB"; counts as "12,345"; ns as "1.24 s". */
#define TEXT_NUMBER_BYTES 32
char *text_bytes(char out[TEXT_NUMBER_BYTES], double bytes);
char *text_count(char out[TEXT_NUMBER_BYTES], uint64_t count);
char *text_duration(char out[TEXT_NUMBER_BYTES], double ns);

#endif

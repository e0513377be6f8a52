/* SPDX-License-Identifier: MIT */
/*
 * Allocation that cannot fail: when memory runs out, one line goes to standard
 * error and the program exits, with status 2 by default. Nothing else in the
 * analyzer ends it. Any thread may call these.
 */
#ifndef ANALYZER_MEMORY_H
#define ANALYZER_MEMORY_H

#include <stddef.h>

/* Never NULL; count * bytes is checked for overflow. Free with free(). */
void *xcalloc(size_t count, size_t bytes);
void *xreallocarray(void *old, size_t count, size_t bytes);
char *xstrndup(const char *bytes, size_t len); /* adds the NUL */
char *xasprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The one place where lack of memory ends. */
void memory_exhausted(void) __attribute__((noreturn));

/*
 * For main(): jansson's values, too, are allocated so that they are there; and a
 * library that crashes when it finds no memory ends as memory_exhausted() does.
 */
void memory_init(void);
/* What the program then exits with; 2 unless this says otherwise. */
void memory_exit_status(int status);

/*
 * After a call of a library's that failed, or made do with less: ends if errno
 * says that it was for memory. The caller has set it to 0 before.
 */
void memory_check(void);

/* Gives back to the system what was freed, after much was. */
void memory_trim(void);

/*
 * Room for one more element in an array that doubles: returns the array, moved
 * or not, with *capacity updated, given that `count` elements are in use.
 */
void *xgrow(void *array, size_t *capacity, size_t count, size_t bytes);

#define GROW(array, capacity, count) \
	((array) = xgrow((array), &(capacity), (count), sizeof(*(array))))

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Linked into heapwise-collect with --wrap, as nothing can be preloaded into it:
 * an allocation finds no memory, be it inside of a call of the C library's.
 * fail_nth.h says which.
 */
#include <dirent.h>

#include "fail_nth.h"

/* The linker's names. */
void *__real_calloc(size_t count, size_t bytes);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t bytes);
FILE *__real_fopen(const char *path, const char *mode);
ssize_t __real_getline(char **line, size_t *room, FILE *file);
DIR *__real_opendir(const char *path);

void *__wrap_calloc(size_t count, size_t bytes)
{
	return fails() ? NULL : __real_calloc(count, bytes);
}

char *__wrap_strdup(const char *text)
{
	return fails() ? NULL : __real_strdup(text);
}

char *__wrap_strndup(const char *text, size_t bytes)
{
	return fails() ? NULL : __real_strndup(text, bytes);
}

FILE *__wrap_fopen(const char *path, const char *mode)
{
	return fails() ? NULL : __real_fopen(path, mode);
}

ssize_t __wrap_getline(char **line, size_t *room, FILE *file)
{
	return fails() ? -1 : __real_getline(line, room, file);
}

DIR *__wrap_opendir(const char *path)
{
	return fails() ? NULL : __real_opendir(path);
}

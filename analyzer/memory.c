/* SPDX-License-Identifier: MIT */
#include "analyzer/memory.h"

#include <malloc.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void memory_exhausted(void)
{
	fputs("heapwise: out of memory; free some, or raise its limit\n",
	      stderr);
	exit(2);
}

void *xcalloc(size_t count, size_t bytes)
{
	void *memory = calloc(count ? count : 1, bytes ? bytes : 1);

	if (!memory)
		memory_exhausted();
	return memory;
}

void *xreallocarray(void *old, size_t count, size_t bytes)
{
	void *memory = reallocarray(old, count ? count : 1, bytes);

	if (!memory)
		memory_exhausted();
	return memory;
}

char *xstrndup(const char *bytes, size_t len)
{
	char *copy = xcalloc(len + 1, 1);

	if (len)
		memcpy(copy, bytes, len);
	return copy;
}

char *xasprintf(const char *format, ...)
{
	char *string;
	va_list arguments;
	int len;

	va_start(arguments, format);
	len = vasprintf(&string, format, arguments);
	va_end(arguments);
	if (len < 0)
		memory_exhausted();
	return string;
}

void memory_trim(void)
{
	malloc_trim(0);
}

void *xgrow(void *array, size_t *capacity, size_t count, size_t bytes)
{
	size_t more = *capacity ? *capacity * 2 : 8;

	if (count < *capacity)
		return array;
	if (more < *capacity)
		memory_exhausted();
	*capacity = more;
	return xreallocarray(array, more, bytes);
}

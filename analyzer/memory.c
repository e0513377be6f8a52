/* SPDX-License-Identifier: MIT */
#include "analyzer/memory.h"

#include <errno.h>
#include <jansson.h>
#include <malloc.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char exhausted[] =
	"heapwise: out of memory; free some, or raise its limit\n";
static volatile sig_atomic_t exit_status = 2;

void memory_exhausted(void)
{
	fputs(exhausted, stderr);
	exit(exit_status);
}

void memory_exit_status(int status)
{
	exit_status = status;
}

/* libdw does not check all that it allocates, and asserts the rest. */
static void on_crash(int number)
{
	if (errno == ENOMEM &&
	    write(STDERR_FILENO, exhausted, sizeof(exhausted) - 1) > 0)
		_exit(exit_status);
	signal(number, SIG_DFL);
	raise(number);
}

static void catch_crashes(void)
{
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
	signal(SIGSEGV, on_crash);
	signal(SIGABRT, on_crash);
#endif
}

static void *allocate_for_json(size_t bytes)
{
	return xreallocarray(NULL, bytes, 1);
}

void memory_init(void)
{
	json_set_alloc_funcs(allocate_for_json, free);
	catch_crashes();
}

void memory_check(void)
{
	if (errno == ENOMEM)
		memory_exhausted();
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

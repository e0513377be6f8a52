/* SPDX-License-Identifier: MIT */
#include "analyzer/call_path.h"
#include "analyzer/memory.h"

#include <stdlib.h>
#include <string.h>

/* Removes "./" steps, which mean nothing. */
static void drop_dots(char *path)
{
	char *to = path;

	for (const char *from = path; *from;) {
		bool starts = from == path || from[-1] == '/';

		if (starts && from[0] == '.' && from[1] == '/')
			from += 2;
		else
			*to++ = *from++;
	}
	*to = '\0';
}

/* With a relative directory (-fdebug-prefix-map) libdw has it in front of
 * names that begin with it already: libio/libio/x.c. */
static char *drop_double(char *path, const char *directory)
{
	size_t len = strlen(directory);

	if (strncmp(path, directory, len) || path[len] != '/')
		return path;
	if (strncmp(path + len + 1, directory, len) ||
	    path[2 * len + 1] != '/')
		return path;
	return path + len + 1;
}

char *call_path(const struct debug_call *call)
{
	char *directory, *path;
	const char *shorter;

	if (!call->file)
		return NULL;
	directory = xasprintf("%s", call->directory ? call->directory : "");
	drop_dots(directory);
	if (call->file[0] != '/' &&
	    (directory[0] == '/' || strncmp(call->file, "../", 3) == 0))
		path = xasprintf("%s/%s", directory, call->file);
	else
		path = xasprintf("%s", call->file);
	drop_dots(path);
	shorter = drop_double(path, directory);
	memmove(path, shorter, strlen(shorter) + 1);
	free(directory);
	return path;
}

/* SPDX-License-Identifier: MIT */
#include "analyzer/own_files.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "analyzer/memory.h"

#define LOADER_32 "/lib/ld-linux.so.2"
#define BY_CLASS "class/" /* Makefile, "class": below it, the loader's $LIB */
#define EMPTY "lib32/" OWN_LIBRARY

/* Our own path; without /proc, as whoever started us had it. False: unknown. */
static bool find_self(char self[PATH_MAX])
{
	ssize_t len = readlink("/proc/self/exe", self, PATH_MAX - 1);
	unsigned long started_as;

	if (len > 0) {
		self[len] = '\0';
		return true;
	}
	started_as = getauxval(AT_EXECFN);
	return started_as && realpath((const char *)started_as, self);
}

char *own_file(const char *name)
{
	static const char *const places[] = { "", "../lib/heapwise/" };
	char self[PATH_MAX];
	char *slash;

	if (!find_self(self))
		return NULL;
	slash = strrchr(self, '/');
	if (!slash)
		return NULL;
	slash[1] = '\0';
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		char *path = xasprintf("%s%s%s", self, places[i], name);

		if (access(path, R_OK) == 0)
			return path;
		free(path);
	}
	return NULL;
}

char *own_library_by_class(void)
{
	char *empty, *name;

	if (access(LOADER_32, X_OK))
		return NULL;
	empty = own_file(BY_CLASS EMPTY);
	if (!empty)
		return NULL;
	name = xasprintf("%.*s$LIB/" OWN_LIBRARY,
			 (int)(strlen(empty) - strlen(EMPTY)), empty);
	free(empty);
	return name;
}

/* SPDX-License-Identifier: MIT */
#include "analyzer/own_files.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyzer/memory.h"

char *own_file(const char *name)
{
	static const char *const places[] = { "", "../lib/heapwise/" };
	char self[4096];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	self[len > 0 ? len : 0] = '\0';
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

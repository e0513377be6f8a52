/* SPDX-License-Identifier: MIT */
#include "preload/close_files.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

static bool close_stretch(int first, unsigned int last)
{
	return close_range((unsigned int)first, last, 0) == 0;
}

static void close_one_by_one(int first, int keep)
{
	DIR *own = opendir("/proc/self/fd");
	struct dirent *entry;

	while (own && (entry = readdir(own)) != NULL) {
		int fd = atoi(entry->d_name); /* "." and "..": 0 */

		if (entry->d_name[0] != '.' && fd >= first && fd != keep &&
		    fd != dirfd(own))
			close(fd);
	}
	if (own)
		closedir(own);
}

void close_files(int first, int keep)
{
	bool kept = keep >= first;

	if ((keep > first && !close_stretch(first, (unsigned int)keep - 1)) ||
	    !close_stretch(kept ? keep + 1 : first, ~0u))
		close_one_by_one(first, keep);
}

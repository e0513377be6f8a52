/* SPDX-License-Identifier: MIT */
#include "preload/unpublished.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "include/ring_format.h"

#define SUFFIX RING_SUFFIX ".new" /* see ring_area.c */

bool unpublished_is_named(const char *name)
{
	size_t len = strlen(name);
	size_t suffix = strlen(SUFFIX);

	return len > suffix && strcmp(name + len - suffix, SUFFIX) == 0;
}

static bool has_dump(const char *path)
{
	size_t len = strlen(path) - strlen(SUFFIX);
	char dump[PATH_MAX];
	struct stat st;

	if (len >= sizeof(dump))
		return false;
	memcpy(dump, path, len);
	dump[len] = '\0';
	return lstat(dump, &st) == 0 && S_ISREG(st.st_mode);
}

/* Empty, or filled with zeros so far, or with its header. */
static bool is_begun_ring(int fd)
{
	char magic[sizeof(RING_MAGIC) - 1] = "";
	static const char none[sizeof(magic)];
	struct stat st;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return false;
	return st.st_size == 0 ||
	       (pread(fd, magic, sizeof(magic), 0) == sizeof(magic) &&
		(!memcmp(magic, RING_MAGIC, sizeof(magic)) ||
		 !memcmp(magic, none, sizeof(magic))));
}

/* A lease for writing is only given of a file that nobody else has open; a
 * mapping keeps it open. */
void unpublished_remove(const char *path)
{
	int fd;

	if (!unpublished_is_named(path) || !has_dump(path))
		return;
	fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return;
	if (is_begun_ring(fd) && fcntl(fd, F_SETLEASE, F_WRLCK) == 0)
		unlink(path);
	close(fd);
}

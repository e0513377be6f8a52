/* SPDX-License-Identifier: MIT */
#include "preload/unpublished.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "include/dump_format.h"
#include "include/ring_format.h"
#include "preload/leftover.h"
#include "preload/ring_map.h"

#define SUFFIX RING_SUFFIX RING_UNPUBLISHED

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

static bool is_its_dump(const struct ring_header *header)
{
	int fd = open(header->dump_path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW |
					 O_NONBLOCK);
	char magic[DUMP_MAGIC_BYTES];
	struct stat st;
	bool is;

	if (fd < 0)
		return false;
	is = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	     (uint64_t)st.st_dev == header->dump_device &&
	     (uint64_t)st.st_ino == header->dump_inode &&
	     pread(fd, magic, sizeof(magic), 0) == sizeof(magic) &&
	     memcmp(magic, DUMP_MAGIC, sizeof(magic)) == 0;
	close(fd);
	return is;
}

/* The dump that has its META, and nothing else: it gets its END. False: not even
 * that was written, or it is not this session's. Where that fails the ring stays,
 * for `check --finish`. */
static bool finish_dump(const char *path, uint64_t session)
{
	struct ring_map map;
	char dump[sizeof(map.header->dump_path)] = "";

	if (ring_map_open(&map, path, session) != RING_MAP_OK)
		return false;
	if (map.header->dump_sequence > 0 && is_its_dump(map.header))
		strcpy(dump, map.header->dump_path);
	ring_map_release(&map);
	if (dump[0])
		leftover_finish(dump, path);
	return dump[0];
}

/* A lease for writing is only given of a file that nobody else has open; a
 * mapping keeps it open. */
static bool is_nobodys_ring(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	bool nobodys;

	if (fd < 0)
		return false;
	nobodys = is_begun_ring(fd) && fcntl(fd, F_SETLEASE, F_WRLCK) == 0;
	close(fd);
	return nobodys;
}

void unpublished_end(const char *path, uint64_t session)
{
	if (!unpublished_is_named(path) || !is_nobodys_ring(path) ||
	    finish_dump(path, session))
		return;
	if (has_dump(path))
		unlink(path);
}

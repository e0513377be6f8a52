/* SPDX-License-Identifier: MIT */
#include "analyzer/output_file.h"
#include "analyzer/memory.h"
#include "include/ring_format.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

static char *double_percents(const char *text)
{
	char *result = xcalloc(strlen(text) + 1, 2);
	char *to = result;

	for (; *text; text++) {
		if (*text == '%')
			*to++ = '%';
		*to++ = *text;
	}
	return result;
}

char *output_file_pattern(const char *name)
{
	char *directory, *escaped, *pattern;

	if (name[0] == '/')
		return xstrndup(name, strlen(name));
	directory = getcwd(NULL, 0);
	if (!directory)
		return NULL;
	escaped = double_percents(directory);
	pattern = xasprintf("%s/%s", escaped, name);
	free(escaped);
	free(directory);
	return pattern;
}

static int open_file(const char *path)
{
	return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
}

static bool is_dump(int fd)
{
	char head[DUMP_MAGIC_BYTES];
	ssize_t got = pread(fd, head, sizeof(head), 0);

	return got == 0 || (got == (ssize_t)sizeof(head) &&
			    memcmp(head, DUMP_MAGIC, sizeof(head)) == 0);
}

/* The start of a ring's header; false: it is none. */
static bool read_ring(const char *path, struct ring_header *ring)
{
	size_t wanted = offsetof(struct ring_header, session);
	int fd = open_file(path);
	ssize_t got;

	if (fd < 0)
		return false;
	got = read(fd, ring, wanted);
	close(fd);
	return got == (ssize_t)wanted &&
	       memcmp(ring->magic, RING_MAGIC, sizeof(ring->magic)) == 0;
}

/* Does the process of this ring live? */
static bool is_live_ring(const char *path)
{
	struct ring_header ring;

	return read_ring(path, &ring) &&
	       (kill((pid_t)ring.pid, 0) == 0 || errno == EPERM);
}

/* Where the system knows who else has a file open. A network file system says of
 * any file that somebody may. */
static bool knows_leases(int fd)
{
	struct statfs fs;

	if (fstatfs(fd, &fs))
		return false;
	switch ((uint32_t)fs.f_type) {
	case NFS_SUPER_MAGIC:
	case SMB_SUPER_MAGIC:
	case CIFS_SUPER_MAGIC:
	case SMB2_SUPER_MAGIC:
		return false;
	default:
		return true;
	}
}

/* A lease for reading is not given of a file that somebody has open to write, or
 * mapped; SIGIO comes if somebody opens it so while we have the lease. */
static bool is_being_written(int fd)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before;
	bool is;

	if (!knows_leases(fd))
		return false;
	sigaction(SIGIO, &ignore, &before);
	is = fcntl(fd, F_SETLEASE, F_RDLCK) < 0 && errno == EAGAIN;
	fcntl(fd, F_SETLEASE, F_UNLCK);
	sigaction(SIGIO, &before, NULL);
	return is;
}

static bool is_being_written_at(const char *path)
{
	int fd = open_file(path);
	bool is = fd >= 0 && is_being_written(fd);

	if (fd >= 0)
		close(fd);
	return is;
}

/* In the order in which a recorder makes them: it has the dump open until there
 * is a ring under its first name, and that mapped until it has its own. */
static bool is_in_use(int fd, const char *begun, const char *ring)
{
	return is_being_written(fd) || is_being_written_at(begun) ||
	       is_live_ring(begun) || is_live_ring(ring);
}

/* A ring file without its dump helps nobody. */
static void remove_ring(const char *path)
{
	struct ring_header ring;

	if (read_ring(path, &ring))
		unlink(path);
}

/* With its lock held, so that of several who clear the way only one removes the
 * file, and none the dump that the first one's program has begun meanwhile. */
static enum output_problem remove_dump(const char *name, int fd)
{
	char *begun = xasprintf("%s%s%s", name, RING_SUFFIX, RING_UNPUBLISHED);
	char *ring = xasprintf("%s%s", name, RING_SUFFIX);
	enum output_problem problem = OUTPUT_IN_USE;
	struct stat st;

	if ((flock(fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) &&
	    fstat(fd, &st) == 0 && st.st_nlink > 0 &&
	    !is_in_use(fd, begun, ring)) {
		remove_ring(begun);
		remove_ring(ring);
		problem = unlink(name) ? OUTPUT_NOT_CREATED : OUTPUT_OK;
	}
	free(begun);
	free(ring);
	return problem;
}

static enum output_problem clear_existing(const char *name,
					  const struct stat *st)
{
	enum output_problem problem = OUTPUT_NOT_A_DUMP;
	int fd;

	if (S_ISDIR(st->st_mode))
		return OUTPUT_IS_DIRECTORY;
	if (!S_ISREG(st->st_mode))
		return OUTPUT_NOT_A_FILE;
	fd = open_file(name);
	if (fd < 0)
		return errno == ENOENT ? OUTPUT_IN_USE : OUTPUT_NOT_A_DUMP;
	if (is_dump(fd))
		problem = remove_dump(name, fd);
	close(fd);
	return problem;
}

/* Under a name of its own: others may be looking at `name` now. */
static enum output_problem try_create(const char *name)
{
	const char *slash = strrchr(name, '/');
	char *path = xasprintf("%.*s.heapwise-XXXXXX",
			       slash ? (int)(slash + 1 - name) : 0, name);
	int fd = mkostemp(path, O_CLOEXEC);
	enum output_problem problem = OUTPUT_NOT_CREATED;

	if (fd >= 0) {
		close(fd);
		problem = unlink(path) ? OUTPUT_NOT_CREATED : OUTPUT_OK;
	}
	free(path);
	return problem;
}

static bool is_open_percent(const char *at)
{
	return at[0] == '%' && (at[1] == 'p' || at[1] == 'c');
}

/* Of the pattern's directory, as much as is known before the program runs, with
 * %x made x. *all: it is the directory. */
static char *known_directory(const char *pattern, bool *all)
{
	char *directory = xcalloc(strlen(pattern) + 2, 1);
	size_t len = 0, known = 0;
	const char *p;

	for (p = pattern; *p && !is_open_percent(p); p++) {
		if (*p == '%' && p[1])
			p++;
		directory[len++] = *p;
		if (*p == '/')
			known = len;
	}
	*all = !strchr(p, '/');
	directory[known] = '\0';
	if (known == 0)
		strcpy(directory, ".");
	return directory;
}

static enum output_problem check_directory(const char *pattern)
{
	bool all;
	char *directory = known_directory(pattern, &all);
	enum output_problem problem = OUTPUT_OK;

	if (access(directory, all ? W_OK | X_OK : X_OK))
		problem = OUTPUT_NO_DIRECTORY;
	free(directory);
	return problem;
}

enum output_problem output_file_prepare(const char *name)
{
	enum output_problem problem = OUTPUT_OK;
	struct stat st;

	if (*name == '\0') {
		errno = ENOENT;
		return OUTPUT_NOT_CREATED;
	}
	if (strchr(name, '%')) /* which file it will be is not known */
		return check_directory(name);
	if (lstat(name, &st) == 0)
		problem = clear_existing(name, &st);
	else if (errno != ENOENT)
		problem = OUTPUT_NOT_CREATED;
	return problem == OUTPUT_OK ? try_create(name) : problem;
}

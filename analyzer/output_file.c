/* SPDX-License-Identifier: MIT */
#include "analyzer/output_file.h"
#include "analyzer/memory.h"
#include "include/ring_format.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

/* The start of a regular file; how many bytes, or -1. */
static ssize_t read_head(const char *path, void *head, size_t bytes)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	ssize_t got;

	if (fd < 0)
		return -1;
	got = read(fd, head, bytes);
	close(fd);
	return got;
}

static bool is_dump(const char *path)
{
	char head[DUMP_MAGIC_BYTES];
	ssize_t got = read_head(path, head, sizeof(head));

	return got == 0 || (got == (ssize_t)sizeof(head) &&
			    memcmp(head, DUMP_MAGIC, sizeof(head)) == 0);
}

/* A ring file without its dump helps nobody; one whose process lives is in
 * use. */
static enum output_problem clear_ring(const char *name)
{
	char *path = xasprintf("%s%s", name, RING_SUFFIX);
	struct ring_header ring;
	enum output_problem problem = OUTPUT_OK;
	size_t wanted = offsetof(struct ring_header, session);

	if (read_head(path, &ring, wanted) == (ssize_t)wanted &&
	    memcmp(ring.magic, RING_MAGIC, sizeof(ring.magic)) == 0) {
		if (kill((pid_t)ring.pid, 0) == 0 || errno == EPERM)
			problem = OUTPUT_IN_USE;
		else
			unlink(path);
	}
	free(path);
	return problem;
}

static enum output_problem clear_existing(const char *name,
					  const struct stat *st)
{
	enum output_problem problem;

	if (S_ISDIR(st->st_mode))
		return OUTPUT_IS_DIRECTORY;
	if (!S_ISREG(st->st_mode))
		return OUTPUT_NOT_A_FILE;
	if (!is_dump(name))
		return OUTPUT_NOT_A_DUMP;
	problem = clear_ring(name);
	if (problem == OUTPUT_OK && unlink(name))
		problem = OUTPUT_NOT_CREATED;
	return problem;
}

static enum output_problem try_create(const char *name)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return OUTPUT_NOT_CREATED;
	close(fd);
	return unlink(name) ? OUTPUT_NOT_CREATED : OUTPUT_OK;
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
	enum output_problem problem;
	struct stat st;

	if (*name == '\0') {
		errno = ENOENT;
		return OUTPUT_NOT_CREATED;
	}
	if (strchr(name, '%')) /* which file it will be is not known */
		return check_directory(name);
	if (lstat(name, &st) == 0) {
		problem = clear_existing(name, &st);
		if (problem != OUTPUT_OK)
			return problem;
	}
	return try_create(name);
}

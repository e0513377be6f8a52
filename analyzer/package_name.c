/* SPDX-License-Identifier: MIT */
#include "analyzer/package_name.h"
#include "analyzer/memory.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUFFIX ".list"
#define LIST_BYTES_MAX (16 << 20)
#define NAME_CHARACTERS "abcdefghijklmnopqrstuvwxyz0123456789+.-"

/* The whole list, after a newline of ours, NUL-terminated; NULL: unreadable. */
static char *read_list(int directory, const char *name)
{
	int fd = openat(directory, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char *text = NULL;
	struct stat st;
	ssize_t got;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_size < LIST_BYTES_MAX) {
		text = xcalloc(1, (size_t)st.st_size + 2);
		text[0] = '\n';
		got = read(fd, text + 1, (size_t)st.st_size);
		text[got > 0 ? got + 1 : 1] = '\0';
	}
	close(fd);
	return text;
}

static bool list_has(const char *text, const char *path)
{
	size_t len = strlen(path);

	for (const char *at = strstr(text, path); at;
	     at = strstr(at + 1, path))
		if (at[-1] == '\n' && (at[len] == '\n' || !at[len]))
			return true;
	return false;
}

/* /lib became a link to /usr/lib: lists have either, and so have paths. */
static bool list_has_either(const char *text, const char *path)
{
	char *longer;
	bool has;

	if (strncmp(path, "/usr/", 5) == 0)
		return list_has(text, path) || list_has(text, path + 4);
	longer = xasprintf("/usr%s", path);
	has = list_has(text, longer) || list_has(text, path);
	free(longer);
	return has;
}

static bool package_has(int directory, const char *name, const char *path)
{
	char *text = read_list(directory, name);
	bool has = text && list_has_either(text, path);

	free(text);
	return has;
}

/* By Debian's rule; these two are older than it and keep their own. */
static char *debug_name(const char *name, int len)
{
	const char *python = strncmp(name, "lib", 3) ? name : name + 3;
	int version;

	if (len == 5 && strncmp(name, "libc6", 5) == 0)
		return xasprintf("libc6-dbg");
	if (strncmp(python, "python3.", 8) == 0) {
		version = (int)strspn(python + 8, "0123456789");
		return xasprintf("%.*s-dbg", 8 + version, python);
	}
	return xasprintf("%.*s-dbgsym", len, name);
}

char *package_name_debug(const char *lists, const char *path)
{
	DIR *directory = opendir(lists);
	struct dirent *entry;
	char *result = NULL;

	if (!directory) {
		memory_check();
		return NULL;
	}
	while (path[0] == '/' && !result && (entry = readdir(directory))) {
		const char *name = entry->d_name;
		size_t len = strspn(name, NAME_CHARACTERS);
		size_t whole = strlen(name), tail = strlen(SUFFIX);

		/* libc6:amd64.list, jq.list */
		if (whole <= tail || strcmp(name + whole - tail, SUFFIX))
			continue;
		if (name[len] != ':')
			len = whole - tail;
		if (strspn(name, NAME_CHARACTERS) >= len &&
		    package_has(dirfd(directory), name, path))
			result = debug_name(name, (int)len);
	}
	closedir(directory);
	return result;
}

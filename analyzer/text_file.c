/* SPDX-License-Identifier: MIT */
#include "analyzer/text_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyzer/memory.h"

/* As much as fits, of a file that may grow or never end; -1 with errno. */
static ssize_t read_all(int fd, char *bytes, size_t room)
{
	size_t len = 0;

	while (len < room) {
		ssize_t n = read(fd, bytes + len, room - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		len += (size_t)n;
	}
	return (ssize_t)len;
}

char *text_file_read(const char *path, size_t *len, const char **why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *bytes;
	ssize_t got;

	*why = NULL;
	if (fd < 0) {
		*why = strerror(errno);
		return NULL;
	}
	bytes = xcalloc(TEXT_FILE_BYTES_MAX + 1, 1);
	got = read_all(fd, bytes, TEXT_FILE_BYTES_MAX + 1);
	if (got < 0)
		*why = strerror(errno);
	else if (got > TEXT_FILE_BYTES_MAX)
		*why = TEXT_FILE_TOO_LONG;
	close(fd);
	if (*why) {
		free(bytes);
		return NULL;
	}
	*len = (size_t)got;
	return bytes;
}

void text_file_begin(struct text_file_lines *lines, const char *bytes,
		     size_t len)
{
	*lines = (struct text_file_lines){ .at = bytes, .end = bytes + len };
}

char *text_file_next(struct text_file_lines *lines)
{
	const char *at = lines->at, *next;
	size_t width;
	char *text;

	if (at == lines->end)
		return NULL;
	next = memchr(at, '\n', (size_t)(lines->end - at));
	width = (size_t)((next ? next : lines->end) - at);
	lines->at = next ? next + 1 : lines->end;
	lines->number++;
	if (width > 0 && at[width - 1] == '\r')
		width--;
	text = xstrndup(at, width);
	lines->zero = strlen(text) < width ? strlen(text) + 1 : 0;
	return text;
}

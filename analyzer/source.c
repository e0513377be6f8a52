/* SPDX-License-Identifier: MIT */
#include "analyzer/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyzer/memory.h"

#define CHUNK_BYTES (256u << 10)
#define NS_PER_S 1000000000

/* The line that is being read. */
struct reader {
	struct source *source;
	const struct source_range *ranges;
	size_t count;	/* of ranges that are not yet behind */
	int line;	/* from 1 */
	size_t len;	/* of text */
	char text[SOURCE_LINE_BYTES];
};

static bool is_wanted(const struct reader *r)
{
	return r->count > 0 && r->line >= r->ranges->first;
}

static void take(struct reader *r, const char *bytes, size_t len)
{
	size_t room = sizeof(r->text) - r->len;

	if (len > room)
		len = room;
	if (len > 0)
		memcpy(r->text + r->len, bytes, len);
	r->len += len;
}

static void end_line(struct reader *r)
{
	struct source *s = r->source;

	if (is_wanted(r)) {
		if (r->len > 0 && r->text[r->len - 1] == '\r')
			r->len--;
		GROW(s->lines, s->capacity, s->count);
		s->lines[s->count++] = (struct source_line){
			r->line, xstrndup(r->text, r->len)
		};
		if (r->line >= r->ranges->last) {
			r->ranges++;
			r->count--;
		}
	}
	s->last_line = r->line++;
	r->len = 0;
}

static void read_chunk(struct reader *r, const char *bytes, size_t len)
{
	const char *end = bytes + len;

	while (bytes < end && r->count > 0) {
		const char *newline = memchr(bytes, '\n',
					     (size_t)(end - bytes));
		const char *stop = newline ? newline : end;

		if (is_wanted(r))
			take(r, bytes, (size_t)(stop - bytes));
		else
			r->len = 1; /* something is there */
		if (newline)
			end_line(r);
		bytes = stop + 1;
	}
}

static void read_file(struct reader *r, int fd)
{
	char *chunk = xcalloc(1, CHUNK_BYTES);
	struct source *source = r->source;
	uint64_t bytes = 0;

	while (r->count > 0 && bytes < SOURCE_BYTES_MAX) {
		ssize_t got = read(fd, chunk, CHUNK_BYTES);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			source->error = SOURCE_UNREADABLE;
			source->errnum = errno;
		}
		if (got <= 0)
			break;
		if (memchr(chunk, '\0', (size_t)got)) {
			source->error = SOURCE_NOT_TEXT;
			break;
		}
		bytes += (uint64_t)got;
		read_chunk(r, chunk, (size_t)got);
	}
	if (source->error == SOURCE_OK && r->count > 0 && r->len > 0)
		end_line(r); /* the last one has no newline */
	free(chunk);
}

static void set_error(struct source *source, enum source_error error, int errnum)
{
	source->error = error;
	source->errnum = errnum;
}

void source_read(struct source *source, const char *path,
		 const struct source_range *ranges, size_t count)
{
	struct reader reader = { .source = source, .ranges = ranges,
				 .count = count, .line = 1 };
	struct stat st;
	int fd;

	*source = (struct source){ 0 };
	if (stat(path, &st)) {
		set_error(source, SOURCE_UNREADABLE, errno);
		return;
	}
	if (!S_ISREG(st.st_mode)) {
		set_error(source, SOURCE_NOT_A_FILE, 0);
		return;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0) {
		set_error(source, SOURCE_UNREADABLE, errno);
		return;
	}
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		set_error(source, SOURCE_NOT_A_FILE, 0);
	} else {
		source->changed_ns = (int64_t)st.st_mtim.tv_sec * NS_PER_S +
				     st.st_mtim.tv_nsec;
		read_file(&reader, fd);
	}
	close(fd);
}

void source_release(struct source *source)
{
	for (size_t i = 0; i < source->count; i++)
		free(source->lines[i].text);
	free(source->lines);
	*source = (struct source){ 0 };
}

static int by_line(const void *key, const void *element)
{
	const struct source_line *line = element;
	int wanted = *(const int *)key;

	return wanted < line->line ? -1 : wanted > line->line;
}

const char *source_line(const struct source *source, int line)
{
	const struct source_line *found = NULL;

	if (source->count > 0)
		found = bsearch(&line, source->lines, source->count,
				sizeof(*source->lines), by_line);
	return found ? found->text : NULL;
}

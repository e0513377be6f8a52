/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/json_walk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "analyzer/memory.h"

#define READ_BYTES ((size_t)1 << 20) /* at a time */
#define BEGINNING_BYTES 64	     /* that may be blank before an object */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* NULL with errno, EINVAL if it is no file. */
static gzFile open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	gzFile file = NULL;
	struct stat st;

	if (fd < 0)
		return NULL;
	errno = EINVAL;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		file = gzdopen(fd, "r");
	if (!file)
		close(fd);
	return file;
}

bool json_walk_is_object(const char *path)
{
	gzFile file = open_file(path);
	char bytes[BEGINNING_BYTES];
	int got, i = 0;

	if (!file)
		return false;
	got = gzread(file, bytes, sizeof(bytes));
	gzclose(file);
	while (i < got && is_blank(bytes[i]))
		i++;
	return i < got && bytes[i] == '{';
}

void json_walk_fail(struct json_walk *walk, char *why)
{
	if (walk->why)
		free(why);
	else
		walk->why = why;
}

static void read_all(struct json_walk *walk, gzFile file)
{
	size_t capacity = 0;
	int got, error;

	do {
		if (walk->len + READ_BYTES > capacity) {
			capacity = capacity ? capacity * 2 : 2 * READ_BYTES;
			walk->text = xreallocarray(walk->text, capacity, 1);
		}
		got = gzread(file, walk->text + walk->len, READ_BYTES);
		walk->len += got > 0 ? (size_t)got : 0;
	} while (got > 0 && walk->len <= JSON_WALK_FILE_MAX);
	if (got < 0)
		json_walk_fail(walk, xasprintf("%s", gzerror(file, &error)));
	else if (walk->len > JSON_WALK_FILE_MAX)
		json_walk_fail(walk, xasprintf("larger than %zu MiB",
					       JSON_WALK_FILE_MAX >> 20));
}

void json_walk_open(struct json_walk *walk, const char *path)
{
	gzFile file = open_file(path);

	*walk = (struct json_walk){ 0 };
	if (!file) {
		json_walk_fail(walk, xasprintf("%s", strerror(errno)));
		return;
	}
	read_all(walk, file);
	gzclose(file);
}

void json_walk_release(struct json_walk *walk)
{
	free(walk->text);
	free(walk->why);
	*walk = (struct json_walk){ 0 };
}

/* Of the byte that is next, from 1. */
static size_t line_of(const struct json_walk *walk)
{
	size_t line = 1;

	for (size_t i = 0; i < walk->at; i++)
		line += walk->text[i] == '\n';
	return line;
}

static char peek(struct json_walk *walk)
{
	while (walk->at < walk->len && is_blank(walk->text[walk->at]))
		walk->at++;
	return walk->at < walk->len ? walk->text[walk->at] : '\0';
}

static bool take(struct json_walk *walk, char c)
{
	if (walk->why)
		return false;
	if (peek(walk) == c && walk->at < walk->len) {
		walk->at++;
		return true;
	}
	if (walk->at == walk->len)
		json_walk_fail(walk, xasprintf("line %zu: it ends where '%c' "
					       "should be; was it cut?",
					       line_of(walk), c));
	else
		json_walk_fail(walk, xasprintf("line %zu: not JSON: no '%c'",
					       line_of(walk), c));
	return false;
}

void json_walk_enter(struct json_walk *walk, char bracket)
{
	walk->entered = take(walk, bracket);
}

bool json_walk_next(struct json_walk *walk, char closing)
{
	bool first = walk->entered;

	walk->entered = false;
	if (walk->why)
		return false;
	if (peek(walk) == closing) {
		walk->at++;
		return false;
	}
	return first || take(walk, ',');
}

json_t *json_walk_value(struct json_walk *walk)
{
	size_t rest = walk->len - walk->at;
	json_error_t error;
	json_t *value;

	if (walk->why)
		return NULL;
	if (rest > JSON_WALK_VALUE_MAX)
		rest = JSON_WALK_VALUE_MAX;
	value = json_loadb(walk->text + walk->at, rest,
			   JSON_DISABLE_EOF_CHECK | JSON_DECODE_ANY |
				   JSON_REJECT_DUPLICATES, &error);
	if (value) {
		walk->at += (size_t)error.position;
		return value;
	}
	if (rest == JSON_WALK_VALUE_MAX &&
	    json_error_code(&error) == json_error_premature_end_of_input)
		json_walk_fail(walk, xasprintf("line %zu: a value of more than "
					       "%zu MiB", line_of(walk),
					       JSON_WALK_VALUE_MAX >> 20));
	else
		json_walk_fail(walk, xasprintf("line %zu: %s",
					       line_of(walk) +
					       (size_t)error.line - 1,
					       error.text));
	return NULL;
}

char *json_walk_key(struct json_walk *walk)
{
	json_t *value;
	char *key;

	if (!walk->why && peek(walk) != '"')
		take(walk, '"'); /* says so */
	value = json_walk_value(walk);
	if (!value)
		return NULL;
	key = xasprintf("%s", json_string_value(value));
	json_decref(value);
	if (take(walk, ':'))
		return key;
	free(key);
	return NULL;
}

void json_walk_end(struct json_walk *walk)
{
	if (!walk->why && peek(walk) && walk->at < walk->len)
		json_walk_fail(walk, xasprintf("line %zu: something follows "
					       "the end", line_of(walk)));
}

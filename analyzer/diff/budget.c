/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/budget.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyzer/memory.h"

static int fail(struct budget_error *error, size_t line, size_t place,
		const char *why)
{
	*error = (struct budget_error){ .line = line, .place = place };
	snprintf(error->why, sizeof(error->why), "%s", why);
	return -1;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Where the note begins: a '#' that nothing but a blank is before. */
static char *find_note(char *line)
{
	for (char *at = line; *at; at++)
		if (*at == '#' && (at == line || is_blank(at[-1])))
			return at;
	return NULL;
}

/* The note's words; fresh, NULL if there are none. */
static char *note_words(const char *note)
{
	size_t len;

	note += strspn(note, "# \t");
	len = strlen(note);
	while (len > 0 && is_blank(note[len - 1]))
		len--;
	return len ? xstrndup(note, len) : NULL;
}

/* `text`: the line, which is changed. */
static int add_line(struct budget *budget, char *text, size_t line,
		    struct budget_error *error)
{
	struct budget_limit limit = { .line = line };
	struct condition_error wrong;
	char *note = find_note(text);

	if (note)
		*note = '\0';
	if (text[strspn(text, " \t")] == '\0')
		return 0;
	if (budget->count == BUDGET_LIMITS_MAX)
		return fail(error, line, 0, "more conditions than 1,000");
	if (condition_parse(&limit.condition, text, &wrong) < 0)
		return fail(error, line, wrong.place, wrong.why);
	limit.note = note ? note_words(note + 1) : NULL;
	GROW(budget->limits, budget->capacity, budget->count);
	budget->limits[budget->count++] = limit;
	return 0;
}

static int add_bytes(struct budget *budget, const char *bytes, size_t len,
		     struct budget_error *error)
{
	const char *end = bytes + len;
	size_t line = 0;

	while (bytes < end) {
		const char *next = memchr(bytes, '\n', (size_t)(end - bytes));
		size_t width = (size_t)((next ? next : end) - bytes);
		char *text;
		int ret;

		line++;
		if (width > 0 && bytes[width - 1] == '\r')
			width--;
		text = xstrndup(bytes, width);
		if (strlen(text) < width)
			ret = fail(error, line, strlen(text) + 1,
				   "a zero byte: this is no text");
		else
			ret = add_line(budget, text, line, error);
		free(text);
		if (ret < 0)
			return ret;
		bytes = next ? next + 1 : end;
	}
	return 0;
}

int budget_parse(struct budget *budget, const char *bytes, size_t len,
		 struct budget_error *error)
{
	int ret = -1;

	*error = (struct budget_error){ 0 };
	if (len > BUDGET_BYTES_MAX)
		fail(error, 0, 0, "longer than a mebibyte");
	else if (add_bytes(budget, bytes, len, error) == 0)
		ret = budget->count ? 0 :
				      fail(error, 0, 0, "it has no condition");
	if (ret < 0)
		budget_release(budget);
	return ret;
}

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

int budget_read(struct budget *budget, const char *path,
		struct budget_error *error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), ret;
	char *bytes;
	ssize_t len;

	if (fd < 0)
		return fail(error, 0, 0, strerror(errno));
	bytes = xcalloc(BUDGET_BYTES_MAX + 1, 1);
	len = read_all(fd, bytes, BUDGET_BYTES_MAX + 1);
	if (len < 0)
		ret = fail(error, 0, 0, strerror(errno));
	else
		ret = budget_parse(budget, bytes, (size_t)len, error);
	close(fd);
	free(bytes);
	return ret;
}

void budget_release(struct budget *budget)
{
	for (size_t i = 0; i < budget->count; i++) {
		condition_release(&budget->limits[i].condition);
		free(budget->limits[i].note);
	}
	free(budget->limits);
	*budget = (struct budget){ 0 };
}

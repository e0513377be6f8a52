/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/budget.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"
#include "analyzer/text_file.h"

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
	struct text_file_lines lines;
	char *text;
	int ret = 0;

	text_file_begin(&lines, bytes, len);
	while (!ret && (text = text_file_next(&lines))) {
		if (lines.zero)
			ret = fail(error, lines.number, lines.zero,
				   TEXT_FILE_NO_TEXT);
		else
			ret = add_line(budget, text, lines.number, error);
		free(text);
	}
	return ret;
}

int budget_parse(struct budget *budget, const char *bytes, size_t len,
		 struct budget_error *error)
{
	int ret = -1;

	*error = (struct budget_error){ 0 };
	if (len > TEXT_FILE_BYTES_MAX)
		fail(error, 0, 0, TEXT_FILE_TOO_LONG);
	else if (add_bytes(budget, bytes, len, error) == 0)
		ret = budget->count ? 0 :
				      fail(error, 0, 0, "it has no condition");
	if (ret < 0)
		budget_release(budget);
	return ret;
}

int budget_read(struct budget *budget, const char *path,
		struct budget_error *error)
{
	const char *why;
	size_t len = 0;
	char *bytes = text_file_read(path, &len, &why);
	int ret;

	if (!bytes)
		return fail(error, 0, 0, why);
	ret = budget_parse(budget, bytes, len, error);
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

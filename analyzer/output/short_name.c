/* SPDX-License-Identifier: MIT */
#include "analyzer/output/short_name.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/function_name.h"
#include "analyzer/memory.h"

#define ELLIPSIS "\u2026" /* one column */

/* One code point of valid UTF-8; anything else is a byte by itself. */
static const char *next_point(const char *text, uint32_t *point)
{
	const unsigned char *t = (const unsigned char *)text;
	int more = t[0] >= 0xf0 ? 3 : t[0] >= 0xe0 ? 2 : t[0] >= 0xc0 ? 1 : 0;

	*point = more ? t[0] & (0x3fu >> more) : t[0];
	for (int i = 1; i <= more; i++) {
		if ((t[i] & 0xc0) != 0x80)
			return text + 1;
		*point = *point << 6 | (t[i] & 0x3fu);
	}
	return text + 1 + more;
}

/* Marks that combine take no column, East Asian and emoji take two. */
static size_t point_columns(uint32_t point)
{
	static const struct {
		uint32_t first, last;
		size_t columns;
	} ranges[] = {
		{ 0x300, 0x36f, 0 },	 { 0x1100, 0x115f, 2 },
		{ 0x200b, 0x200f, 0 },	 { 0x2e80, 0xa4cf, 2 },
		{ 0xac00, 0xd7a3, 2 },	 { 0xf900, 0xfaff, 2 },
		{ 0xfe00, 0xfe0f, 0 },	 { 0xfe30, 0xfe6f, 2 },
		{ 0xff00, 0xff60, 2 },	 { 0x1f300, 0x1faff, 2 },
		{ 0x20000, 0x3fffd, 2 },
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(*ranges) &&
			   point >= ranges[i].first; i++)
		if (point <= ranges[i].last)
			return ranges[i].columns;
	return 1;
}

size_t text_columns(const char *text)
{
	size_t columns = 0;
	uint32_t point;

	for (; *text; columns += point_columns(point)) {
		for (; *text && !(*text & 0x80); text++) /* ASCII */
			columns++;
		if (!*text)
			break;
		text = next_point(text, &point);
	}
	return columns;
}

size_t text_bytes_of(const char *text, size_t columns)
{
	const char *at = text;
	uint32_t point;

	while (*at) {
		const char *next = next_point(at, &point);
		size_t wide = point_columns(point);

		if (wide > columns)
			break;
		columns -= wide;
		at = next;
	}
	return (size_t)(at - text);
}

static char *copy(const char *text)
{
	return xstrndup(text, strlen(text));
}

char *short_text(const char *text, size_t columns)
{
	if (text_columns(text) <= columns)
		return copy(text);
	if (columns == 0)
		return copy("");
	return xasprintf("%.*s%s", (int)text_bytes_of(text, columns - 1), text,
			 ELLIPSIS);
}

char *short_end(const char *text, size_t columns)
{
	size_t excess = text_columns(text);
	uint32_t point;

	if (excess <= columns)
		return copy(text);
	if (columns == 0)
		return copy("");
	for (excess -= columns - 1; excess > 0;) {
		text = next_point(text, &point);
		excess -= point_columns(point) < excess ? point_columns(point) :
							  excess;
	}
	return xasprintf("%s%s", ELLIPSIS, text);
}

char *short_path(const char *path, size_t columns)
{
	size_t left = text_columns(path);
	const char *at = path;
	uint32_t point;

	if (left <= columns)
		return copy(path);
	while (*at) {
		if (*at == '/' && left + 1 <= columns)
			return xasprintf("%s%s", ELLIPSIS, at);
		at = next_point(at, &point);
		left -= point_columns(point);
	}
	at = strrchr(path, '/');
	return short_end(at && at[1] ? at + 1 : path, columns);
}

static char *without_parameters(const char *name)
{
	const char *open = function_name_parameters(name);
	const char *close = strrchr(name, ')');

	if (!open || close == open + 1)
		return copy(name);
	return xasprintf("%.*s(%s)%s", (int)(open - name), name, ELLIPSIS,
			 close + 1);
}

/* Outermost <...> emptied. */
static char *without_arguments(const char *name)
{
	char *result = xcalloc(strlen(name) * 2 + 8, 1);
	char *to = result;
	int depth = 0;

	for (const char *at = name; *at; at++) {
		bool angle = (*at == '<' || *at == '>') &&
			     !function_name_is_operator(name, at);

		if (angle && *at == '>' && depth > 0)
			depth--;
		if (depth == 0)
			*to++ = *at;
		if (angle && *at == '<' && depth++ == 0)
			to = stpcpy(to, ELLIPSIS);
	}
	*to = '\0';
	if (depth == 0)
		return result;
	free(result);
	return copy(name);
}

static char *without_return_type(const char *name)
{
	return copy(function_name_start(name));
}

/* libstdc++ has its newer strings and lists there; nobody else need know. */
static char *without_abi_tag(const char *name)
{
	static const char tag[] = "std::__cxx11::";
	char *result = copy(name), *to = result;
	const char *at;

	for (; (at = strstr(name, tag)) != NULL; name = at + sizeof(tag) - 1) {
		memcpy(to, name, (size_t)(at - name) + 5);
		to += at - name + 5;
	}
	strcpy(to, name);
	return result;
}

static char *template_plain(const char *name, size_t columns)
{
	static char *(*const steps[])(const char *) = {
		without_return_type, without_abi_tag, without_parameters,
		without_arguments,
	};
	char *plain = copy(name), *result;

	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps) &&
			   text_columns(plain) > columns; i++) {
		result = steps[i](plain);
		free(plain);
		plain = result;
	}
	return plain;
}

static char *short_plain(const char *name, size_t columns)
{
	char *plain = template_plain(name, columns);
	/* The end of module+0xoffset is what tells it from others. */
	bool end = strstr(plain, "::") || strstr(plain, "+0x");
	char *result = end ? short_end(plain, columns) :
			     short_text(plain, columns);

	free(plain);
	return result;
}

/* Where what was said behind a name begins: " (recursive)", " (\u00d73)". */
static size_t name_bytes(const char *name)
{
	const char *note = strrchr(name, '(');

	if (!note || note < name + 2 || note[-1] != ' ')
		return strlen(name);
	if (strcmp(note, SHORT_NAME_RECURSIVE) && strncmp(note, "(\u00d7", 3))
		return strlen(name);
	return (size_t)(note - 1 - name);
}

/* Shortens the name itself; a note that does not fit is left out. */
static char *with_note(const char *name, size_t columns,
		       char *(*shorten)(const char *, size_t))
{
	size_t bytes = name_bytes(name);
	const char *note = name + bytes;
	size_t taken = text_columns(note);
	char *bare = xstrndup(name, bytes), *cut, *result;

	if (taken >= columns) {
		note = "";
		taken = 0;
	}
	cut = shorten(bare, columns - taken);
	result = xasprintf("%s%s", cut, note);
	free(bare);
	free(cut);
	return result;
}

char *short_template(const char *name, size_t columns)
{
	return with_note(name, columns, template_plain);
}

char *short_function(const char *name, size_t columns)
{
	return with_note(name, columns, short_plain);
}

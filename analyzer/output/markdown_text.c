/* SPDX-License-Identifier: MIT */
#include "analyzer/output/markdown_text.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"
#include "analyzer/text.h"

static size_t longest_quote(const char *text)
{
	size_t longest = 0;

	while (*text) {
		size_t run = strspn(text, "`");

		if (run > longest)
			longest = run;
		text += run ? run : 1;
	}
	return longest;
}

/* Quotes at an end need a space before ours; readers take one away on each
 * side. */
static const char *padding(const char *text)
{
	size_t len = strlen(text);

	return len == 0 || *text == '`' || text[len - 1] == '`' ? " " : "";
}

char *markdown_code(const char *text)
{
	char *line = text_line(text);
	size_t quotes = longest_quote(line) + 1;
	const char *pad = padding(line);
	char *code = xcalloc(2 * strlen(line) + 2 * quotes + 3, 1);
	char *to = code;

	memset(to, '`', quotes);
	to = stpcpy(to + quotes, pad);
	for (const char *c = line; *c; c++) {
		if (*c == '|')
			*to++ = '\\';
		*to++ = *c;
	}
	to = stpcpy(to, pad);
	memset(to, '`', quotes);
	free(line);
	return code;
}

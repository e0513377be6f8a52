/* SPDX-License-Identifier: MIT */
#include "analyzer/output/source_text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"

#define TAB_COLUMNS 4 /* room is scarce */

/* Without tabs. */
static char *expand_tabs(const char *text)
{
	char *result = xcalloc(strlen(text) + 1, TAB_COLUMNS);
	size_t to = 0;

	for (; *text; text++) {
		if (*text != '\t')
			result[to++] = *text;
		else
			do
				result[to++] = ' ';
			while (to % TAB_COLUMNS);
	}
	return result;
}

static size_t indentation(const char *text)
{
	size_t columns = 0;

	for (; *text == ' ' || *text == '\t'; text++)
		columns += *text == ' ' ? 1 :
					  TAB_COLUMNS - columns % TAB_COLUMNS;
	return *text ? columns : SIZE_MAX; /* an empty line has none */
}

size_t source_text_indentation(const struct source *source)
{
	size_t common = SIZE_MAX;

	for (size_t i = 0; i < source->count; i++) {
		size_t columns = indentation(source->lines[i].text);

		common = columns < common ? columns : common;
	}
	return common == SIZE_MAX ? 0 : common;
}

char *source_text(const char *text, size_t indentation_columns)
{
	char *plain = expand_tabs(text);
	size_t len = strlen(plain);
	size_t from = indentation_columns < len ? indentation_columns : len;

	memmove(plain, plain + from, len - from + 1);
	return plain;
}

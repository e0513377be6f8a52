/* SPDX-License-Identifier: MIT */
#include "analyzer/output/folded_text.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/text.h"

/*
 * Readers take "leaf 12 345" for two values, as of a comparison: the last space
 * of a name that ends in a number becomes '_'.
 */
static void hide_number(char *name)
{
	char *last = strrchr(name, ' ');

	if (!last || !isdigit((unsigned char)last[1]))
		return;
	if (last[1 + strspn(last + 1, "0123456789.")] == '\0')
		*last = '_';
}

/* Most names are fine as they are; there may be millions. */
static bool is_plain(const char *name)
{
	const char *c = name;

	while (*c >= ' ' && *c <= '~' && *c != ';')
		c++;
	return *c == '\0' && c > name && !isdigit((unsigned char)c[-1]) &&
	       c[-1] != '.';
}

void folded_put_frame(FILE *file, const char *name)
{
	char *clean;

	if (is_plain(name)) {
		fputs(name, file);
		return;
	}
	clean = text_line(name);
	for (char *c = clean; *c; c++)
		if (*c == ';')
			*c = ':';
	hide_number(clean);
	fputs(*clean ? clean : "(no name)", file);
	free(clean);
}

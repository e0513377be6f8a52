/* SPDX-License-Identifier: MIT */
#include "analyzer/output/screen.h"
#include "analyzer/output/short_name.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"

/* What we draw, where only ASCII is welcome. An ellipsis is a wildcard then,
 * since it stands for what was left out. Names keep what they are made of. */
static const struct {
	const char *drawn, *ascii;
} plain[] = {
	{ "\u2026", "*" },  { "\u00b1", "+-" }, { "\u00d7", "x" },
	{ "\u2264", "<=" }, { "\u00b5", "u" },	{ "\u2502", "|" },
	{ "\u251c", "|" },  { "\u2514", "`" },	{ "\u2500", "-" },
};

/* A copy fit for the screen; text without such signs is long, and rare. */
static char *in_ascii(const char *text)
{
	char *result = xcalloc(strlen(text) + 1, 1), *to = result;

	while (*text) {
		size_t i = 0;

		for (; i < sizeof(plain) / sizeof(*plain); i++)
			if (strncmp(text, plain[i].drawn,
				    strlen(plain[i].drawn)) == 0)
				break;
		if (i < sizeof(plain) / sizeof(*plain)) {
			to = stpcpy(to, plain[i].ascii);
			text += strlen(plain[i].drawn);
		} else {
			*to++ = *text++;
		}
	}
	return result;
}

static void put(const struct output_run *run, enum ink ink, const char *text)
{
	static const char *const codes[] = {
		[INK_STRONG] = "1",
		[INK_FAINT] = "2",
		[INK_NOTICE] = "33",
		[INK_ALARM] = "31",
	};

	if (!run->colour || ink == INK_PLAIN || !*text)
		fputs(text, run->file);
	else
		fprintf(run->file, "\033[%sm%s\033[0m", codes[ink], text);
}

/* Padding before (sign > 0) or behind, to `columns`. */
static void put_padded(const struct output_run *run, enum ink ink,
		       const char *text, int columns)
{
	char *ascii = run->ascii ? in_ascii(text) : NULL;
	const char *shown = ascii ? ascii : text;
	int width = columns ? (int)text_columns(shown) : 0;

	if (columns > width)
		screen_spaces(run, (size_t)(columns - width));
	put(run, ink, shown);
	if (-columns > width)
		screen_spaces(run, (size_t)(-columns - width));
	free(ascii);
}

size_t screen_width(const struct output_run *run, const char *text)
{
	char *ascii = run->ascii ? in_ascii(text) : NULL;
	size_t columns = text_columns(ascii ? ascii : text);

	free(ascii);
	return columns;
}

void screen_put(const struct output_run *run, enum ink ink, const char *text)
{
	put_padded(run, ink, text, 0);
}

void screen_spaces(const struct output_run *run, size_t columns)
{
	fprintf(run->file, "%*s", (int)columns, "");
}

void screen_put_right(const struct output_run *run, enum ink ink,
		      const char *text, size_t columns)
{
	put_padded(run, ink, text, (int)columns);
}

void screen_put_left(const struct output_run *run, enum ink ink,
		     const char *text, size_t columns)
{
	put_padded(run, ink, text, -(int)columns);
}

/* May a line end before this byte? Not within 1,234 or file.c:12. */
static bool may_end_before(const char *text, size_t at)
{
	return strchr(" /<>()[]", text[at - 1]) ||
	       (strchr(",:", text[at - 1]) &&
		!isdigit((unsigned char)text[at]));
}

size_t screen_line_bytes(const char *text, size_t columns)
{
	size_t fits = text_bytes_of(text, columns);
	size_t at = fits, word = fits;

	if (text[fits] == '\0' || (text[fits] == ' ' && fits > 0))
		return fits;
	while (word > fits / 2 && text[word - 1] != ' ')
		word--;
	if (word > fits / 2)
		return word;
	while (at > 0 && !may_end_before(text, at))
		at--;
	return at > 0 ? at : fits > 0 ? fits : 1;
}

void screen_put_folded(const struct output_run *run, enum ink ink,
		       const char *text, size_t indent)
{
	char *ascii = run->ascii ? in_ascii(text) : NULL;
	const char *rest = ascii ? ascii : text;
	size_t margin = indent;

	while (*rest) {
		size_t bytes = screen_line_bytes(rest,
						 (size_t)run->columns - margin);
		char *line = xstrndup(rest, bytes);

		if (rest[bytes] && bytes > 1 && line[bytes - 1] == ' ')
			line[bytes - 1] = '\0';
		screen_spaces(run, margin);
		put(run, ink, line);
		fputs("\n", run->file);
		free(line);
		rest += bytes;
		rest += *rest == ' '; /* which the line's end stands for */
		margin = indent > 0 ? indent + 2 : 0;
	}
	free(ascii);
}

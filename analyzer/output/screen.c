/* SPDX-License-Identifier: MIT */
#include "analyzer/output/screen.h"
#include "analyzer/output/short_name.h"

void screen_put(const struct output_run *run, enum ink ink, const char *text)
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

void screen_spaces(const struct output_run *run, size_t columns)
{
	fprintf(run->file, "%*s", (int)columns, "");
}

static size_t missing_columns(const char *text, size_t columns)
{
	size_t width = text_columns(text);

	return width < columns ? columns - width : 0;
}

void screen_put_right(const struct output_run *run, enum ink ink,
		      const char *text, size_t columns)
{
	screen_spaces(run, missing_columns(text, columns));
	screen_put(run, ink, text);
}

void screen_put_left(const struct output_run *run, enum ink ink,
		     const char *text, size_t columns)
{
	screen_put(run, ink, text);
	screen_spaces(run, missing_columns(text, columns));
}

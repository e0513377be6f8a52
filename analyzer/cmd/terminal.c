/* SPDX-License-Identifier: MIT */
#include "analyzer/cmd/terminal.h"
#include "analyzer/size_text.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define COLUMNS_DEFAULT 80
#define COLUMNS_MIN 80 /* a row of figures is that wide */
#define COLUMNS_MAX 400

/* What COLUMNS says, else the terminal, else 80. */
static int screen_columns(FILE *file)
{
	const char *text = getenv("COLUMNS");
	struct winsize size;
	uint64_t columns = 0;

	if (text && number_text_parse(text, COLUMNS_MAX, &columns))
		columns = 0;
	if (columns == 0 && ioctl(fileno(file), TIOCGWINSZ, &size) == 0)
		columns = size.ws_col;
	if (columns == 0)
		columns = COLUMNS_DEFAULT;
	if (columns < COLUMNS_MIN)
		columns = COLUMNS_MIN;
	return columns < COLUMNS_MAX ? (int)columns : COLUMNS_MAX;
}

static bool wants_colour(FILE *file)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	return isatty(fileno(file)) && !(no_color && *no_color) &&
	       !(term && strcmp(term, "dumb") == 0);
}

void cmd_terminal(struct output_run *run, FILE *file)
{
	run->colour = wants_colour(file);
	run->columns = screen_columns(file);
	run->ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
}

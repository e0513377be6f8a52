/* SPDX-License-Identifier: MIT */
#include "analyzer/cmd/cmd.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyzer/memory.h"
#include "analyzer/own_files.h"
#include "analyzer/text.h"

/* Problems of the whole file have no place in it. */
static bool has_offset(int error)
{
	switch (error) {
	case DUMP_ERROR_OPEN:
	case DUMP_ERROR_NOT_A_FILE:
	case DUMP_ERROR_EMPTY:
	case DUMP_ERROR_FOREIGN:
	case DUMP_ERROR_VERSION:
		return false;
	default:
		return true;
	}
}

static const char *advice(const struct dump_problem *problem)
{
	const char *text = dump_error_advice(problem->error);

	if (text)
		return text;
	switch (problem->errnum) {
	case ENOENT:
	case ENOTDIR:
		return "check the name";
	case EACCES:
	case EPERM:
		return "check its permissions";
	default:
		return "try another copy";
	}
}

char *cmd_problem_text(const char *path, const struct dump_problem *problem)
{
	char *shown = text_line(path);
	char *place = has_offset(problem->error) ?
			      xasprintf("at byte %" PRIu64 ": ",
					problem->offset) :
			      xasprintf("%s", "");
	char *line = xasprintf("%s: %s%s%s%s; %s", shown, place,
			       dump_error_text(problem->error),
			       problem->errnum ? ": " : "",
			       problem->errnum ? strerror(problem->errnum) : "",
			       advice(problem));

	free(shown);
	free(place);
	return line;
}

int cmd_problem(const char *path, const struct dump_problem *problem)
{
	char *line = cmd_problem_text(path, problem);

	fprintf(stderr, "heapwise: %s\n", line);
	free(line);
	return CMD_EXIT_ERROR;
}

/* One line, whatever the user's own words in it hold. */
__attribute__((format(printf, 2, 0))) static void
print_line(const char *before, const char *format, va_list arguments,
	   const char *after)
{
	char *message, *line;

	if (vasprintf(&message, format, arguments) < 0)
		memory_exhausted();
	line = text_line(message);
	fprintf(stderr, "heapwise: %s%s%s\n", before, line, after);
	free(message);
	free(line);
}

int cmd_error(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print_line("", format, arguments, "");
	va_end(arguments);
	return CMD_EXIT_ERROR;
}

int cmd_usage_error(const char *name, const char *format, ...)
{
	char *before = xasprintf("%s: ", name);
	char *after = xasprintf("; see 'heapwise %s --help'", name);
	va_list arguments;

	va_start(arguments, format);
	print_line(before, format, arguments, after);
	va_end(arguments);
	free(before);
	free(after);
	return CMD_EXIT_ERROR;
}

int cmd_words_parse(struct cmd_words *words, int argc, char **argv)
{
	char *short_options = xasprintf(":%s", words->short_options);
	int option, status = 0;

	opterr = 0;
	optind = 0;
	while (!status) {
		int at = optind > 0 ? optind : 1;

		option = getopt_long(argc, argv, short_options, words->options,
				     NULL);
		if (option == -1)
			break;
		if (option == ':')
			status = cmd_usage_error(words->name,
						 "%s: needs a value",
						 argv[optind - 1]);
		else if (option == '?')
			status = cmd_usage_error(words->name,
						 "%s: not an option", argv[at]);
		else
			status = words->set(words->context, option, optarg);
	}
	free(short_options);
	words->rest = argv + optind;
	words->rest_count = (size_t)(argc - optind);
	return status;
}

char *cmd_collector(void)
{
	char *path = own_file(OWN_COLLECTOR);

	if (!path)
		cmd_error(OWN_COLLECTOR ": not found beside heapwise or in "
			  "../lib/heapwise; install it again");
	return path;
}

/* Since a write failed errno may have been used for other things; what did not
 * fit is still in the buffer, and fails again. */
int cmd_flush_file(FILE *file)
{
	if (fflush(file))
		return errno;
	return ferror(file) ? EIO : 0;
}

int cmd_flush(void)
{
	int error = cmd_flush_file(stdout);

	if (!error)
		return 0;
	return cmd_error("standard output: %s; is the disk full?",
			 strerror(error));
}

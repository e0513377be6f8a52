/* SPDX-License-Identifier: MIT */
/*
 * The table of subcommands (in main.c) and what they share. Only commands
 * print messages or decide an exit status. To add one: a file here with its
 * cmd_NAME(), a line in the table.
 */
#ifndef ANALYZER_CMD_CMD_H
#define ANALYZER_CMD_CMD_H

#include <stdio.h>

#include "analyzer/dump_reader.h"

#define CMD_EXIT_FINDINGS 1 /* asked-for findings; check: damaged */
#define CMD_EXIT_ERROR 2

struct cmd {
	const char *name;
	/* argv[0] is the subcommand's name; returns the exit status. */
	int (*run)(int argc, char **argv);
	const char *arguments; /* "[--json] FILE" */
	const char *summary;   /* one line */
	const char *help;      /* the options, a line each; or NULL */
};

struct option;

/*
 * The way through a command's words: getopt_long() with its messages made ours.
 * `set` takes one option; 0, or CMD_EXIT_ERROR after saying what is wrong.
 */
struct cmd_words {
	const char *name; /* of the command */
	const struct option *options;
	const char *short_options; /* as getopt's, or "" */
	int (*set)(void *context, int option, const char *value);
	void *context;
	char **rest; /* the words that are no options */
	size_t rest_count;
};

int cmd_words_parse(struct cmd_words *words, int argc, char **argv);

int cmd_record(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_export(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_advise(int argc, char **argv);
int cmd_simulate(int argc, char **argv);
int cmd_diff(int argc, char **argv);
int cmd_info(int argc, char **argv);
int cmd_check(int argc, char **argv);

/*
 * "heapwise: PATH: at byte N: WHAT; WHAT TO DO" on standard error, one line.
 * Returns CMD_EXIT_ERROR.
 */
int cmd_problem(const char *path, const struct dump_problem *problem);

/* The line itself, without "heapwise: "; the caller frees it. */
char *cmd_problem_text(const char *path, const struct dump_problem *problem);

/* "heapwise: MESSAGE", one line. Returns CMD_EXIT_ERROR. */
int cmd_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Wrong use of a command: the message, then where to find help. */
int cmd_usage_error(const char *name, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The path of heapwise-collect, for the caller to free; NULL after saying that
 * it is nowhere. */
char *cmd_collector(void);

/* After the last output: 0, or the errno of what could not be written. */
int cmd_flush_file(FILE *file);
/* Of standard output: 0, or says that it could not be written. */
int cmd_flush(void);

#endif

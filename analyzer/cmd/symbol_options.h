/* SPDX-License-Identifier: MIT */
/*
 * --debug-path and --sysroot, which every command takes that names addresses,
 * and what it says of the modules that could not be named: one line for each
 * kind of trouble, at most three, whatever the number of dumps.
 *
 *	struct symbol_options symbols;
 *	symbol_options_init(&symbols);
 *	... in the command's set(): symbol_options_set() takes its options
 *	... in its getopt_long() table: SYMBOL_OPTIONS
 *	report_options.search = symbol_options_search(&symbols);
 *	... report_new(), output
 *	symbol_options_note(&symbols, path, report->symbols);
 *	symbol_options_release(&symbols); says it all
 */
#ifndef ANALYZER_CMD_SYMBOL_OPTIONS_H
#define ANALYZER_CMD_SYMBOL_OPTIONS_H

#include "analyzer/progress.h"
#include "analyzer/symbolize.h"

enum { SYMBOL_OPTION_DEBUG_PATH = 1000, SYMBOL_OPTION_SYSROOT };

#define SYMBOL_OPTIONS \
	{ "debug-path", required_argument, NULL, SYMBOL_OPTION_DEBUG_PATH }, \
	{ "sysroot", required_argument, NULL, SYMBOL_OPTION_SYSROOT }

/* A module that a dump could not be named from. */
struct symbol_note {
	char *path;
	enum module_state state;
	size_t addresses;
};

struct symbol_options {
	struct debug_search search;
	size_t capacity;
	struct progress progress;
	char *dump; /* the first that had trouble */
	struct symbol_note_key *keys; /* private: finds a note */
	struct symbol_note *notes;
	size_t note_count, note_capacity;
};

void symbol_options_init(struct symbol_options *o);
bool symbol_options_has(int option);
/* For options that symbol_options_has(): 0, or CMD_EXIT_ERROR after saying what
 * is wrong. */
int symbol_options_set(struct symbol_options *o, const char *command,
		       int option, const char *value);
/* After the last option. It lives as long as `o`. */
const struct debug_search *symbol_options_search(struct symbol_options *o);
void symbol_options_note(struct symbol_options *o, const char *dump,
			 const struct symbolizer *symbols);
void symbol_options_release(struct symbol_options *o);

#endif

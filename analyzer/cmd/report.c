/* SPDX-License-Identifier: MIT */
/*
 * heapwise report: where a recorded program allocates. Prints each dump's
 * report to standard output; what is wrong with a dump goes to standard error,
 * one line. Exit status 0, or 2 if some dump could not be read.
 */
#include "analyzer/cmd/cmd.h"
#include "analyzer/cmd/damage.h"
#include "analyzer/cmd/symbol_options.h"
#include "analyzer/output/output.h"
#include "analyzer/progress.h"
#include "analyzer/size_text.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define COLUMNS_DEFAULT 80
#define COLUMNS_MIN 80 /* a row of figures is that wide */
#define COLUMNS_MAX 400

struct report_command {
	struct report_options options;
	struct symbol_options symbols;
	const struct output *output;
	size_t limit;
	bool limited;
	char **paths;
	size_t path_count;
};

enum { OPTION_SORT = 256, OPTION_BY, OPTION_LIMIT, OPTION_JSON };

static const struct option options[] = {
	{ "sort", required_argument, NULL, OPTION_SORT },
	{ "by", required_argument, NULL, OPTION_BY },
	{ "limit", required_argument, NULL, OPTION_LIMIT },
	{ "json", no_argument, NULL, OPTION_JSON },
	SYMBOL_OPTIONS,
	{ NULL, 0, NULL, 0 },
};

static int set_sort(struct report_command *c, const char *word)
{
	int sort = report_sort_named(word);

	if (sort < 0)
		return cmd_usage_error("report", "--sort=%s: not a key; use "
				       "allocations, bytes, peak, at-peak, "
				       "leaked, temporary, size or lifetime",
				       word);
	c->options.sort = (enum report_sort)sort;
	return 0;
}

static int set_by(struct report_command *c, const char *word)
{
	int by = report_by_named(word);

	if (by < 0)
		return cmd_usage_error("report", "--by=%s: not a view; use "
				       "site, function, module, thread or size",
				       word);
	c->options.by = (enum report_by)by;
	return 0;
}

static int set_limit(struct report_command *c, const char *word)
{
	uint64_t limit;

	if (number_text_parse(word, UINT32_MAX, &limit))
		return cmd_usage_error("report", "--limit=%s: not a number",
				       word);
	c->limit = limit > 0 ? (size_t)limit : SIZE_MAX;
	c->limited = true;
	return 0;
}

static int set_option(void *context, int option, const char *value)
{
	struct report_command *c = context;

	if (symbol_options_has(option))
		return symbol_options_set(&c->symbols, "report", option, value);
	switch (option) {
	case OPTION_SORT:
		return set_sort(c, value);
	case OPTION_BY:
		return set_by(c, value);
	case OPTION_LIMIT:
		return set_limit(c, value);
	default:
		c->output = &output_json;
		return 0;
	}
}

static int parse(struct report_command *c, int argc, char **argv)
{
	struct cmd_words words = {
		.name = "report",
		.options = options,
		.short_options = "",
		.set = set_option,
		.context = c,
	};

	if (cmd_words_parse(&words, argc, argv))
		return CMD_EXIT_ERROR;
	c->paths = words.rest;
	c->path_count = words.rest_count;
	if (c->path_count == 0)
		return cmd_usage_error("report", "no dump to report on");
	return 0;
}

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

static int report_one(struct report_command *c, struct output_run *run,
		      const char *path)
{
	struct recording *recording;
	struct dump_problem problem;
	struct report_options view = c->options;
	struct progress progress;
	struct report *report;

	if (recording_open(&recording, path, &problem) < 0)
		return cmd_problem(path, &problem);
	progress_init(&progress, stderr, path, "events");
	view.search = symbol_options_search(&c->symbols);
	view.progress = progress_update;
	view.progress_context = &progress;
	report = report_new(recording, path, &view);
	progress_release(&progress);
	c->output->report(run, report);
	cmd_tell_damage(path, recording);
	symbol_options_note(&c->symbols, path, report->symbols);
	report_free(report);
	recording_free(recording);
	return 0;
}

int cmd_report(int argc, char **argv)
{
	struct report_command c = { .output = &output_table };
	struct output_run run = { .file = stdout };
	int status;

	symbol_options_init(&c.symbols);
	status = parse(&c, argc, argv);
	if (status)
		return status;
	run.colour = wants_colour(stdout);
	run.columns = screen_columns(stdout);
	run.limit = c.limited ? c.limit : c.output->default_limit;
	run.reports = c.path_count;
	c.output->begin(&run);
	for (size_t i = 0; i < c.path_count; i++)
		if (report_one(&c, &run, c.paths[i]))
			status = CMD_EXIT_ERROR;
	c.output->end(&run);
	symbol_options_release(&c.symbols);
	if (fflush(stdout) || ferror(stdout))
		return cmd_error("standard output: %s; is the disk full?",
				 strerror(errno));
	return status;
}

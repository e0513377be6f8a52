/* SPDX-License-Identifier: MIT */
/*
 * heapwise export: a recording in the words of another program. Exit status 0,
 * or 2 if the dump could not be read or the file not be written.
 */
#include "analyzer/cmd/cmd.h"
#include "analyzer/cmd/damage.h"
#include "analyzer/cmd/symbol_options.h"
#include "analyzer/cmd/view_options.h"
#include "analyzer/memory.h"
#include "analyzer/output/advice.h"
#include "analyzer/output/output.h"
#include "analyzer/progress.h"
#include "include/ring_format.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct export_command {
	struct report_options options;
	struct symbol_options symbols;
	const struct output *output;
	bool signals;  /* what advise knows of sites, in place of stacks */
	bool narrowed; /* to a part of the run, or to some stacks */
	struct output_run run;
	const char *path;
	const char *to; /* NULL: standard output */
};

enum { OPTION_FORMAT = 256, OPTION_METRIC, OPTION_RAW, OPTION_LIFETIMES,
       OPTION_SIGNALS };

static const struct option options[] = {
	{ "format", required_argument, NULL, OPTION_FORMAT },
	{ "metric", required_argument, NULL, OPTION_METRIC },
	{ "raw", no_argument, NULL, OPTION_RAW },
	{ "lifetimes", no_argument, NULL, OPTION_LIFETIMES },
	{ "signals", no_argument, NULL, OPTION_SIGNALS },
	{ "output", required_argument, NULL, 'o' },
	VIEW_OPTIONS,
	SYMBOL_OPTIONS,
	{ NULL, 0, NULL, 0 },
};

static int set_format(struct export_command *c, const char *word)
{
	char names[200] = "";

	c->output = output_export_named(word);
	if (c->output)
		return 0;
	for (size_t i = 0; output_export(i); i++) {
		if (i > 0)
			strncat(names, output_export(i + 1) ? ", " : " or ",
				sizeof(names) - strlen(names) - 1);
		strncat(names, output_export(i)->name,
			sizeof(names) - strlen(names) - 1);
	}
	return cmd_usage_error("export", "--format=%s: not a format; use %s",
			       word, names);
}

static int set_metric(struct export_command *c, const char *word)
{
	int metric = report_metric_named(word);

	if (metric < 0)
		return cmd_usage_error("export", "--metric=%s: not a metric; "
				       "use allocations, bytes, peak, at-peak, "
				       "leaked or temporary", word);
	c->run.metric = (enum profile_figure)metric;
	c->run.metric_named = true;
	return 0;
}

static int set_option(void *context, int option, const char *value)
{
	struct export_command *c = context;
	const struct view_options view = { "export", &c->options };

	if (view_option_is(option)) {
		c->narrowed = true;
		return view_option_set(&view, option, value);
	}
	if (symbol_options_has(option))
		return symbol_options_set(&c->symbols, "export", option, value);
	switch (option) {
	case OPTION_FORMAT:
		return set_format(c, value);
	case OPTION_METRIC:
		return set_metric(c, value);
	case OPTION_RAW:
		c->run.raw = true;
		return 0;
	case OPTION_SIGNALS:
		c->signals = true;
		return 0;
	case OPTION_LIFETIMES:
		c->run.lifetimes = true;
		c->options.lifetimes = true;
		return 0;
	default:
		c->to = strcmp(value, "-") ? value : NULL;
		return 0;
	}
}

/* Options that the format does not look at would be asked for in vain. */
static int check_format(const struct export_command *c)
{
	if (!c->output)
		return cmd_usage_error("export", "no --format");
	if (c->run.metric_named && !c->output->one_metric)
		return cmd_usage_error("export", "--metric: %s has all of them",
				       c->output->name);
	if (c->run.raw && !c->output->has_raw)
		return cmd_usage_error("export", "--raw: not of %s",
				       c->output->name);
	if (c->run.lifetimes && !c->output->has_lifetimes)
		return cmd_usage_error("export", "--lifetimes: not of %s",
				       c->output->name);
	if (c->signals && c->output != output_export_named("csv") &&
	    c->output != output_export_named("json"))
		return cmd_usage_error("export", "--signals: of csv and json, "
				       "not of %s", c->output->name);
	if (c->signals && c->narrowed)
		return cmd_usage_error("export", "--signals are of the whole "
				       "run and all stacks");
	if (c->output->binary && !c->to && isatty(STDOUT_FILENO))
		return cmd_usage_error("export", "%s is not for a terminal; "
				       "name a file with -o", c->output->name);
	return 0;
}

/* Of a moment, rows are sorted by what was live then, as report has them, and a
 * format with one metric has that. */
static int check_at(struct export_command *c)
{
	if (!c->options.at)
		return 0;
	c->options.sort = REPORT_SORT_LEAKED;
	if (!c->output->one_metric)
		return 0;
	switch (c->run.metric) {
	case FIGURE_ALLOCATIONS:
		c->run.metric = FIGURE_LEAKED_BLOCKS;
		return 0;
	case FIGURE_BYTES_ALLOCATED:
	case FIGURE_AT_PEAK_BYTES:
	case FIGURE_LEAKED_BYTES:
		c->run.metric = FIGURE_LEAKED_BYTES;
		return 0;
	default:
		return cmd_usage_error("export", "--at is of live blocks: "
				       "--metric is bytes or allocations");
	}
}

static int parse(struct export_command *c, int argc, char **argv)
{
	struct cmd_words words = {
		.name = "export",
		.options = options,
		.short_options = "o:",
		.set = set_option,
		.context = c,
	};
	const struct view_options view = { "export", &c->options };

	if (cmd_words_parse(&words, argc, argv) || check_format(c) ||
	    view_options_check(&view) || check_at(c))
		return CMD_EXIT_ERROR;
	if (words.rest_count != 1)
		return cmd_usage_error("export", words.rest_count ?
				       "more than one dump" : "no dump named");
	c->path = words.rest[0];
	return 0;
}

static void write_report(struct export_command *c, struct recording *recording)
{
	struct progress progress;
	struct report *report;

	progress_init(&progress, stderr, c->path, "events");
	c->options.search = symbol_options_search(&c->symbols);
	c->options.progress = progress_update;
	c->options.progress_context = &progress;
	c->options.ages = c->output->needs_ages;
	report = report_new(recording, c->path, &c->options);
	progress_release(&progress);
	c->output->begin(&c->run);
	output_report(c->output, &c->run, report);
	c->output->end(&c->run);
	symbol_options_note(&c->symbols, c->path, report->symbols);
	report_free(report);
}

/* As advise sees the recording. */
static void write_signals(struct export_command *c, struct recording *recording)
{
	struct progress progress;
	const struct census_progress update = { progress_update, &progress };
	struct advice_options advice_options = {
		.search = symbol_options_search(&c->symbols),
		.progress = &update,
	};
	struct advice *advice;

	thresholds_init(&advice_options.thresholds);
	progress_init(&progress, stderr, c->path, "events");
	advice = advice_new(recording, c->path, &advice_options);
	progress_release(&progress);
	if (c->output == output_export_named("csv"))
		advice_csv_print(&c->run, advice);
	else
		advice_json_print(&c->run, &(struct advice_view){
				advice, SIZE_MAX, true });
	symbol_options_note(&c->symbols, c->path, advice->symbols);
	advice_free(advice);
}

static int close_output(const struct export_command *c)
{
	int error;

	if (!c->to)
		return cmd_flush();
	error = cmd_flush_file(c->run.file);
	if (fclose(c->run.file) && !error)
		error = errno;
	if (error)
		return cmd_error("%s: %s; the file is not complete", c->to,
				 strerror(error));
	return 0;
}

/* The file would be cut before it was read. */
static bool is_to(const struct export_command *c, const char *path)
{
	struct stat from, to;

	return stat(path, &from) == 0 && stat(c->to, &to) == 0 &&
	       from.st_dev == to.st_dev && from.st_ino == to.st_ino;
}

static int check_not_input(const struct export_command *c)
{
	char *ring = xasprintf("%s" RING_SUFFIX, c->path);
	bool same = is_to(c, c->path) || is_to(c, ring);

	free(ring);
	if (!same)
		return 0;
	return cmd_error("%s: is what is to be exported, and would be lost; "
			 "name another file with -o", c->to);
}

static int export_dump(struct export_command *c)
{
	struct dump_problem problem;
	struct recording *recording;
	int status;

	if (c->to && check_not_input(c))
		return CMD_EXIT_ERROR;
	if (recording_open(&recording, c->path, &problem) < 0)
		return cmd_problem(c->path, &problem);
	if (c->to)
		c->run.file = fopen(c->to, "we");
	if (!c->run.file) {
		recording_free(recording);
		return cmd_error("%s: %s", c->to, strerror(errno));
	}
	if (c->signals)
		write_signals(c, recording);
	else
		write_report(c, recording);
	status = close_output(c);
	cmd_tell_damage(c->path, recording);
	recording_free(recording);
	return status;
}

int cmd_export(int argc, char **argv)
{
	struct export_command c = {
		.run = { .file = stdout, .limit = SIZE_MAX, .reports = 1,
			 .metric = FIGURE_BYTES_ALLOCATED },
	};
	int status;

	symbol_options_init(&c.symbols);
	status = parse(&c, argc, argv);
	if (!status)
		status = export_dump(&c);
	view_options_release(&c.options);
	symbol_options_release(&c.symbols);
	return status;
}

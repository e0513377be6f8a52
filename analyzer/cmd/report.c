/* SPDX-License-Identifier: MIT */
/*
 * heapwise report: where a recorded program allocates. Prints each dump's
 * report to standard output; what is wrong with a dump goes to standard error,
 * one line. Exit status 0, or 2 if some dump could not be read.
 */
#include "analyzer/cmd/cmd.h"
#include "analyzer/cmd/damage.h"
#include "analyzer/cmd/symbol_options.h"
#include "analyzer/cmd/terminal.h"
#include "analyzer/cmd/view_options.h"
#include "analyzer/output/output.h"
#include "analyzer/progress.h"
#include "analyzer/size_text.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#define MIN_SHARE_DEFAULT 0.01

struct report_command {
	struct report_options options;
	struct symbol_options symbols;
	const struct output *output;
	size_t limit;
	bool limited, sorted, shared;
	char **paths;
	size_t path_count;
};

enum {
	OPTION_SORT = 256,
	OPTION_BY,
	OPTION_LIMIT,
	OPTION_JSON,
	OPTION_FRAMES,
	OPTION_ALL_FRAMES,
	OPTION_FULL_NAMES,
	OPTION_TREE,
	OPTION_MIN_SHARE,
	OPTION_SIZES,
	OPTION_LIFETIMES,
	OPTION_TIMELINE,
};

static const struct option options[] = {
	{ "sort", required_argument, NULL, OPTION_SORT },
	{ "by", required_argument, NULL, OPTION_BY },
	{ "limit", required_argument, NULL, OPTION_LIMIT },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "frames", required_argument, NULL, OPTION_FRAMES },
	{ "all-frames", no_argument, NULL, OPTION_ALL_FRAMES },
	{ "full-names", no_argument, NULL, OPTION_FULL_NAMES },
	{ "tree", optional_argument, NULL, OPTION_TREE },
	{ "min-share", required_argument, NULL, OPTION_MIN_SHARE },
	VIEW_OPTIONS,
	{ "sizes", no_argument, NULL, OPTION_SIZES },
	{ "lifetimes", no_argument, NULL, OPTION_LIFETIMES },
	{ "timeline", no_argument, NULL, OPTION_TIMELINE },
	SYMBOL_OPTIONS,
	{ NULL, 0, NULL, 0 },
};

static int set_sort(struct report_command *c, const char *word)
{
	int sort = report_sort_named(word);

	if (sort < 0)
		return cmd_usage_error("report", "--sort=%s: not a key; use "
				       "allocations, bytes, peak, at-peak, "
				       "leaked, blocks, temporary, size or "
				       "lifetime", word);
	c->options.sort = (enum report_sort)sort;
	c->sorted = true;
	return 0;
}

static int set_by(struct report_command *c, const char *word)
{
	int by = report_by_named(word);

	if (by < 0)
		return cmd_usage_error("report", "--by=%s: not a view; use "
				       "site, function, file, line, module, "
				       "thread or size", word);
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

static int set_frames(struct report_command *c, const char *word)
{
	uint64_t frames;

	if (number_text_parse(word, UINT32_MAX, &frames))
		return cmd_usage_error("report", "--frames=%s: not a number",
				       word);
	c->options.frames = frames > 0 ? (size_t)frames : SIZE_MAX;
	return 0;
}

static int set_tree(struct report_command *c, const char *word)
{
	if (!word || strcmp(word, "up") == 0)
		c->options.tree = REPORT_TREE_UP;
	else if (strcmp(word, "down") == 0)
		c->options.tree = REPORT_TREE_DOWN;
	else
		return cmd_usage_error("report", "--tree=%s: not a direction; "
				       "use up or down", word);
	return 0;
}

static int set_min_share(struct report_command *c, const char *word)
{
	char *end;
	double percent = strtod(word, &end);

	if (end == word || (*end && strcmp(end, "%") != 0) ||
	    !(percent >= 0 && percent <= 100))
		return cmd_usage_error("report", "--min-share=%s: not a "
				       "percentage", word);
	c->options.min_share = percent / 100;
	c->shared = true;
	return 0;
}

static int set_option(void *context, int option, const char *value)
{
	struct report_command *c = context;
	const struct view_options view = { "report", &c->options };

	if (view_option_is(option))
		return view_option_set(&view, option, value);
	if (symbol_options_has(option))
		return symbol_options_set(&c->symbols, "report", option, value);
	switch (option) {
	case OPTION_SORT:
		return set_sort(c, value);
	case OPTION_BY:
		return set_by(c, value);
	case OPTION_LIMIT:
		return set_limit(c, value);
	case OPTION_FRAMES:
		return set_frames(c, value);
	case OPTION_ALL_FRAMES:
		c->options.all_frames = true;
		return 0;
	case OPTION_FULL_NAMES:
		c->options.full_names = true;
		return 0;
	case OPTION_TREE:
		return set_tree(c, value);
	case OPTION_MIN_SHARE:
		return set_min_share(c, value);
	case OPTION_SIZES:
		c->options.charts |= CHART_SIZES;
		return 0;
	case OPTION_LIFETIMES:
		c->options.charts |= CHART_LIFETIMES;
		return 0;
	case OPTION_TIMELINE:
		c->options.charts |= CHART_TIMELINE;
		return 0;
	default:
		c->output = &output_json;
		return 0;
	}
}

/* Of a moment, rows are sorted by what was live then. */
static int check_at(struct report_command *c)
{
	enum report_sort *sort = &c->options.sort;

	if (!c->options.at)
		return 0;
	if (!c->sorted)
		*sort = REPORT_SORT_LEAKED;
	switch (*sort) {
	case REPORT_SORT_ALLOCATIONS:
	case REPORT_SORT_BLOCKS:
		*sort = REPORT_SORT_BLOCKS;
		return 0;
	case REPORT_SORT_BYTES:
	case REPORT_SORT_LEAKED:
	case REPORT_SORT_AT_PEAK:
		*sort = REPORT_SORT_LEAKED;
		return 0;
	default:
		return cmd_usage_error("report", "--at goes with --sort=bytes "
				       "or --sort=blocks, of live blocks");
	}
}

static int check_tree(struct report_command *c)
{
	struct report_options *o = &c->options;

	if (!o->tree)
		return c->shared ? cmd_usage_error("report", "--min-share is "
						   "for --tree") :
				   0;
	if (report_sort_figure(o->sort) < 0)
		return cmd_usage_error("report", "--sort=%s does not add up "
				       "over a tree; use allocations, bytes, "
				       "at-peak, leaked, blocks or temporary",
				       report_sort_name(o->sort));
	if (o->by != REPORT_BY_SITE && o->by != REPORT_BY_FUNCTION)
		return cmd_usage_error("report", "--tree is of functions: "
				       "leave out --by=%s",
				       report_by_name(o->by));
	if (c->limited || o->frames)
		return cmd_usage_error("report", "--%s: use --min-share with "
				       "--tree", c->limited ? "limit" :
							      "frames");
	o->by = REPORT_BY_SITE;
	if (!c->shared)
		o->min_share = MIN_SHARE_DEFAULT;
	if (c->output == &output_table)
		c->output = &output_tree;
	return 0;
}

/* A report is drawn as charts, as a tree or as rows; JSON has all. */
static int check_charts(const struct report_command *c)
{
	const struct report_options *o = &c->options;

	if (!o->charts)
		return 0;
	if (o->at == REPORT_AT_PEAK)
		return cmd_usage_error("report", "--at=peak is a moment, and "
				       "charts are of a time: leave out one");
	if (c->output == &output_json)
		return 0;
	if (o->tree)
		return cmd_usage_error("report", "--tree and charts: ask for "
				       "one at a time");
	if (o->by != REPORT_BY_SITE)
		return cmd_usage_error("report", "--by=%s: charts are in place "
				       "of rows; leave out one",
				       report_by_name(o->by));
	return 0;
}

static int check(struct report_command *c)
{
	const struct view_options view = { "report", &c->options };

	if (view_options_check(&view) || check_charts(c) || check_at(c) ||
	    check_tree(c))
		return CMD_EXIT_ERROR;
	if (c->options.frames && c->options.by != REPORT_BY_SITE)
		return cmd_usage_error("report", "--frames is for --by=site");
	if (c->path_count == 0)
		return cmd_usage_error("report", "no dump to report on");
	return 0;
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
	return check(c);
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
	output_report(c->output, run, report);
	cmd_tell_damage(path, recording);
	symbol_options_note(&c->symbols, path, report->symbols);
	report_free(report);
	recording_free(recording);
	return 0;
}

static int report_all(struct report_command *c)
{
	struct output_run run = { .file = stdout };
	int status = 0;

	cmd_terminal(&run, stdout);
	run.limit = c->limited ? c->limit : c->output->default_limit;
	if (c->options.tree)
		run.limit = 0; /* nodes in place of rows */
	run.reports = c->path_count;
	c->output->begin(&run);
	for (size_t i = 0; i < c->path_count; i++)
		if (report_one(c, &run, c->paths[i]))
			status = CMD_EXIT_ERROR;
	c->output->end(&run);
	return cmd_flush() ? CMD_EXIT_ERROR : status;
}

int cmd_report(int argc, char **argv)
{
	struct report_command c = { .output = &output_table };
	int status;

	symbol_options_init(&c.symbols);
	status = parse(&c, argc, argv);
	if (!status)
		status = report_all(&c);
	view_options_release(&c.options);
	symbol_options_release(&c.symbols);
	return status;
}

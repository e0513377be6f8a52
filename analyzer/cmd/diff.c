/* SPDX-License-Identifier: MIT */
/*
 * heapwise diff: what changed between two runs of a program, or between several
 * and several. Exit status 0; 1 if a condition holds that was asked for; 2 if
 * there is nothing to compare: a dump cannot be read, or is of another program.
 */
#include "analyzer/cmd/cmd.h"
#include "analyzer/cmd/damage.h"
#include "analyzer/cmd/diff_gate.h"
#include "analyzer/cmd/symbol_options.h"
#include "analyzer/cmd/terminal.h"
#include "analyzer/cmd/view_options.h"
#include "analyzer/diff/frame_key.h"
#include "analyzer/memory.h"
#include "analyzer/output/diff.h"
#include "analyzer/progress.h"
#include "analyzer/size_text.h"

#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct diff_command {
	struct report_options options;
	struct symbol_options symbols;
	struct comparison_options comparison;
	struct diff_view view;
	struct diff_gate gate;
	const struct diff_output *output;
	size_t limit;
	bool limited;
	bool force; /* compare what is not the same program */
	char **paths[COMPARISON_SIDES];
	size_t path_counts[COMPARISON_SIDES];
	char *program; /* of the first recording */
	char *program_path;
};

enum {
	OPTION_METRIC = 256,
	OPTION_SORT,
	OPTION_BY,
	OPTION_LIMIT,
	OPTION_NORMALIZE,
	OPTION_FLOOR,
	OPTION_FORMAT,
	OPTION_JSON,
	OPTION_FRAMES,
	OPTION_ALL_FRAMES,
	OPTION_FULL_NAMES,
	OPTION_FORCE,
	OPTION_FAIL_ON,
	OPTION_BUDGET,
};

static const struct option options[] = {
	{ "metric", required_argument, NULL, OPTION_METRIC },
	{ "sort", required_argument, NULL, OPTION_SORT },
	{ "by", required_argument, NULL, OPTION_BY },
	{ "limit", required_argument, NULL, OPTION_LIMIT },
	{ "normalize", required_argument, NULL, OPTION_NORMALIZE },
	{ "floor", required_argument, NULL, OPTION_FLOOR },
	{ "format", required_argument, NULL, OPTION_FORMAT },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "frames", required_argument, NULL, OPTION_FRAMES },
	{ "all-frames", no_argument, NULL, OPTION_ALL_FRAMES },
	{ "full-names", no_argument, NULL, OPTION_FULL_NAMES },
	{ "force", no_argument, NULL, OPTION_FORCE },
	{ "fail-on", required_argument, NULL, OPTION_FAIL_ON },
	{ "budget", required_argument, NULL, OPTION_BUDGET },
	VIEW_OPTIONS,
	SYMBOL_OPTIONS,
	{ NULL, 0, NULL, 0 },
};

/* A word, or several with commas. */
static int set_metric(struct diff_command *c, const char *words)
{
	char *copy = xstrndup(words, strlen(words)), *rest = copy, *word;
	int status = 0;

	while (!status && (word = strsep(&rest, ","))) {
		int metric = comparison_metric_named(word);

		if (metric < 0)
			status = cmd_usage_error(
				"diff", "--metric=%s: not a metric; use calls, "
				"bytes, peak, leaked, temporary, leaked-blocks "
				"or at-peak", word);
		else
			c->comparison.metrics |= METRIC_BIT(metric);
	}
	free(copy);
	return status;
}

static int set_sort(struct diff_command *c, const char *word)
{
	int sort = comparison_sort_named(word);

	if (sort < 0)
		return cmd_usage_error("diff", "--sort=%s: not a key; use "
				       "change, delta, relative, old or new",
				       word);
	c->comparison.sort = (enum comparison_sort)sort;
	return 0;
}

static int set_by(struct diff_command *c, const char *word)
{
	int by = report_by_named(word);

	if (by < 0)
		return cmd_usage_error("diff", "--by=%s: not a view; use site, "
				       "function, file, line, module, thread "
				       "or size", word);
	c->options.by = (enum report_by)by;
	return 0;
}

static int set_count(const char *name, const char *word, size_t *count)
{
	uint64_t number;

	if (number_text_parse(word, UINT32_MAX, &number))
		return cmd_usage_error("diff", "--%s=%s: not a number", name,
				       word);
	*count = number > 0 ? (size_t)number : SIZE_MAX;
	return 0;
}

/* A positive decimal number; NAN if it is none. */
static double parse_factor(const char *word)
{
	char *end;
	double number;

	if (!*word || !strchr("0123456789.", *word) || word[1] == 'x')
		return NAN;
	number = strtod(word, &end);
	return *end == '\0' && isfinite(number) && number > 0 ? number : NAN;
}

static int set_normalize(struct diff_command *c, const char *word)
{
	struct comparison_options *o = &c->comparison;

	if (strcmp(word, "runtime") == 0)
		o->scaling = COMPARISON_BY_RUNTIME;
	else if (strcmp(word, "allocations") == 0 || strcmp(word, "calls") == 0)
		o->scaling = COMPARISON_BY_ALLOCATIONS;
	else if (!isnan(parse_factor(word)))
		o->scaling = COMPARISON_BY_VALUE;
	else
		return cmd_usage_error("diff", "--normalize=%s: use runtime, "
				       "allocations or a factor for the new "
				       "side, as 0.5", word);
	o->scale = parse_factor(word);
	return 0;
}

static int set_floor(struct diff_command *c, const char *word)
{
	char *end;
	double percent = strtod(word, &end);

	if (end == word || (*end && strcmp(end, "%") != 0) ||
	    !(percent >= 0 && percent <= 100))
		return cmd_usage_error("diff", "--floor=%s: not a percentage",
				       word);
	c->comparison.floor_share = percent / 100;
	return 0;
}

static int set_format(struct diff_command *c, const char *word)
{
	char *names = xasprintf("%s", "");
	int status = 0;

	c->output = diff_output_named(word);
	for (size_t i = 0; !c->output && diff_output_at(i); i++) {
		char *longer = xasprintf("%s%s%s", names,
					 i == 0		       ? "" :
					 diff_output_at(i + 1) ? ", " :
								 " or ",
					 diff_output_at(i)->name);

		free(names);
		names = longer;
	}
	if (!c->output)
		status = cmd_usage_error("diff", "--format=%s: not a format; "
					 "use %s", word, names);
	free(names);
	return status;
}

static int set_shown(struct diff_command *c, int option, const char *value)
{
	switch (option) {
	case OPTION_LIMIT:
		c->limited = true;
		return set_count("limit", value, &c->limit);
	case OPTION_FRAMES:
		return set_count("frames", value, &c->view.frames);
	case OPTION_ALL_FRAMES:
		c->options.all_frames = true;
		return 0;
	case OPTION_FULL_NAMES:
		c->options.full_names = true;
		return 0;
	case OPTION_FORMAT:
		return set_format(c, value);
	default:
		c->output = &diff_output_json;
		return 0;
	}
}

static int set_option(void *context, int option, const char *value)
{
	struct diff_command *c = context;
	const struct view_options view = { "diff", &c->options };

	if (view_option_is(option))
		return view_option_set(&view, option, value);
	if (symbol_options_has(option))
		return symbol_options_set(&c->symbols, "diff", option, value);
	switch (option) {
	case OPTION_METRIC:
		return set_metric(c, value);
	case OPTION_SORT:
		return set_sort(c, value);
	case OPTION_BY:
		return set_by(c, value);
	case OPTION_NORMALIZE:
		return set_normalize(c, value);
	case OPTION_FLOOR:
		return set_floor(c, value);
	case OPTION_FAIL_ON:
		return diff_gate_add_condition(&c->gate, value);
	case OPTION_BUDGET:
		return diff_gate_add_budget(&c->gate, value);
	case OPTION_FORCE:
		c->force = true;
		return 0;
	default:
		return set_shown(c, option, value);
	}
}

/* Of a moment, what was live then is all there is to compare. */
static int check_at(struct diff_command *c)
{
	const unsigned int live =
		METRIC_BIT(METRIC_LEAKED) | METRIC_BIT(METRIC_LEAKED_BLOCKS);
	unsigned int *metrics = &c->comparison.metrics;

	if (!c->options.at)
		return 0;
	if (!*metrics)
		*metrics = live;
	if (*metrics & METRIC_BIT(METRIC_CALLS))
		*metrics ^= METRIC_BIT(METRIC_CALLS) |
			    METRIC_BIT(METRIC_LEAKED_BLOCKS);
	if (*metrics & METRIC_BIT(METRIC_BYTES))
		*metrics ^= METRIC_BIT(METRIC_BYTES) |
			    METRIC_BIT(METRIC_LEAKED);
	if (*metrics & ~live)
		return cmd_usage_error("diff", "--at is of live blocks: "
				       "--metric is bytes or calls");
	return 0;
}

static int check(struct diff_command *c)
{
	const struct view_options view = { "diff", &c->options };

	if (view_options_check(&view) || check_at(c))
		return CMD_EXIT_ERROR;
	if (c->view.frames && c->options.by != REPORT_BY_SITE)
		return cmd_usage_error("diff", "--frames is for --by=site");
	if (c->output->binary && isatty(STDOUT_FILENO))
		return cmd_usage_error("diff", "%s is not for a terminal; put "
				       ">FILE behind it", c->output->name);
	if (!c->path_counts[COMPARISON_OLD] || !c->path_counts[COMPARISON_NEW])
		return cmd_usage_error("diff", "two dumps are needed, or "
				       "several before and after a --");
	return 0;
}

/* The words on both sides of "--"; without it, or with nothing before it, the
 * first is old and the second new. */
static int take_paths(struct diff_command *c, char **rest, size_t rest_count,
		      size_t before)
{
	if (before == 0 || before == rest_count) {
		if (rest_count != 2)
			return cmd_usage_error(
				"diff", rest_count > 2 ?
				"more than two dumps: put a -- between old and "
				"new ones" : "two dumps are needed");
		before = 1;
	}
	c->paths[COMPARISON_OLD] = rest;
	c->path_counts[COMPARISON_OLD] = before;
	c->paths[COMPARISON_NEW] = rest + before;
	c->path_counts[COMPARISON_NEW] = rest_count - before;
	return 0;
}

/* How many words follow "--"; getopt_long() moves words, so ask before. */
static size_t words_behind(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--") == 0)
			return (size_t)(argc - i - 1);
	return 0;
}

static int parse(struct diff_command *c, int argc, char **argv)
{
	struct cmd_words words = {
		.name = "diff",
		.options = options,
		.short_options = "",
		.set = set_option,
		.context = c,
	};
	size_t behind = words_behind(argc, argv);

	if (cmd_words_parse(&words, argc, argv))
		return CMD_EXIT_ERROR;
	if (behind > words.rest_count)
		behind = 0;
	if (take_paths(c, words.rest, words.rest_count,
		       words.rest_count - behind))
		return CMD_EXIT_ERROR;
	return check(c);
}

/* What a program is called, whatever its version and place. */
static char *program_name(const struct recording *recording)
{
	const char *path = recording->model.meta.program;

	return *path ? frame_key_module(path) : NULL;
}

static int check_program(struct diff_command *c, const char *path,
			 const struct recording *recording)
{
	char *name = program_name(recording);
	int status = 0;

	if (!c->program) {
		c->program = name;
		free(c->program_path); /* of one that does not say */
		c->program_path = xasprintf("%s", path);
		return 0;
	}
	if (name && !c->force && strcmp(name, c->program) != 0)
		status = cmd_error("%s is of %s, %s of %s: not the same "
				   "program; --force compares them",
				   c->program_path, c->program, path, name);
	free(name);
	return status;
}

/* One dump at a time is open: its snapshot stays. */
static int take_dump(struct diff_command *c, struct comparison *comparison,
		     enum comparison_side side, const char *path)
{
	struct report_options view = c->options;
	struct recording *recording;
	struct dump_problem problem;
	struct progress progress;
	struct report *report;

	if (recording_open(&recording, path, &problem) < 0)
		return cmd_problem(path, &problem);
	if (check_program(c, path, recording)) {
		recording_free(recording);
		return CMD_EXIT_ERROR;
	}
	progress_init(&progress, stderr, path, "events");
	view.search = symbol_options_search(&c->symbols);
	view.progress = progress_update;
	view.progress_context = &progress;
	report = report_new(recording, path, &view);
	progress_release(&progress);
	comparison_add(comparison, side,
		       snapshot_new(report, &comparison->pool));
	cmd_tell_damage(path, recording);
	symbol_options_note(&c->symbols, path, report->symbols);
	report_free(report);
	recording_free(recording);
	return 0;
}

static int take_dumps(struct diff_command *c, struct comparison *comparison)
{
	for (int side = 0; side < COMPARISON_SIDES; side++)
		for (size_t i = 0; i < c->path_counts[side]; i++)
			if (take_dump(c, comparison,
				      (enum comparison_side)side,
				      c->paths[side][i]))
				return CMD_EXIT_ERROR;
	return 0;
}

static int show(struct diff_command *c, const struct comparison *comparison)
{
	struct output_run run = { .file = stdout, .reports = 1 };

	cmd_terminal(&run, stdout);
	run.limit = c->limited ? c->limit : c->output->default_limit;
	c->view.comparison = comparison;
	c->view.failed = c->gate.failed;
	c->view.failed_count = c->gate.failed_count;
	c->view.all_frames = c->options.all_frames;
	c->view.full_names = c->options.full_names;
	c->output->print(&run, &c->view);
	if (cmd_flush())
		return CMD_EXIT_ERROR;
	return c->gate.failed_count > 0 ? CMD_EXIT_FINDINGS : 0;
}

static int compare(struct diff_command *c)
{
	struct comparison comparison;
	int status;

	c->comparison.judged = diff_gate_metrics(&c->gate);
	comparison_init(&comparison, &c->comparison);
	status = take_dumps(c, &comparison);
	if (!status) {
		comparison_finish(&comparison);
		diff_gate_judge(&c->gate, &comparison);
		status = show(c, &comparison);
	}
	comparison_release(&comparison);
	return status;
}

int cmd_diff(int argc, char **argv)
{
	struct diff_command c = {
		.output = &diff_output_text,
		.comparison = { .floor_share = -1 },
	};
	int status;

	symbol_options_init(&c.symbols);
	status = parse(&c, argc, argv);
	if (!status)
		status = compare(&c);
	view_options_release(&c.options);
	symbol_options_release(&c.symbols);
	diff_gate_release(&c.gate);
	free(c.program);
	free(c.program_path);
	return status;
}

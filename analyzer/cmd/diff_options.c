/* SPDX-License-Identifier: MIT */
#include "analyzer/cmd/diff_options.h"
#include "analyzer/cmd/cmd.h"
#include "analyzer/cmd/view_options.h"
#include "analyzer/memory.h"
#include "analyzer/size_text.h"

#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
	OPTION_ADVICE,
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
	{ "advice", no_argument, NULL, OPTION_ADVICE },
	{ "fail-on", required_argument, NULL, OPTION_FAIL_ON },
	{ "budget", required_argument, NULL, OPTION_BUDGET },
	VIEW_OPTIONS,
	SYMBOL_OPTIONS,
	{ NULL, 0, NULL, 0 },
};

/* A word, or several with commas. */
static int set_metric(struct diff_options *c, const char *words)
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

static int set_sort(struct diff_options *c, const char *word)
{
	int sort = comparison_sort_named(word);

	if (sort < 0)
		return cmd_usage_error("diff", "--sort=%s: not a key; use "
				       "change, delta, relative, old or new",
				       word);
	c->comparison.sort = (enum comparison_sort)sort;
	return 0;
}

static int set_by(struct diff_options *c, const char *word)
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

/* More would leave nothing of one side. */
#define FACTOR_MIN 1e-9
#define FACTOR_MAX 1e9

/* A decimal number between these; NAN if it is none. */
static double parse_factor(const char *word)
{
	char *end;
	double number;

	if (!*word || !strchr("0123456789.", *word) || word[1] == 'x')
		return NAN;
	number = strtod(word, &end);
	if (*end || !(number >= FACTOR_MIN && number <= FACTOR_MAX))
		return NAN;
	return number;
}

static int set_normalize(struct diff_options *c, const char *word)
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
				       "side, as 0.5, from 1e-9 to 1e9", word);
	o->scale = parse_factor(word);
	return 0;
}

static int set_floor(struct diff_options *c, const char *word)
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

static int set_format(struct diff_options *c, const char *word)
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

static int set_shown(struct diff_options *c, int option, const char *value)
{
	switch (option) {
	case OPTION_LIMIT:
		c->limited = true;
		return set_count("limit", value, &c->limit);
	case OPTION_FRAMES:
		return set_count("frames", value, &c->options.frames);
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
	struct diff_options *c = context;
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
	case OPTION_ADVICE:
		c->advice = true;
		return 0;
	default:
		return set_shown(c, option, value);
	}
}

/* Of a moment, what was live then is all there is to compare. */
static int check_at(struct diff_options *c)
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

static int check(struct diff_options *c)
{
	const struct view_options view = { "diff", &c->options };

	if (view_options_check(&view) || check_at(c))
		return CMD_EXIT_ERROR;
	if (c->options.frames && c->options.by != REPORT_BY_SITE)
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
static int take_paths(struct diff_options *c, char **rest, size_t rest_count,
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

int diff_options_parse(struct diff_options *c, int argc, char **argv)
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

void diff_options_init(struct diff_options *c)
{
	*c = (struct diff_options){
		.output = &diff_output_text,
		.comparison = { .floor_share = -1 },
	};
	symbol_options_init(&c->symbols);
}

void diff_options_release(struct diff_options *c)
{
	view_options_release(&c->options);
	symbol_options_release(&c->symbols);
	diff_gate_release(&c->gate);
}

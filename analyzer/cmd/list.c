/* SPDX-License-Identifier: MIT */
/*
 * heapwise list: the source of functions, with what each line allocates. Exit
 * status 0, 1 if no function matches, 2 if the dump could not be read. What is
 * missing of the source is said on standard error, in one line.
 */
#include "analyzer/cmd/cmd.h"
#include "analyzer/cmd/damage.h"
#include "analyzer/cmd/symbol_options.h"
#include "analyzer/cmd/terminal.h"
#include "analyzer/cmd/view_options.h"
#include "analyzer/memory.h"
#include "analyzer/output/listing.h"
#include "analyzer/progress.h"
#include "analyzer/source_paths.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FUNCTIONS_MAX 10 /* without --all */
#define NS_PER_S 1000000000

struct metric {
	const char *word;
	enum profile_blocks blocks;
	bool by_bytes; /* the functions with most bytes come first */
};

static const struct metric metrics[] = {
	{ "bytes", PROFILE_ALLOCATED, true }, /* the default */
	{ "allocations", PROFILE_ALLOCATED, false },
	{ "calls", PROFILE_ALLOCATED, false },
	{ "at-peak", PROFILE_AT_PEAK, true },
	{ "leaked", PROFILE_LEAKED, true },
	{ "temporary", PROFILE_TEMPORARY, false },
};

struct list_command {
	struct report_options options;
	struct symbol_options symbols;
	struct function_match match;
	const struct metric *metric;
	struct source_paths paths;
	struct annotation annotation;
	struct listing listing;
	const char *path; /* of the dump */
	bool json, all;
};

enum { OPTION_METRIC = 256, OPTION_ALL, OPTION_SOURCE_PATH, OPTION_JSON };

static const struct option options[] = {
	{ "metric", required_argument, NULL, OPTION_METRIC },
	{ "all", no_argument, NULL, OPTION_ALL },
	{ "source-path", required_argument, NULL, OPTION_SOURCE_PATH },
	{ "json", no_argument, NULL, OPTION_JSON },
	VIEW_OPTIONS,
	SYMBOL_OPTIONS,
	{ NULL, 0, NULL, 0 },
};

static int set_metric(struct list_command *c, const char *word)
{
	for (size_t i = 0; i < sizeof(metrics) / sizeof(*metrics); i++) {
		if (strcmp(metrics[i].word, word))
			continue;
		c->metric = &metrics[i];
		return 0;
	}
	return cmd_usage_error("list", "--metric=%s: not a metric of a line; "
			       "use allocations, bytes, at-peak, leaked or "
			       "temporary", word);
}

static int set_option(void *context, int option, const char *value)
{
	struct list_command *c = context;
	const struct view_options view = { "list", &c->options };

	if (view_option_is(option))
		return view_option_set(&view, option, value);
	if (symbol_options_has(option))
		return symbol_options_set(&c->symbols, "list", option, value);
	switch (option) {
	case OPTION_METRIC:
		return set_metric(c, value);
	case OPTION_ALL:
		c->all = true;
		return 0;
	case OPTION_SOURCE_PATH:
		source_paths_add(&c->paths, value);
		return 0;
	default:
		c->json = true;
		return 0;
	}
}

/* Of a moment only what was live then is known. */
static int check_at(struct list_command *c)
{
	static const struct metric by_bytes = { "leaked", PROFILE_LEAKED, true };
	static const struct metric by_count = { "leaked", PROFILE_LEAKED,
						false };

	if (!c->options.at)
		return 0;
	if (c->metric->blocks == PROFILE_TEMPORARY)
		return cmd_usage_error("list", "--at is of live blocks: leave "
				       "out --metric=temporary");
	c->metric = c->metric->by_bytes ? &by_bytes : &by_count;
	return 0;
}

static int parse(struct list_command *c, int argc, char **argv)
{
	struct cmd_words words = {
		.name = "list",
		.options = options,
		.short_options = "",
		.set = set_option,
		.context = c,
	};

	const struct view_options view = { "list", &c->options };

	if (cmd_words_parse(&words, argc, argv) || view_options_check(&view) ||
	    check_at(c))
		return CMD_EXIT_ERROR;
	if (words.rest_count != 2 || !*words.rest[0])
		return cmd_usage_error("list", words.rest_count > 2 ?
				       "more than a function and a dump" :
				       "a function and a dump are needed");
	function_match_init(&c->match, words.rest[0]);
	c->path = words.rest[1];
	return 0;
}

/* When the module's file was written; else when it was recorded. */
static int64_t built_ns(const struct list_command *c,
			const struct annotated_function *function)
{
	const struct model_meta *meta =
		&c->listing.report->recording->model.meta;
	struct stat st;

	if (function->module && stat(function->module->path, &st) == 0)
		return (int64_t)st.st_mtim.tv_sec * NS_PER_S +
		       st.st_mtim.tv_nsec;
	return (int64_t)meta->start_realtime_ns;
}

static void read_function(const struct list_command *c,
			  struct listed_function *listed)
{
	const struct annotated_function *function = listed->function;
	const struct model *model = &c->listing.report->recording->model;
	struct source_range *ranges;
	int64_t built;
	size_t count;

	if (!function->file)
		return;
	listed->path = source_paths_find(&c->paths, function->file,
					 model->meta.directory);
	ranges = annotated_ranges(function, LISTING_CONTEXT, &count);
	source_read(&listed->source, listed->path, ranges, count);
	free(ranges);
	built = built_ns(c, function);
	listed->newer = !listed->source.error && built > 0 &&
			listed->source.changed_ns > built;
}

static void listing_init(struct list_command *c, const struct report *report)
{
	struct listing *l = &c->listing;
	size_t count = c->annotation.function_count;

	if (count > FUNCTIONS_MAX && !c->all)
		count = FUNCTIONS_MAX;
	*l = (struct listing){
		.report = report,
		.annotation = &c->annotation,
		.functions = xcalloc(count + 1, sizeof(*l->functions)),
		.count = count,
		.word = c->match.word,
		.metric = c->metric->word,
		.blocks = c->metric->blocks,
	};
	for (size_t i = 0; i < count; i++) {
		l->functions[i].function = &c->annotation.functions[i];
		read_function(c, &l->functions[i]);
	}
}

static void listing_release(struct listing *l)
{
	for (size_t i = 0; i < l->count; i++) {
		source_release(&l->functions[i].source);
		free(l->functions[i].path);
	}
	free(l->functions);
}

/* "a, b or c" */
static char *closest_text(const struct closest *c)
{
	char *text = xasprintf("%s", "");

	for (size_t i = 0; i < CLOSEST_WORDS && c->found[i]; i++) {
		bool last = i + 1 == CLOSEST_WORDS || !c->found[i + 1];
		char *more = xasprintf("%s%s%s", text,
				       i == 0 ? "" : last ? " or " : ", ",
				       c->found[i]);

		free(text);
		text = more;
	}
	return text;
}

/* Of a report with so many rows. */
static int tell_none(const struct list_command *c, size_t rows)
{
	char why[200];
	char *names;

	if (c->match.error) {
		regerror(c->match.error, &c->match.regex, why, sizeof(why));
		return cmd_usage_error("list", "%s: neither a function that "
				       "allocates nor an expression: %s",
				       c->match.word, why);
	}
	if (rows == 0) {
		cmd_error("%s: nothing was allocated in the part that was "
			  "asked for", c->path);
		return CMD_EXIT_FINDINGS;
	}
	names = closest_text(&c->annotation.closest);
	if (*names)
		cmd_error("%s: no function that allocates is named %s; did "
			  "you mean %s?", c->path, c->match.word, names);
	else
		cmd_error("%s: no function that allocates is named %s; "
			  "'heapwise report --by=function' has the names",
			  c->path, c->match.word);
	free(names);
	return CMD_EXIT_FINDINGS;
}

/* One line for all sources that could not be read, one for all functions
 * without line numbers. */
static void tell_missing(const struct list_command *c)
{
	const struct listed_function *unread = NULL, *bare = NULL;
	size_t unread_count = 0;

	for (size_t i = 0; i < c->listing.count; i++) {
		const struct listed_function *f = &c->listing.functions[i];

		if (!f->function->file) {
			bare = bare ? bare : f;
		} else if (f->source.error) {
			unread = unread ? unread : f;
			unread_count++;
		}
	}
	if (unread)
		cmd_error("%s: %s%s; name its directory with --source-path=DIR "
			  "or --source-path=OLD=NEW", unread->path,
			  listing_error(&unread->source),
			  unread_count > 1 ? " (and others)" : "");
	if (bare)
		cmd_error("%s: functions without line numbers; install its "
			  "debug information or compile it with -g",
			  bare->function->module ? bare->function->module->path
						 : c->path);
}

static int show(struct list_command *c, const struct report *report)
{
	struct output_run run = { .file = stdout };
	int status;

	cmd_terminal(&run, stdout);
	listing_init(c, report);
	if (c->json)
		listing_json_print(&run, &c->listing);
	else
		listing_print(&run, &c->listing);
	status = cmd_flush();
	tell_missing(c);
	listing_release(&c->listing);
	return status;
}

/* In JSON nothing found is an object, too. */
static int list_report(struct list_command *c, const struct report *report)
{
	int status = 0;

	annotation_init(&c->annotation, report, &c->match, c->metric->blocks);
	annotation_sort(&c->annotation, profile_interval_bytes(report->profile),
			c->metric->by_bytes);
	if (c->annotation.matched == 0)
		status = tell_none(c, report->row_count);
	if ((c->json && status == CMD_EXIT_FINDINGS) || status == 0)
		status = show(c, report) ? CMD_EXIT_ERROR : status;
	annotation_release(&c->annotation);
	return status;
}

static int list_dump(struct list_command *c)
{
	struct recording *recording;
	struct dump_problem problem;
	struct progress progress;
	struct report *report;
	int status;

	if (recording_open(&recording, c->path, &problem) < 0)
		return cmd_problem(c->path, &problem);
	progress_init(&progress, stderr, c->path, "events");
	c->options.search = symbol_options_search(&c->symbols);
	c->options.progress = progress_update;
	c->options.progress_context = &progress;
	report = report_new(recording, c->path, &c->options);
	progress_release(&progress);
	status = list_report(c, report);
	cmd_tell_damage(c->path, recording);
	symbol_options_note(&c->symbols, c->path, report->symbols);
	report_free(report);
	recording_free(recording);
	return status;
}

int cmd_list(int argc, char **argv)
{
	struct list_command c = { .metric = metrics };
	int status;

	symbol_options_init(&c.symbols);
	status = parse(&c, argc, argv);
	if (!status) {
		status = list_dump(&c);
		function_match_release(&c.match);
	}
	source_paths_release(&c.paths);
	view_options_release(&c.options);
	symbol_options_release(&c.symbols);
	return status;
}

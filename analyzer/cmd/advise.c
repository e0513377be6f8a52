/* SPDX-License-Identifier: MIT */
/*
 * heapwise advise: which allocations to stop making, what that saves, what it
 * costs. Exit status 0, or 2 if the dump could not be read.
 */
#include "analyzer/cmd/cmd.h"
#include "analyzer/cmd/damage.h"
#include "analyzer/cmd/symbol_options.h"
#include "analyzer/cmd/terminal.h"
#include "analyzer/memory.h"
#include "analyzer/output/advice.h"
#include "analyzer/progress.h"
#include "analyzer/size_text.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT_DEFAULT 10

struct advise_command {
	struct advice_options options;
	struct symbol_options symbols;
	const char *path;    /* of the dump */
	const char *explain; /* an id, or NULL */
	size_t limit;
	bool json, all;
};

enum {
	OPTION_JSON = 256,
	OPTION_ALL,
	OPTION_LIMIT,
	OPTION_EXPLAIN,
	OPTION_DETECTORS,
	OPTION_THRESHOLDS,
};

static const struct option options[] = {
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "all", no_argument, NULL, OPTION_ALL },
	{ "limit", required_argument, NULL, OPTION_LIMIT },
	{ "explain", required_argument, NULL, OPTION_EXPLAIN },
	{ "detectors", required_argument, NULL, OPTION_DETECTORS },
	{ "thresholds", required_argument, NULL, OPTION_THRESHOLDS },
	SYMBOL_OPTIONS,
	{ NULL, 0, NULL, 0 },
};

static int set_limit(struct advise_command *c, const char *word)
{
	uint64_t limit;

	if (number_text_parse(word, UINT32_MAX, &limit))
		return cmd_usage_error("advise", "--limit=%s: not a number",
				       word);
	c->limit = limit > 0 ? (size_t)limit : SIZE_MAX;
	return 0;
}

/* All detectors' ids in a line. */
static char *detector_words(void)
{
	const struct detector *detector;
	char *words = xasprintf("%s", "");

	for (size_t i = 0; (detector = detector_at(i)) != NULL; i++) {
		char *more = xasprintf("%s%s%s", words, i > 0 ? ", " : "",
				       detector->id);

		free(words);
		words = more;
	}
	return words;
}

static int set_detectors(struct advise_command *c, const char *value)
{
	char *list = xasprintf("%s", value), *rest = list, *word;
	uint32_t with = 0;
	int status = 0;

	while (!status && (word = strsep(&rest, ",")) != NULL) {
		int index = detector_named(word);
		char *words;

		if (index >= 0) {
			with |= 1u << index;
			continue;
		}
		words = detector_words();
		status = cmd_usage_error("advise", "--detectors: no detector "
					 "'%s'; there are %s", word, words);
		free(words);
	}
	c->options.without = ~with;
	free(list);
	return status;
}

static int set_thresholds(struct advise_command *c, const char *path)
{
	char why[THRESHOLD_WHY_BYTES];

	if (thresholds_read(&c->options.thresholds, path, why) == 0)
		return 0;
	cmd_error("%s: %s", path, why);
	return CMD_EXIT_ERROR;
}

static int set_option(void *context, int option, const char *value)
{
	struct advise_command *c = context;

	if (symbol_options_has(option))
		return symbol_options_set(&c->symbols, "advise", option, value);
	switch (option) {
	case OPTION_LIMIT:
		return set_limit(c, value);
	case OPTION_DETECTORS:
		return set_detectors(c, value);
	case OPTION_THRESHOLDS:
		return set_thresholds(c, value);
	case OPTION_EXPLAIN:
		c->explain = value;
		return 0;
	case OPTION_ALL:
		c->all = true;
		return 0;
	default:
		c->json = true;
		return 0;
	}
}

static int parse(struct advise_command *c, int argc, char **argv)
{
	struct cmd_words words = {
		.name = "advise",
		.options = options,
		.short_options = "",
		.set = set_option,
		.context = c,
	};

	if (cmd_words_parse(&words, argc, argv))
		return CMD_EXIT_ERROR;
	if (words.rest_count != 1)
		return cmd_usage_error("advise", words.rest_count ?
				       "one dump at a time" :
				       "no dump to advise on");
	c->path = words.rest[0];
	return 0;
}

/* The site of an id, or of the beginning of one; NULL after saying why not. */
static const struct signals *find(const struct advice *advice, const char *id)
{
	const struct signals *found = NULL;

	for (size_t i = 0; i < advice->pass.count; i++) {
		const struct signals *s = &advice->pass.candidates[i];

		if (strncmp(s->site->id, id, strlen(id)))
			continue;
		if (found) {
			cmd_error("%s: more than one site begins with it", id);
			return NULL;
		}
		found = s;
	}
	if (!found)
		cmd_error("%s: no site with enough calls has this id; 'heapwise "
			  "advise --all' prints ids", id);
	return found;
}

static int show(const struct advise_command *c, const struct advice *advice)
{
	struct output_run run = { .file = stdout };
	const struct advice_view view = { advice, c->limit, c->all };
	const struct signals *signals;

	cmd_terminal(&run, stdout);
	if (c->explain) {
		signals = find(advice, c->explain);
		if (!signals)
			return CMD_EXIT_ERROR;
		advice_explain_print(&run, advice, signals);
	} else if (c->json) {
		advice_json_print(&run, &view);
	} else {
		advice_text_print(&run, &view);
	}
	return cmd_flush();
}

static int run_command(struct advise_command *c)
{
	struct recording *recording;
	struct dump_problem problem;
	struct progress progress;
	const struct census_progress update = {
		.update = progress_update,
		.context = &progress,
	};
	struct advice *advice;
	int status;

	if (recording_open(&recording, c->path, &problem) < 0)
		return cmd_problem(c->path, &problem);
	progress_init(&progress, stderr, c->path, "events");
	c->options.search = symbol_options_search(&c->symbols);
	c->options.progress = &update;
	advice = advice_new(recording, c->path, &c->options);
	progress_release(&progress);
	status = show(c, advice);
	cmd_tell_damage(c->path, recording);
	symbol_options_note(&c->symbols, c->path, advice->symbols);
	advice_free(advice);
	recording_free(recording);
	return status;
}

int cmd_advise(int argc, char **argv)
{
	struct advise_command c = { .limit = LIMIT_DEFAULT };
	int status;

	thresholds_init(&c.options.thresholds);
	symbol_options_init(&c.symbols);
	status = parse(&c, argc, argv);
	if (!status)
		status = run_command(&c);
	symbol_options_release(&c.symbols);
	return status;
}

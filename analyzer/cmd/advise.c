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
	size_t limit;	     /* 0: not given */
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

/* Takes an id if it begins as asked for; false if that is another one. */
static bool take(struct advice_subject *found, const char *id, const char *word)
{
	if (strncmp(id, word, strlen(word)))
		return true;
	if (found->id && strcmp(found->id, id))
		return false;
	found->id = id;
	return true;
}

/* Findings have the ids of their sites, but for those of regions. */
static bool find_id(struct advice_subject *found, const char *word)
{
	const struct advice *advice = found->advice;
	const struct advice_site *sites = advice->fold.sites;

	for (size_t i = 0; i < advice->finding_count; i++)
		if (!take(found, advice->findings[i].id, word))
			return false;
	for (size_t i = 0; i < advice->fold.count; i++)
		if (!take(found, sites[i].id, word))
			return false;
	return true;
}

/* Of the id's own site; else of the one that its finding shows. */
static const struct signals *signals_for(const struct advice_subject *found)
{
	const struct advice *advice = found->advice;

	for (uint32_t i = 0; i < advice->fold.count; i++)
		if (strcmp(advice->fold.sites[i].id, found->id) == 0)
			return signals_of(&advice->pass, i);
	for (size_t i = 0; i < advice->finding_count; i++)
		if (strcmp(advice->findings[i].id, found->id) == 0)
			return signals_of(&advice->pass, (uint32_t)(
				advice->findings[i].site -
				advice->fold.sites));
	return NULL;
}

static bool is_advised(const struct advice_subject *found)
{
	for (size_t i = 0; i < found->advice->finding_count; i++)
		if (strcmp(found->advice->findings[i].id, found->id) == 0)
			return true;
	return false;
}

/* What --explain is about; false after saying why there is no such thing. */
static bool find(struct advice_subject *found, const char *word)
{
	if (*word == '\0' || !find_id(found, word)) {
		cmd_error("--explain=%s: more than one site begins so; give "
			  "more of its id", word);
		return false;
	}
	if (!found->id) {
		cmd_error("--explain=%s: no site has this id; 'heapwise advise "
			  "--all' prints those of findings (report's are of "
			  "stacks, not of sites)", word);
		return false;
	}
	found->signals = signals_for(found);
	if (found->signals || is_advised(found))
		return true;
	cmd_error("--explain=%s: too few calls to say anything of this site "
		  "(--thresholds can set min-calls)", word);
	return false;
}

static int explain(const struct advise_command *c, const struct output_run *run,
		   const struct advice *advice)
{
	struct advice_subject subject = { .advice = advice };

	if (!find(&subject, c->explain))
		return CMD_EXIT_ERROR;
	if (c->json)
		advice_explain_json(run, &subject);
	else
		advice_explain_print(run, &subject);
	return cmd_flush();
}

static int show(const struct advise_command *c, const struct advice *advice)
{
	struct output_run run = { .file = stdout };
	const size_t usual = c->json ? SIZE_MAX : LIMIT_DEFAULT;
	const struct advice_view view = { advice, c->limit ? c->limit : usual,
					  c->all };

	cmd_terminal(&run, stdout);
	if (c->explain)
		return explain(c, &run, advice);
	if (c->json)
		advice_json_print(&run, &view);
	else
		advice_text_print(&run, &view);
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
	struct advise_command c = { 0 };
	int status;

	thresholds_init(&c.options.thresholds);
	symbol_options_init(&c.symbols);
	status = parse(&c, argc, argv);
	if (!status)
		status = run_command(&c);
	symbol_options_release(&c.symbols);
	return status;
}

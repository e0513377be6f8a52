/* SPDX-License-Identifier: MIT */
/* What pools of every policy and cap would do for some sites, replayed. */
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/advice/advised_sites.h"
#include "analyzer/advice/incumbent.h"
#include "analyzer/advice/pool_model.h"
#include "analyzer/advice/simulation.h"
#include "analyzer/cmd/cmd.h"
#include "analyzer/cmd/damage.h"
#include "analyzer/cmd/symbol_options.h"
#include "analyzer/cmd/terminal.h"
#include "analyzer/memory.h"
#include "analyzer/output/pool_table.h"
#include "analyzer/progress.h"
#include "analyzer/size_text.h"

#define TAU_S 1
#define TAU_MAX_S 1e9
#define SIZE_MAX_BYTES ((UINT64_C(1) << 48) - 1)

struct simulate_command {
	struct report_options report;
	struct symbol_options symbols;
	struct simulation_options simulation;
	uint64_t sizes[POOL_SIZES_MAX];
	const char **sites; /* as typed */
	size_t site_count, site_capacity;
	struct site_choice choice;
	const char *path;
	bool json;
};

enum {
	OPTION_SITE = 256,
	OPTION_POLICY,
	OPTION_CAP,
	OPTION_SIZES,
	OPTION_TAU,
	OPTION_JSON,
};

static const struct option options[] = {
	{ "site", required_argument, NULL, OPTION_SITE },
	{ "policy", required_argument, NULL, OPTION_POLICY },
	{ "cap", required_argument, NULL, OPTION_CAP },
	{ "sizes", required_argument, NULL, OPTION_SIZES },
	{ "tau", required_argument, NULL, OPTION_TAU },
	{ "json", no_argument, NULL, OPTION_JSON },
	SYMBOL_OPTIONS,
	{ NULL, 0, NULL, 0 },
};

static int set_policy(struct simulate_command *c, const char *word)
{
	char *known = xasprintf("%s", "");
	const struct pool_policy *policy;

	if (strcmp(word, "all") == 0) {
		c->simulation.policy = NULL;
		free(known);
		return 0;
	}
	c->simulation.policy = pool_policy_named(word);
	for (size_t i = 0; (policy = pool_policy_at(i)) != NULL; i++) {
		char *more = xasprintf("%s%s, ", known, policy->word);

		free(known);
		known = more;
	}
	if (!c->simulation.policy)
		cmd_usage_error("simulate", "--policy=%s: not a policy; use "
				"%sor all", word, known);
	free(known);
	return c->simulation.policy ? 0 : CMD_EXIT_ERROR;
}

static int set_cap(struct simulate_command *c, const char *word)
{
	uint64_t cap;

	if (number_text_parse(word, POOL_CAP_MAX, &cap) < 0 || cap == 0)
		return cmd_usage_error("simulate", "--cap=%s: not a number of "
				       "objects from 1 to %d", word,
				       (int)POOL_CAP_MAX);
	c->simulation.cap = cap;
	return 0;
}

static int set_tau(struct simulate_command *c, const char *word)
{
	char *end;
	double seconds = strtod(word, &end);

	if (end == word || *end || !(seconds > 0) || seconds > TAU_MAX_S)
		return cmd_usage_error("simulate", "--tau=%s: not a number of "
				       "seconds", word);
	c->simulation.tau_s = seconds;
	return 0;
}

static int by_size(const void *left, const void *right)
{
	const uint64_t *a = left, *b = right;

	return *a < *b ? -1 : *a > *b;
}

/* One size of a list; a size that is there already is no other one. */
static bool add_size(struct simulate_command *c, const char *word)
{
	uint64_t size;

	if (size_text_parse(word, &size) < 0 || size == 0 ||
	    size > SIZE_MAX_BYTES)
		return false;
	for (size_t i = 0; i < c->simulation.size_count; i++)
		if (c->sizes[i] == size)
			return true;
	if (c->simulation.size_count == POOL_SIZES_MAX)
		return false;
	c->sizes[c->simulation.size_count++] = size;
	return true;
}

static int set_sizes(struct simulate_command *c, const char *list)
{
	char *words = xasprintf("%s", list), *rest = words, *word;
	bool good = true;

	c->simulation.sizes = NULL;
	c->simulation.size_count = 0;
	if (strcmp(list, "auto") != 0) {
		while (good && (word = strsep(&rest, ",")) != NULL)
			good = add_size(c, word);
		qsort(c->sizes, c->simulation.size_count, sizeof(*c->sizes),
		      by_size);
		c->simulation.sizes = c->sizes;
	}
	free(words);
	if (good)
		return 0;
	return cmd_usage_error("simulate", "--sizes=%s: neither auto nor sizes "
			       "like 64,256,1K, %d at most", list,
			       POOL_SIZES_MAX);
}

static int set_option(void *context, int option, const char *value)
{
	struct simulate_command *c = context;

	if (symbol_options_has(option))
		return symbol_options_set(&c->symbols, "simulate", option,
					  value);
	switch (option) {
	case OPTION_SITE:
		GROW(c->sites, c->site_capacity, c->site_count);
		c->sites[c->site_count++] = value;
		return 0;
	case OPTION_POLICY:
		return set_policy(c, value);
	case OPTION_CAP:
		return set_cap(c, value);
	case OPTION_SIZES:
		return set_sizes(c, value);
	case OPTION_TAU:
		return set_tau(c, value);
	default:
		c->json = true;
		return 0;
	}
}

static int parse(struct simulate_command *c, int argc, char **argv)
{
	struct cmd_words words = {
		.name = "simulate",
		.options = options,
		.short_options = "",
		.set = set_option,
		.context = c,
	};

	if (cmd_words_parse(&words, argc, argv))
		return CMD_EXIT_ERROR;
	if (words.rest_count != 1)
		return cmd_usage_error("simulate", words.rest_count > 1 ?
				       "more than one dump" : "no dump named");
	if (c->site_count == 0)
		return cmd_usage_error("simulate", "--site=ID is needed; "
				       "'heapwise report' and 'heapwise "
				       "advise' have the ids, at the end of "
				       "their rows");
	c->path = words.rest[0];
	return 0;
}

/* Those that the choice has to offer: "a, b, c" or "". */
static char *names_text(const struct site_choice *choice)
{
	char *text = xasprintf("%s", "");

	for (size_t i = 0; i < SITE_CHOICE_NAMES && *choice->names[i]; i++) {
		char *more = xasprintf("%s%s%s", text, i > 0 ? ", " : "",
				       choice->names[i]);

		free(text);
		text = more;
	}
	return text;
}

static int tell_choice(const struct simulate_command *c, const char *word,
		       enum site_choice_status status)
{
	char *names = names_text(&c->choice);

	switch (status) {
	case SITE_CHOICE_NO_ID:
		cmd_usage_error("simulate", "--site=%s: not a site's id, which "
				"has up to 12 hexadecimal digits; 'heapwise "
				"report' has them", word);
		break;
	case SITE_CHOICE_AMBIGUOUS:
		cmd_error("%s: %zu sites begin with %s: %s%s; give more "
			  "digits", c->path, c->choice.matches, word, names,
			  c->choice.matches > SITE_CHOICE_NAMES ? " ..." : "");
		break;
	default:
		if (*names)
			cmd_error("%s: no site %s allocates; those with most "
				  "calls are %s, 'heapwise report' has all",
				  c->path, word, names);
		else
			cmd_error("%s: no site %s: nothing was allocated",
				  c->path, word);
	}
	free(names);
	return CMD_EXIT_ERROR;
}

/* It is no stack's id: perhaps one of advise's. What it has to offer if that is
 * nothing either is what the report has. */
static enum site_choice_status choose_advised(struct simulate_command *c,
					      const struct report *report,
					      const char *word)
{
	struct advised_sites sites;
	struct progress progress;
	const struct census_progress update = { progress_update, &progress };
	enum site_choice_status status;

	progress_init(&progress, stderr, c->path, "events");
	advised_sites_init(&sites, report, &update);
	progress_release(&progress);
	status = advised_sites_choose(&sites, &c->choice, report, word);
	advised_sites_release(&sites);
	return status;
}

static int choose(struct simulate_command *c, const struct report *report)
{
	for (size_t i = 0; i < c->site_count; i++) {
		const char *word = c->sites[i];
		enum site_choice_status status =
			site_choice_add(&c->choice, report, word);

		if (status == SITE_CHOICE_NONE)
			status = choose_advised(c, report, word);
		if (status != SITE_CHOICE_OK)
			return tell_choice(c, word, status);
	}
	return 0;
}

static bool incumbent_serves(void *incumbent, const struct replay_step *step)
{
	return incumbent_allocated(incumbent, step);
}

static void incumbent_takes(void *incumbent, const struct replay_step *step)
{
	incumbent_released(incumbent, step);
}

static void incumbent_takes_back(void *incumbent,
				 const struct replay_step *step)
{
	incumbent_restored(incumbent, step);
}

static void add_incumbent(struct simulate_command *c, struct incumbent *incumbent)
{
	if (!incumbent)
		return;
	c->simulation.incumbent = (struct simulation_incumbent){
		.context = incumbent,
		.allocate = incumbent_serves,
		.release = incumbent_takes,
		.restore = incumbent_takes_back,
	};
}

static int show_model(const struct simulate_command *c,
		      const struct output_run *run, const struct report *report)
{
	struct pool_model model;

	pool_model_init(&model, report, &c->choice);
	if (c->json)
		pool_model_json_print(run, report, &c->choice, &model);
	else
		pool_model_print(run, report, &c->choice, &model);
	return cmd_flush();
}

static int show(struct simulate_command *c, const struct report *report)
{
	struct output_run run = { .file = stdout };
	struct incumbent *incumbent;
	struct simulation *s;
	struct progress progress;
	int status;

	cmd_terminal(&run, stdout);
	if (report->profile->sampled)
		return show_model(c, &run, report);
	progress_init(&progress, stderr, c->path, "events");
	c->simulation.progress = progress_update;
	c->simulation.progress_context = &progress;
	incumbent = incumbent_new(report->recording);
	add_incumbent(c, incumbent);
	s = simulation_new(report, &c->choice, &c->simulation);
	progress_release(&progress);
	if (c->json)
		pool_json_print(&run, s);
	else
		pool_table_print(&run, s);
	status = cmd_flush();
	simulation_free(s);
	incumbent_free(incumbent);
	return status;
}

static struct report *make_report(struct simulate_command *c,
				  struct recording *recording)
{
	struct progress progress;
	struct report *report;

	progress_init(&progress, stderr, c->path, "events");
	c->report.lifetimes = recording->model.meta.mode == MODE_SAMPLED;
	c->report.search = symbol_options_search(&c->symbols);
	c->report.progress = progress_update;
	c->report.progress_context = &progress;
	report = report_new(recording, c->path, &c->report);
	progress_release(&progress);
	return report;
}

static int simulate_dump(struct simulate_command *c)
{
	struct recording *recording;
	struct dump_problem problem;
	struct report *report;
	int status;

	if (recording_open(&recording, c->path, &problem) < 0)
		return cmd_problem(c->path, &problem);
	report = make_report(c, recording);
	status = choose(c, report);
	if (!status) {
		status = show(c, report);
		cmd_tell_damage(c->path, recording);
		symbol_options_note(&c->symbols, c->path, report->symbols);
	}
	site_choice_release(&c->choice);
	report_free(report);
	recording_free(recording);
	return status;
}

int cmd_simulate(int argc, char **argv)
{
	struct simulate_command c = { .simulation.tau_s = TAU_S };
	int status;

	symbol_options_init(&c.symbols);
	status = parse(&c, argc, argv);
	if (!status)
		status = simulate_dump(&c);
	free(c.sites);
	symbol_options_release(&c.symbols);
	return status;
}

/* SPDX-License-Identifier: MIT */
/*
 * heapwise info: what was recorded, how, and what was lost. Reads the events
 * only of a small dump; `heapwise check` always does. Exit status 0, or 2 if a
 * dump could not be read.
 */
#include "analyzer/cmd/cmd.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "analyzer/cmd/dump_json.h"
#include "analyzer/cmd/info_json.h"
#include "analyzer/cmd/module_list.h"
#include "analyzer/cmd/symbol_options.h"
#include "analyzer/loss.h"
#include "analyzer/memory.h"
#include "analyzer/model_names.h"
#include "analyzer/output/short_name.h"
#include "analyzer/recording.h"
#include "analyzer/replay.h"
#include "analyzer/text.h"

#define TEXT_COLUMNS 66 /* for a value: 80 less its label */
#define DAMAGE_SHOWN 5
#define PATH_COLUMNS 51 /* of a module: what its state leaves */
#define UNSEEN_COLUMNS 42 /* of an allocator: what stands before it leaves */
#define COUNTED_EVENTS 10000000u /* a second or two, to replay them */

/* "label    value", cut to what a line holds. Frees value. */
static void line(const char *label, char *value)
{
	char *shown = text_line(value);
	bool whole = text_columns(shown) <= TEXT_COLUMNS;
	size_t bytes = text_bytes_of(shown, whole ? TEXT_COLUMNS :
						    TEXT_COLUMNS - 3);

	printf("%-13s %.*s%s\n", label, (int)bytes, shown,
	       whole ? "" : "...");
	free(shown);
	free(value);
}

static char *command_line(const struct model_meta *meta)
{
	char *all = xasprintf("%s", "");

	for (size_t i = 0; i < meta->argument_count; i++) {
		char *more = xasprintf("%s%s%s", all, i ? " " : "",
				       meta->arguments[i]);

		free(all);
		all = more;
		if (strlen(all) > 4 * TEXT_COLUMNS)
			break;
	}
	return all;
}

static char *start_time(const struct model_meta *meta)
{
	time_t seconds = (time_t)(meta->start_realtime_ns / 1000000000);
	char text[64];
	struct tm tm;

	if (meta->start_realtime_ns == 0 || !localtime_r(&seconds, &tm) ||
	    strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S %z", &tm) == 0)
		return xasprintf("not known");
	return xasprintf("%s", text);
}

static void print_program(const struct recording *recording)
{
	const struct model_meta *meta = &recording->model.meta;
	char number[TEXT_NUMBER_BYTES];

	line("program", xasprintf("%s", meta->program));
	line("command", command_line(meta));
	line("directory", xasprintf("%s", meta->directory));
	line("process", xasprintf("%" PRIu64 ", child of %" PRIu64
				  " on %s%s",
				  meta->pid, meta->parent_pid, meta->host,
				  meta->forked == 1 ? ", a fork" : ""));
	line("started", start_time(meta));
	line("ran", xasprintf("%s%s",
			      text_duration(number, recording_run_ns(recording)),
			      recording->model.ns_per_tick_guessed ?
				      " (about: its clock is not known)" :
				      ""));
}

static char *mode_text(const struct model_meta *meta)
{
	char number[TEXT_NUMBER_BYTES];

	if (meta->mode == MODE_SAMPLED)
		return xasprintf("sampled: on average once in %s allocated",
				 text_bytes(number,
					    (double)meta->sample_bytes));
	if (meta->mode == MODE_EXACT)
		return xasprintf("exact: every allocation and free");
	return xasprintf("unknown");
}

static char *ratio_text(uint64_t ratio)
{
	if (ratio == 0)
		return xasprintf("none");
	if (ratio == 1)
		return xasprintf("all");
	return xasprintf("1 in %" PRIu64, ratio);
}

/* The end of a path says more than its beginning. */
static char *path_end(const char *path, size_t columns)
{
	char *shown = text_line(path), *end;
	size_t wide = text_columns(shown);
	const char *at = shown;

	if (wide <= columns)
		return shown;
	at += text_bytes_of(shown, wide - (columns - 3));
	while (text_columns(at) > columns - 3)
		at += text_bytes_of(at, 2);
	end = xasprintf("...%s", at);
	free(shown);
	return end;
}

static void print_method(const struct recording *recording)
{
	const struct model_meta *meta = &recording->model.meta;
	char *unseen;

	line("mode", mode_text(meta));
	line("free stacks", ratio_text(meta->free_stacks));
	line("details", ratio_text(meta->details));
	line("allocator", xasprintf("%s%s%s", meta->allocator,
				    meta->allocator_version[0] ? " " : "",
				    meta->allocator_version));
	if (meta->unseen_allocator[0]) {
		unseen = path_end(meta->unseen_allocator, UNSEEN_COLUMNS);
		line("unseen", xasprintf("calls of the malloc in %s", unseen));
		free(unseen);
	}
	if (meta->tunables[0])
		line("tunables", xasprintf("%s", meta->tunables));
	line("clock", xasprintf("%s, a tick is %.0f ns",
				model_clock_name(meta->clock),
				recording->model.ns_per_tick));
	line("written by", xasprintf("%s; when buffers are full: %s",
				     meta->drainer == DRAINER_SELF ?
					     "the program itself" :
					     "the collector",
				     model_on_full_name(meta->on_full)));
	line("heapwise", xasprintf("%s", meta->version));
}

static void print_content(const struct recording *recording)
{
	const struct model *m = &recording->model;
	char number[TEXT_NUMBER_BYTES], ours[TEXT_NUMBER_BYTES];

	line("events", xasprintf("%s, by %zu threads",
				 text_count(number, recording->event_count),
				 recording->lane_count));
	line("stacks", xasprintf("%s nodes, %zu modules",
				 text_count(number, m->stacks.known),
				 m->module_count));
	if (m->peak_rss_bytes)
		line("peak RSS",
		     xasprintf("%s, without about %s of the recorder's own",
			       text_bytes(number, (double)m->peak_rss_bytes),
			       text_bytes(ours, (double)
					  m->usage_last.recorder_bytes)));
}

static void print_modules(const struct recording *recording,
			  const struct debug_search *search)
{
	struct module_list list;

	module_list_init(&list, &recording->model, search);
	for (size_t i = 0; i < list.count; i++) {
		char *path = path_end(list.lines[i].module->path,
				      PATH_COLUMNS);

		line(i == 0 ? "modules" : "",
		     xasprintf("%-14s %s",
			       module_state_text(list.lines[i].state), path));
		free(path);
	}
	module_list_release(&list);
}

static char *end_text(const struct recording *recording)
{
	uint64_t reason = recording->model.end_reason;

	if (recording->live)
		return xasprintf("it still runs");
	return xasprintf("%s", model_end_text(reason));
}

static char *ring_text(const struct recording *recording)
{
	char number[TEXT_NUMBER_BYTES];

	switch (recording->ring) {
	case RING_TAKEN:
		return xasprintf("%s events taken from it%s",
				 text_count(number, recording->ring_events),
				 recording->ring_damaged ?
					 ", some made no sense" :
					 "");
	case RING_FOREIGN:
		return xasprintf("of another recording: left alone");
	case RING_BUSY:
		return xasprintf("changed while it was read: left out");
	default:
		return xasprintf("cannot be read: left out");
	}
}

static void print_losses(const struct recording *recording, bool notes)
{
	const char *label = notes ? "notes" : "lost";

	for (size_t i = 0; i < loss_count; i++) {
		uint64_t n = recording->model.stats[losses[i].tag];
		char number[TEXT_NUMBER_BYTES];

		if (n == 0 || (losses[i].kind == LOSS_NOTE) != notes)
			continue;
		line(label, xasprintf("%s %s", text_count(number, n),
				      losses[i].text));
		label = "";
	}
	if (!notes && *label && recording->reader.damage_total == 0)
		line(label, xasprintf("nothing"));
}

static void print_damage(const struct recording *recording)
{
	const struct dump_reader *r = &recording->reader;

	for (size_t i = 0; i < r->damage_count && i < DAMAGE_SHOWN; i++)
		line(i ? "" : "damaged",
		     xasprintf("at byte %" PRIu64 ": %s", r->damage[i].offset,
			       dump_error_text(r->damage[i].error)));
	if (r->damage_total > DAMAGE_SHOWN)
		line("", xasprintf("and in %" PRIu64 " more places",
				   r->damage_total - DAMAGE_SHOWN));
}

static void print_text(const char *path, const struct recording *recording,
		       const struct debug_search *search, bool counted)
{
	line("dump", xasprintf("%s", path));
	print_program(recording);
	print_method(recording);
	print_content(recording);
	line("end", end_text(recording));
	if (recording->ring != RING_NONE)
		line("ring file", ring_text(recording));
	print_losses(recording, false);
	print_damage(recording);
	print_losses(recording, true);
	if (!counted && recording->model.meta.mode == MODE_EXACT)
		line("", xasprintf("frees of unseen blocks: not counted in so "
				   "many events"));
	print_modules(recording, search);
}

struct info_command {
	struct symbol_options symbols;
	bool json;
};

static const struct option options[] = {
	{ "json", no_argument, NULL, 'j' },
	SYMBOL_OPTIONS,
	{ NULL, 0, NULL, 0 },
};

static int set_option(void *context, int option, const char *value)
{
	struct info_command *c = context;

	if (symbol_options_has(option))
		return symbol_options_set(&c->symbols, "info", option, value);
	c->json = true;
	return 0;
}

/* What only a replay can know, and a short one: sampled recordings have no such
 * frees. */
static bool count_foreign(struct recording *recording)
{
	const struct replay_sink sink = { 0 };
	struct replay_counts counts = { 0 };

	if (recording->model.meta.mode != MODE_EXACT ||
	    recording->event_count + recording->ring_events > COUNTED_EVENTS ||
	    replay_run(recording, &sink, &counts, NULL))
		return false;
	recording->model.stats[STAT_FOREIGN_FREES] = counts.foreign_frees;
	return true;
}

/* No server is asked: that may take long, and is for a command that needs
 * names. */
static int tell(const struct info_command *c, const char *path)
{
	const struct debug_search *search = &c->symbols.search;
	struct recording *recording;
	struct dump_problem problem;
	bool counted;

	if (recording_open(&recording, path, &problem) < 0)
		return cmd_problem(path, &problem);
	counted = count_foreign(recording);
	if (c->json)
		dump_json_print(info_json(path, recording, search, counted));
	else
		print_text(path, recording, search, counted);
	recording_free(recording);
	return 0;
}

static int tell_all(const struct info_command *c, const struct cmd_words *words)
{
	int status = 0;

	for (size_t i = 0; i < words->rest_count; i++)
		if (tell(c, words->rest[i]))
			status = CMD_EXIT_ERROR;
	return cmd_flush() ? CMD_EXIT_ERROR : status;
}

int cmd_info(int argc, char **argv)
{
	struct info_command c = { 0 };
	struct cmd_words words = {
		.name = "info",
		.options = options,
		.short_options = "",
		.set = set_option,
		.context = &c,
	};
	int status;

	symbol_options_init(&c.symbols);
	status = cmd_words_parse(&words, argc, argv);
	if (!status && words.rest_count == 0)
		status = cmd_usage_error("info", "no dump named");
	else if (!status)
		status = tell_all(&c, &words);
	symbol_options_release(&c.symbols);
	return status;
}

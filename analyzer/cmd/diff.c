/* SPDX-License-Identifier: MIT */
/*
 * heapwise diff: what changed between two runs of a program, or between several
 * and several. Exit status 0; 1 if a condition holds that was asked for; 2 if
 * there is nothing to compare: a dump cannot be read, or is of another program.
 */
#include "analyzer/cmd/cmd.h"
#include "analyzer/cmd/damage.h"
#include "analyzer/cmd/diff_options.h"
#include "analyzer/cmd/terminal.h"
#include "analyzer/diff/frame_key.h"
#include "analyzer/diff/json_walk.h"
#include "analyzer/diff/snapshot_json.h"
#include "analyzer/memory.h"
#include "analyzer/progress.h"
#include "analyzer/text.h"

#include <stdlib.h>
#include <string.h>

struct diff_command {
	struct diff_options options;
	struct comparison comparison;
	struct advice_list advice[COMPARISON_SIDES]; /* of their first dumps */
	bool advised[COMPARISON_SIDES];
	char *program; /* of the first recording */
	char *program_path;
};

/* What it is called, whatever its version and place, as far as JSON can say it;
 * NULL if it is not known. */
static char *name_of(const char *program)
{
	char *text = text_utf8(program, strlen(program));
	char *name = *text ? frame_key_module(text) : NULL;

	free(text);
	return name;
}

/* `program` is as recorded, or as in JSON. */
static int check_program(struct diff_command *c, const char *path,
			 const char *program)
{
	char *name = name_of(program);
	int status = 0;

	if (!c->program) {
		c->program = name;
		free(c->program_path); /* of one that does not say */
		c->program_path = xasprintf("%s", path);
		return 0;
	}
	if (name && !c->options.force && strcmp(name, c->program) != 0)
		status = cmd_error("%s is of %s, %s of %s: not the same "
				   "program; --force compares them",
				   c->program_path, c->program, path, name);
	free(name);
	return status;
}

static struct report *make_report(struct diff_options *o, const char *path,
				  struct recording *recording)
{
	struct report_options view = o->options;
	struct progress progress;
	struct report *report;

	progress_init(&progress, stderr, path, "events");
	view.unsorted = true;
	view.search = symbol_options_search(&o->symbols);
	view.progress = progress_update;
	view.progress_context = &progress;
	report = report_new(recording, path, &view);
	progress_release(&progress);
	return report;
}

static void take_snapshot(struct diff_command *c, enum comparison_side side,
			  const char *path, struct recording *recording)
{
	const struct snapshot_pools pools = comparison_pools(&c->comparison);
	struct report *report = make_report(&c->options, path, recording);

	comparison_add(&c->comparison, side, snapshot_new(report, &pools));
	symbol_options_note(&c->options.symbols, path, report->symbols);
	report_free(report);
}

/* Of several dumps of a side the first stands for all: it takes long. */
static void take_advice(struct diff_command *c, enum comparison_side side,
			const char *path, struct recording *recording)
{
	struct advice_options options = { 0 };
	struct progress progress;
	const struct census_progress update = { progress_update, &progress };
	struct advice *advice;

	if (!c->options.advice || c->advised[side])
		return;
	c->advised[side] = true;
	thresholds_init(&options.thresholds);
	options.search = symbol_options_search(&c->options.symbols);
	options.progress = &update;
	progress_init(&progress, stderr, path, "events");
	advice = advice_new(recording, path, &options);
	progress_release(&progress);
	advice_list_init(&c->advice[side], advice, &c->comparison.pool);
	symbol_options_note(&c->options.symbols, path, advice->symbols);
	advice_free(advice);
}

static int take_json(struct diff_command *c, enum comparison_side side,
		     const char *path)
{
	const struct snapshot_pools pools = comparison_pools(&c->comparison);
	char *why = NULL, *line;
	struct snapshot *snapshot;

	if (c->options.advice)
		return cmd_error("%s: --advice needs dumps, and this is JSON",
				 path);
	snapshot = snapshot_json_read(path, &c->options.options, &pools, &why);
	if (!snapshot) {
		line = text_line(why);
		cmd_error("%s: %s", path, line);
		free(line);
		free(why);
		return CMD_EXIT_ERROR;
	}
	comparison_add(&c->comparison, side, snapshot);
	return check_program(c, path, snapshot->program);
}

/* One dump at a time is open: its snapshot stays. */
static int take_dump(struct diff_command *c, enum comparison_side side,
		     const char *path)
{
	struct recording *recording;
	struct dump_problem problem;

	if (json_walk_is_object(path))
		return take_json(c, side, path);
	if (recording_open(&recording, path, &problem) < 0)
		return cmd_problem(path, &problem);
	if (check_program(c, path, recording->model.meta.program)) {
		recording_free(recording);
		return CMD_EXIT_ERROR;
	}
	take_snapshot(c, side, path, recording);
	take_advice(c, side, path, recording);
	cmd_tell_damage(path, recording);
	recording_free(recording);
	memory_trim();
	return 0;
}

/* Several runs are judged by how they vary: one that counts twice makes chance
 * look real. A pair is no such test, and may be one recording. */
static int refuse_repeated(const struct diff_command *c, const char *path)
{
	const size_t *counts = c->options.path_counts;
	const struct snapshot *other = comparison_repeated(&c->comparison);

	if (!other || (counts[COMPARISON_OLD] == 1 &&
		       counts[COMPARISON_NEW] == 1))
		return 0;
	return cmd_error("%s and %s are one recording; give each once",
			 other->path, path);
}

static int take_dumps(struct diff_command *c)
{
	for (int side = 0; side < COMPARISON_SIDES; side++)
		for (size_t i = 0; i < c->options.path_counts[side]; i++) {
			const char *path = c->options.paths[side][i];

			if (take_dump(c, (enum comparison_side)side, path) ||
			    refuse_repeated(c, path))
				return CMD_EXIT_ERROR;
		}
	return 0;
}

static void print(struct diff_command *c)
{
	struct diff_options *o = &c->options;
	struct output_run run = { .file = stdout, .reports = 1 };
	struct advice_changes advice = { 0 };
	struct diff_view view = {
		.comparison = &c->comparison,
		.failed = o->gate.failed,
		.failed_count = o->gate.failed_count,
		.unjudged = o->gate.unjudged,
		.unjudged_count = o->gate.unjudged_count,
		.advice = o->advice ? &advice : NULL,
		.all_frames = o->options.all_frames,
		.full_names = o->options.full_names,
		.frames = o->options.frames,
	};

	cmd_terminal(&run, stdout);
	run.limit = o->limited ? o->limit : o->output->default_limit;
	comparison_show(&c->comparison, run.limit);
	if (o->advice)
		advice_changes_init(&advice, &c->comparison.pool,
				    &c->advice[COMPARISON_OLD],
				    &c->advice[COMPARISON_NEW]);
	o->output->print(&run, &view);
	advice_changes_release(&advice);
}

static int show(struct diff_command *c)
{
	const struct diff_gate *gate = &c->options.gate;

	print(c);
	if (cmd_flush())
		return CMD_EXIT_ERROR;
	if (gate->failed_count > 0)
		return CMD_EXIT_FINDINGS;
	if (gate->unjudged_count > 0)
		return cmd_error("%zu condition%s could not be judged: %s%s%s "
				 "are missing", gate->unjudged_count,
				 gate->unjudged_count == 1 ? "" : "s",
				 gate->unnamed ? "names" : "",
				 gate->unnamed && gate->incomplete ? " and " :
								     "",
				 gate->incomplete ? "events" : "");
	return 0;
}

static void on_named(void *context, const char *path,
		     const struct symbolizer *symbols)
{
	struct diff_command *c = context;

	symbol_options_note(&c->options.symbols, path, symbols);
}

static int compare(struct diff_command *c)
{
	struct comparison_options *o = &c->options.comparison;
	int status;

	o->naming = (struct naming_options){
		symbol_options_search(&c->options.symbols), on_named, c
	};
	o->judged = diff_gate_metrics(&c->options.gate);
	comparison_init(&c->comparison, o);
	status = take_dumps(c);
	if (!status) {
		comparison_finish(&c->comparison);
		diff_gate_judge(&c->options.gate, &c->comparison);
		status = show(c);
	}
	comparison_release(&c->comparison);
	return status;
}

int cmd_diff(int argc, char **argv)
{
	struct diff_command c = { 0 };
	int status;

	diff_options_init(&c.options);
	status = diff_options_parse(&c.options, argc, argv);
	if (!status)
		status = compare(&c);
	for (int side = 0; side < COMPARISON_SIDES; side++)
		advice_list_release(&c.advice[side]);
	diff_options_release(&c.options);
	free(c.program);
	free(c.program_path);
	return status;
}

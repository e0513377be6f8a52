/* SPDX-License-Identifier: MIT */
/*
 * heapwise check: is this dump whole? Reads and checks every block. Exit status
 * 0 if all are whole, 1 if one is damaged or without its end, 2 if one could
 * not be read at all. --finish hands a dump whose ring file was left behind to
 * heapwise-collect, which folds it in, and looks after that.
 */
#include "analyzer/cmd/cmd.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "analyzer/cmd/dump_json.h"
#include "analyzer/memory.h"
#include "analyzer/recording.h"
#include "analyzer/text.h"
#include "include/ring_format.h"

#define DAMAGE_SHOWN 20

enum { OPTION_FINISH = 256, OPTION_JSON };

static const struct option options[] = {
	{ "finish", no_argument, NULL, OPTION_FINISH },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ NULL, 0, NULL, 0 },
};

struct check_command {
	bool json, finish;
};

/* Exit statuses of heapwise-collect --finish: preload/leftover.h. */
enum finish_status { FINISH_LIVE = 1, FINISH_NOT_RUN = 127 };

/* 0, or CMD_EXIT_ERROR and a message. The collector itself is silent. */
static int run_collector(const char *collector, const char *path,
			 const char *ring)
{
	char *const argv[] = { (char *)(uintptr_t)collector,
			       (char *)(uintptr_t) "--finish",
			       (char *)(uintptr_t)path,
			       (char *)(uintptr_t)ring, NULL };
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		execv(collector, argv);
		_exit(FINISH_NOT_RUN);
	}
	if (pid < 0)
		return cmd_error("%s: %s; try again", path, strerror(errno));
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return cmd_error("%s: %s; try again", path,
					 strerror(errno));
	if (WIFEXITED(status) && WEXITSTATUS(status) == FINISH_NOT_RUN)
		return cmd_error("%s: cannot be run; install heapwise again",
				 collector);
	if (WIFEXITED(status) && WEXITSTATUS(status) == FINISH_LIVE)
		return cmd_error("%s: is still being recorded; finish it when "
				 "that has ended", path);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return cmd_error("%s: could not be folded in whole; is it a "
				 "ring file, is there room on the disk, may "
				 "you write to it and the dump?", ring);
	return 0;
}

/* Where the dump's ring file is, or would be: it may be in another directory.
 * Fresh; NULL: another recording's is in its place. */
static char *find_ring(const char *path)
{
	char *ring = xasprintf("%s" RING_SUFFIX, path);
	struct recording *recording;
	struct dump_problem problem;

	if (recording_open(&recording, path, &problem) < 0)
		return ring; /* all may still be in there */
	if (recording->ring_path) {
		free(ring);
		ring = xstrndup(recording->ring_path,
				strlen(recording->ring_path));
	}
	if (recording->ring == RING_FOREIGN) {
		cmd_error("%s: is of another recording, or was renamed; give "
			  "it and the dump the names that they had", ring);
		free(ring);
		ring = NULL;
	}
	recording_free(recording);
	return ring;
}

static int finish(const char *path)
{
	char *collector = cmd_collector();
	char *ring = collector ? find_ring(path) : NULL;
	int ret = ring ? run_collector(collector, path, ring) : CMD_EXIT_ERROR;

	free(ring);
	free(collector);
	return ret;
}

static void print_damage(const char *path, const struct dump_reader *r)
{
	char *shown = text_line(path);

	for (size_t i = 0; i < r->damage_count && i < DAMAGE_SHOWN; i++) {
		struct dump_problem problem = {
			.error = r->damage[i].error,
			.offset = r->damage[i].offset,
		};
		char *line = cmd_problem_text(path, &problem);

		printf("%s\n", line);
		free(line);
	}
	if (r->damage_total > DAMAGE_SHOWN)
		printf("%s: damaged in %" PRIu64 " more places\n", shown,
		       r->damage_total - DAMAGE_SHOWN);
	free(shown);
}

static void print_state(const char *path, const struct recording *recording)
{
	char events[TEXT_NUMBER_BYTES], in_ring[TEXT_NUMBER_BYTES];
	char *shown = text_line(path);

	print_damage(path, &recording->reader);
	text_count(events, recording->event_count);
	text_count(in_ring, recording->ring_events);
	if (recording_is_whole(recording))
		printf("%s: whole, %s events\n", shown, events);
	else if (recording->live)
		printf("%s: still being recorded, %s events so far\n", shown,
		       events);
	else if (recording->ring == RING_TAKEN)
		printf("%s: not finished, %s events, %s of them in its ring "
		       "file; 'heapwise check --finish' folds them in\n",
		       shown, events, in_ring);
	else
		printf("%s: damaged, %s events can be read\n", shown, events);
	free(shown);
}

static void print_json(const char *path, const struct recording *recording)
{
	json_t *root = json_object();

	json_object_set_new(root, "file", dump_json_string(path));
	json_object_set_new(root, "whole",
			    json_boolean(recording_is_whole(recording)));
	json_object_set_new(root, "live", json_boolean(recording->live));
	json_object_set_new(root, "events",
			    dump_json_number(recording->event_count));
	json_object_set_new(root, "ring_events",
			    dump_json_number(recording->ring_events));
	json_object_set_new(root, "damage",
			    dump_json_damage(&recording->reader));
	dump_json_print(root);
}

/* A file that is nothing but damage is damaged; others could not be checked. */
static int refuse(const char *path, const struct dump_problem *problem)
{
	cmd_problem(path, problem);
	switch (problem->error) {
	case DUMP_ERROR_EMPTY:
	case DUMP_ERROR_CUT:
	case DUMP_ERROR_NO_META:
		return CMD_EXIT_FINDINGS;
	default:
		return CMD_EXIT_ERROR;
	}
}

static int check(const char *path, const struct check_command *c)
{
	struct recording *recording;
	struct dump_problem problem;
	int status;

	if (c->finish && finish(path) != 0)
		return CMD_EXIT_ERROR;
	if (recording_open(&recording, path, &problem) < 0)
		return refuse(path, &problem);
	recording_verify(recording);
	status = recording_is_whole(recording) ? 0 : CMD_EXIT_FINDINGS;
	if (c->json)
		print_json(path, recording);
	else
		print_state(path, recording);
	recording_free(recording);
	return status;
}

static int set_option(void *context, int option, const char *value)
{
	struct check_command *c = context;

	(void)value;
	if (option == OPTION_FINISH)
		c->finish = true;
	else
		c->json = true;
	return 0;
}

int cmd_check(int argc, char **argv)
{
	struct check_command c = { 0 };
	struct cmd_words words = {
		.name = "check",
		.options = options,
		.short_options = "",
		.set = set_option,
		.context = &c,
	};
	int worst = cmd_words_parse(&words, argc, argv);

	if (worst)
		return worst;
	if (words.rest_count == 0)
		return cmd_usage_error("check", "no dump named");
	for (size_t i = 0; i < words.rest_count; i++) {
		int status = check(words.rest[i], &c);

		if (status > worst)
			worst = status;
	}
	return cmd_flush() ? CMD_EXIT_ERROR : worst;
}

/* SPDX-License-Identifier: MIT */
#include "tests/fuzz/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyzer/cmd/cmd.h"
#include "analyzer/memory.h"

#define WORDS_MAX 64

static pid_t owner;
static char directory[64];

static void remove_all(void)
{
	static const char *const names[] = {
		"a.hwd", "b.hwd", "a.hwd.ring", "program", "text", "inlined.c",
	};

	if (getpid() != owner)
		return;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		scratch_remove(names[i]);
	rmdir(scratch_path("none"));
	rmdir(directory);
}

static void make_directory(void)
{
	owner = getpid();
	snprintf(directory, sizeof(directory), "/dev/shm/heapwise-fuzz.%d",
		 (int)owner);
	/* one that was killed may have left its own, under the same id */
	if ((mkdir(directory, 0700) && errno != EEXIST) ||
	    (mkdir(scratch_path("none"), 0700) && errno != EEXIST))
		abort();
	atexit(remove_all);
}

const char *scratch_path(const char *name)
{
	static char paths[4][128];
	static unsigned int next;
	char *path = paths[next++ % 4];

	if (owner != getpid())
		make_directory();
	snprintf(path, sizeof(paths[0]), "%s/%s", directory, name);
	return path;
}

void scratch_write(const char *name, const void *bytes, size_t len)
{
	int fd = open(scratch_path(name), O_WRONLY | O_CREAT | O_TRUNC, 0700);

	if (fd < 0 || write(fd, bytes, len) != (ssize_t)len)
		abort();
	close(fd);
}

void scratch_remove(const char *name)
{
	unlink(scratch_path(name));
}

static int (*command_named(const char *name))(int, char **)
{
	static const struct {
		const char *name;
		int (*run)(int argc, char **argv);
	} commands[] = {
		{ "report", cmd_report },     { "advise", cmd_advise },
		{ "export", cmd_export },     { "list", cmd_list },
		{ "simulate", cmd_simulate }, { "diff", cmd_diff },
		{ "info", cmd_info },	      { "check", cmd_check },
		{ "record", cmd_record },
	};

	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (strcmp(commands[i].name, name) == 0)
			return commands[i].run;
	abort();
}

static int run(char **words, int count)
{
	char *argv[WORDS_MAX + 1] = { NULL };

	/* a command may change their order */
	memcpy(argv, words, (size_t)count * sizeof(*argv));
	return command_named(words[0])(count, argv);
}

int scratch_run(const char *line)
{
	char *copy = xstrndup(line, strlen(line)), *rest = copy, *word;
	char *words[WORDS_MAX];
	int count = 0, status;

	while ((word = strsep(&rest, " ")) && count < WORDS_MAX)
		words[count++] = *word == '@' ?
					 xasprintf("%s", scratch_path(word + 1)) :
					 xasprintf("%s", word);
	status = run(words, count);
	while (count > 0)
		free(words[--count]);
	free(copy);
	return status;
}

int scratch_run_words(const char *command, const uint8_t *words, size_t len)
{
	char *copy = xstrndup((const char *)words, len), *rest = copy, *word;
	char *argv[WORDS_MAX];
	int count = 0, status;

	argv[count++] = (char *)(uintptr_t)command;
	while (count < WORDS_MAX && (word = strsep(&rest, "\n")))
		argv[count++] = *word == '@' ?
					(char *)(uintptr_t)scratch_path("a.hwd") :
					word;
	status = run(argv, count);
	free(copy);
	return status;
}

/* SPDX-License-Identifier: MIT */
/*
 * Shows what a program can see of itself, which must be the same with and
 * without a profiler: its open descriptors, the number that the next
 * one gets, how many threads it has, which signals it ignores, catches and
 * blocks, its name; at the start and again after 100,000 allocations.
 * expect total allocations>=100000 leaked_bytes=0
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include "sample.h"

static void show_descriptors(void)
{
	for (int fd = 0; fd < 4096; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			say_number("fd", (unsigned long)fd);
	say_number("next", (unsigned long)dup(1));
}

static void show_threads(void)
{
	DIR *tasks = opendir("/proc/self/task");
	unsigned long count = 0;

	while (tasks && readdir(tasks))
		count++;
	if (tasks)
		closedir(tasks);
	say_number("tasks", count - 2);
}

static void show_status(void)
{
	static char text[8192];
	int fd = open("/proc/self/status", O_RDONLY);
	ssize_t n = read(fd, text, sizeof(text) - 1);

	close(fd);
	text[n > 0 ? n : 0] = 0;
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		if (!strncmp(line, "Sig", 3) || !strncmp(line, "Name", 4) ||
		    !strncmp(line, "ShdPnd", 6)) {
			if (!strncmp(line, "SigQ", 4))
				continue;
			say(line);
			say("\n");
		}
}

static void show(void)
{
	show_descriptors();
	show_threads();
	show_status();
}

int main(void)
{
	show();
	for (int i = 0; i < 100000; i++)
		free(keep(malloc(33)));
	show();
	return 0;
}

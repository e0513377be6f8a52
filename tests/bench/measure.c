/* SPDX-License-Identifier: MIT */
/*
 * measure FILE COMMAND [ARG...]: runs COMMAND and writes to FILE, as one JSON
 * object, when it started and ended (CLOCK_MONOTONIC) and what it used, its
 * reaped children included. Exit status: COMMAND's, or as env(1).
 *
 * Linked statically, so that LD_PRELOAD passes by and is for COMMAND alone:
 * measure stands right before the target in every configuration, whatever
 * launcher is in front of it.
 */
#include <errno.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static uint64_t timeval_ns(struct timeval t)
{
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_usec * 1000;
}

int main(int argc, char **argv)
{
	struct rusage used;
	uint64_t start, end;
	int status, error;
	pid_t child;
	FILE *out;

	if (argc < 3) {
		fprintf(stderr, "usage: measure FILE COMMAND [ARG...]\n");
		return 125;
	}
	start = now_ns();
	error = posix_spawnp(&child, argv[2], NULL, NULL, argv + 2, environ);
	if (error) {
		fprintf(stderr, "measure: %s: %s\n", argv[2], strerror(error));
		return error == ENOENT ? 127 : 126;
	}
	while (wait4(child, &status, 0, &used) < 0)
		if (errno != EINTR)
			return 125;
	end = now_ns();
	out = fopen(argv[1], "w");
	if (!out)
		return 125;
	fprintf(out,
		"{\"pid\": %d, \"start_ns\": %ju, \"end_ns\": %ju, "
		"\"user_ns\": %ju, \"system_ns\": %ju, "
		"\"peak_rss_kib\": %ld}\n",
		(int)child, (uintmax_t)start, (uintmax_t)end,
		(uintmax_t)timeval_ns(used.ru_utime),
		(uintmax_t)timeval_ns(used.ru_stime), used.ru_maxrss);
	if (fclose(out))
		return 125;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

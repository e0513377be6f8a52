/* SPDX-License-Identifier: MIT */
/*
 * usage: replay [--bounds] TARGET FILE...
 *        replay --mutate=N TARGET FILE...
 * Runs inputs through a target without libFuzzer, each in a process of its
 * own. --bounds: none may take more memory than 64 MiB + 16 times its size, nor
 * more CPU time than a second a MiB of it, and one more; a dump's size is that
 * of its payloads, decompressed. --mutate: N mutations of each instead, the
 * same ones each time. One line an input that fails; status 1 if any did.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "include/crc32c.h"
#include "tests/fuzz/dice.h"
#include "tests/fuzz/target.h"

#define MIB (1u << 20)
#define ALLOWED_MIB 64
#define ALLOWED_TIMES 16
#define INPUT_MAX (4u << 20)
#define TIMEOUT_S 120 /* of wall time, whatever else is allowed */

struct replay {
	const struct fuzz_target *target;
	bool bounds;
	unsigned int mutations;
	long rss_before; /* KiB, of a process that did nothing yet */
};

/* What libFuzzer does to bytes, in its simplest form. */
static size_t mutate_bytes(uint8_t *data, size_t len, size_t max)
{
	size_t at = dice(len + 1), some = 1 + dice(8);

	if (at == len || (dice(4) == 0 && len + some <= max)) {
		if (len + some > max)
			return len;
		memmove(data + at + some, data + at, len - at);
		for (size_t i = 0; i < some; i++)
			data[at + i] = (uint8_t)dice_value(0);
		return len + some;
	}
	if (dice(4) == 0) {
		if (some > len - at)
			some = len - at;
		memmove(data + at, data + at + some, len - at - some);
		return len - some;
	}
	data[at] = (uint8_t)dice_value(data[at]);
	return len;
}

static void run_mutations(const struct replay *r, const uint8_t *data,
			  size_t len)
{
	static uint8_t room[INPUT_MAX];
	struct fuzz_bytes input = { .data = room, .max = len + 65536 };

	if (input.max > INPUT_MAX)
		input.max = INPUT_MAX;
	for (unsigned int i = 0; i < r->mutations; i++) {
		dice_seed(i);
		memcpy(room, data, len);
		input.len = len;
		if (r->target->mutate)
			r->target->mutate(&input, mutate_bytes);
		else
			input.len = mutate_bytes(room, len, input.max);
		r->target->run(room, input.len);
	}
}

static void be_quiet(void)
{
	int null = open("/dev/null", O_RDWR);

	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	/* sanitizers have their say there */
	if (!getenv("REPLAY_MESSAGES"))
		dup2(null, STDERR_FILENO);
}

static int run_apart(const struct replay *r, const uint8_t *data, size_t len,
		     struct rusage *usage)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		be_quiet();
		alarm(TIMEOUT_S);
		if (!data)
			exit(0);
		if (r->mutations)
			run_mutations(r, data, len);
		else
			r->target->run(data, len);
		exit(0);
	}
	if (pid < 0 || wait4(pid, &status, 0, usage) < 0)
		return -1;
	return status;
}

static double cpu_seconds(const struct rusage *usage)
{
	return (double)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) +
	       (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) /
		       1e6;
}

static bool within(const struct replay *r, const char *path, double mib,
		   const struct rusage *usage)
{
	double used = (double)(usage->ru_maxrss - r->rss_before) / 1024;
	double memory = ALLOWED_MIB + ALLOWED_TIMES * mib;
	double seconds = 1 + mib, took = cpu_seconds(usage);

	if (getenv("REPLAY_FIGURES"))
		printf("%s %s: %.3f MiB, %.1f MiB of %.1f, %.3f s of %.3f\n",
		       r->target->name, path, mib, used, memory, took, seconds);
	if (used <= memory && took <= seconds)
		return true;
	printf("%s %s: %.1f MiB of %.1f, %.2f s of %.2f\n", r->target->name,
	       path, used, memory, took, seconds);
	return false;
}

static bool replay(const struct replay *r, const char *path)
{
	uint8_t *data = malloc(INPUT_MAX);
	FILE *file = fopen(path, "rb");
	struct rusage usage;
	double mib;
	size_t len;
	int status;

	if (!file || !data) {
		printf("%s: cannot be read\n", path);
		return false;
	}
	len = fread(data, 1, INPUT_MAX, file);
	fclose(file);
	mib = r->target->raw_bytes ? (double)r->target->raw_bytes(data, len) :
				     (double)len;
	status = run_apart(r, data, len, &usage);
	free(data);
	if (status != 0) {
		printf("%s %s: %s %d\n", r->target->name, path,
		       WIFSIGNALED(status) ? "signal" : "status",
		       WIFSIGNALED(status) ? WTERMSIG(status) :
					     WEXITSTATUS(status));
		return false;
	}
	return !r->bounds || within(r, path, mib / MIB, &usage);
}

int main(int argc, char **argv)
{
	struct replay r = { 0 };
	struct rusage usage = { 0 };
	int at = 1, failed = 0;

	crc32c_init();
	for (; at < argc && argv[at][0] == '-'; at++) {
		if (strcmp(argv[at], "--bounds") == 0)
			r.bounds = true;
		else if (strncmp(argv[at], "--mutate=", 9) == 0)
			r.mutations = (unsigned int)atoi(argv[at] + 9);
	}
	r.target = at < argc ? fuzz_target_named(argv[at++]) : NULL;
	if (!r.target) {
		fprintf(stderr, "usage: replay [--bounds] TARGET FILE...\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (run_apart(&r, NULL, 0, &usage) == 0)
		r.rss_before = usage.ru_maxrss;
	for (; at < argc; at++)
		failed += !replay(&r, argv[at]);
	return failed > 0;
}

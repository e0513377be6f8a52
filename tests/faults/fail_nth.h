/* SPDX-License-Identifier: MIT */
/*
 * Which allocations fail, for what is preloaded (fail_malloc.c) or linked in
 * (fail_wrapped.c): one of the program FAIL_PROGRAM finds no memory; other
 * programs have it all. FAIL_ALLOCATION=7 is the seventh, 7+ that and all later
 * ones. FAIL_LIST=FILE writes a line for each: its number and a hash of the stack
 * it came from (of use where addresses are not random). FAIL_DONE=FILE is created
 * when one fails.
 */
#ifndef TESTS_FAULTS_FAIL_NTH_H
#define TESTS_FAULTS_FAIL_NTH_H

#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FRAMES 16
#define SKIPPED 3 /* of this file */

static atomic_ulong made;
static unsigned long first, last;
static int list = -1;
static bool ready;
static __thread bool inside __attribute__((tls_model("initial-exec")));

static void __attribute__((constructor)) start(void)
{
	const char *which = getenv("FAIL_ALLOCATION");
	const char *program = getenv("FAIL_PROGRAM");
	const char *file = getenv("FAIL_LIST");
	void *frame;
	char *end;

	if (!program || strcmp(program_invocation_short_name, program) != 0)
		return;
	if (which) {
		first = strtoul(which, &end, 10);
		last = *end == '+' ? ~0ul : first;
	}
	if (file) {
		backtrace(&frame, 1); /* loads what it needs */
		list = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
			    0666);
	}
	ready = true;
}

static void note(unsigned long number)
{
	void *frames[FRAMES + SKIPPED];
	uint64_t hash = 0;
	char line[64];
	int n, len;

	inside = true;
	n = backtrace(frames, FRAMES + SKIPPED);
	for (int i = SKIPPED; i < n; i++)
		hash = (hash ^ (uintptr_t)frames[i]) * 0x9e3779b97f4a7c15;
	len = snprintf(line, sizeof(line), "%lu %lx\n", number, hash);
	if (write(list, line, (size_t)len) < 0)
		list = -1;
	inside = false;
}

static void note_failure(void)
{
	const char *file = getenv("FAIL_DONE");

	if (file)
		close(open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0666));
}

static bool fails(void)
{
	unsigned long number;

	if (!ready || inside)
		return false;
	number = atomic_fetch_add(&made, 1) + 1;
	if (list >= 0)
		note(number);
	if (number < first || number > last || first == 0)
		return false;
	if (number == first)
		note_failure();
	errno = ENOMEM;
	return true;
}

#endif

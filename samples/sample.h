/* SPDX-License-Identifier: MIT */
/*
 * What samples share. A sample writes with write(2), never through stdio,
 * whose buffers would be allocations of its own. The `expect` lines in a
 * sample's opening comment are what tests/e2e/samples.sh compares:
 *
 *	run ARGUMENT...           a run; without one, a run without arguments
 *	expect total KEY=N ...    totals of the program's own dump
 *	expect site FUNCTION KEY=N ...  sum of the sites with that frame
 *	expect child KEY=N ...    totals of all other dumps, summed
 *	expect childsite FUNCTION KEY=N ...  the same of their sites
 *	expect stat COUNTER=N ... counters of `info`, of the program's own dump
 *	expect dumps N            how many dumps the run leaves (default 1)
 *	expect lost COUNTER...    these counters of `info` need not be zero
 *
 * KEY>=N and KEY<=N where the number depends on libc. Every KEY is one of
 * `heapwise report --json`.
 */
#ifndef SAMPLES_SAMPLE_H
#define SAMPLES_SAMPLE_H

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A function that keeps its frame. */
#define SITE __attribute__((noinline, noclone))

static inline void say(const char *text)
{
	if (write(1, text, strlen(text)) < 0)
		_exit(99);
}

static inline void say_number(const char *text, unsigned long number)
{
	char digits[24];
	char *p = digits + sizeof(digits);

	*--p = 0;
	do
		*--p = (char)('0' + number % 10);
	while (number /= 10);
	say(text);
	say(" ");
	say(p);
	say("\n");
}

/* argv[1] as a number, or `otherwise`. */
static inline long argument(int argc, char **argv, long otherwise)
{
	return argc > 1 ? atol(argv[1]) : otherwise;
}

/* Keeps a pointer from being optimised away. */
static inline void *keep(void *p)
{
	__asm__ volatile("" : "+r"(p) : : "memory");
	return p;
}

#endif

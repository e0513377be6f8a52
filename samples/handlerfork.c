/* SPDX-License-Identifier: MIT */
/*
 * A timer interrupts a loop of malloc and free, and its handler forks, 30
 * times: out of the profiler's own hook, between a reserved place and its
 * commit, anywhere. Each child returns from the handler into whatever it was
 * that was interrupted, allocates 10 blocks of 20 bytes and leaves. What it
 * finishes there must not reach its parent, which makes exactly 400,000
 * blocks of 16. (lib/bump.c may be interrupted.) `poor`: children may open no
 * file, so they are not recorded, and allocate in the handler already.
 * expect dumps 31
 * expect total allocations=400000 frees=400000 bytes_allocated=6400000
 * expect childsite in_child allocations=300 bytes_allocated=6000
 * expect lost failed_unwinds leaf_only_stacks nested_events
 * run poor
 * expect dumps 1
 * expect total allocations=400000 frees=400000 bytes_allocated=6400000
 * expect stat unrecorded_children=30
 * expect lost failed_unwinds leaf_only_stacks nested_events unrecorded_children
 */
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include "sample.h"

#define FORKS 30

pid_t _Fork(void);

static volatile int forks, is_child;
static int poor;
static pid_t children[FORKS];

static void every(long us)
{
	struct itimerval timer = { { 0, us }, { 0, us } };

	setitimer(ITIMER_REAL, &timer, NULL);
}

static SITE void in_handler(void)
{
	struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_NOFILE, &none);
	free(keep(malloc(5)));
}

static void on_timer(int signal)
{
	pid_t pid;

	(void)signal;
	if (forks == FORKS || is_child)
		return;
	pid = _Fork();
	if (pid == 0) {
		is_child = 1;
		alarm(20);
		if (poor)
			in_handler();
	}
	children[forks++] = pid;
}

static SITE void in_child(void)
{
	for (int i = 0; i < 10; i++)
		free(keep(malloc(20)));
}

static SITE void rounds(int count)
{
	while (count-- && !is_child)
		free(keep(malloc(16)));
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_timer };
	unsigned long good = 0;
	int status;

	(void)argv;
	poor = argc > 1;
	sigaction(SIGALRM, &action, NULL);
	every(500);
	rounds(400000);
	while (forks < FORKS && !is_child)
		;
	if (is_child) {
		in_child();
		_exit(0);
	}
	every(0);
	for (int i = 0; i < FORKS; i++)
		good += waitpid(children[i], &status, 0) > 0 && status == 0;
	say_number("good children", good);
	return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * SIGALRM and SIGPROF a thousand times a second each, to handlers that restart
 * no call, so that any call of the recorder's may end early: 200,000 blocks by
 * 8,192 stacks, 50,000 by a thread, and a child's 20,000, all counted.
 * expect site leaf allocations=250000 frees=250000
 * expect childsite leaf allocations=20000 frees=20000
 * expect dumps 2
 */
#include <pthread.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include "samples/sample.h"

static volatile sig_atomic_t taken;

static void handler(int number)
{
	(void)number;
	taken++;
}

static void start_timers(void)
{
	struct itimerval often = { { 0, 1000 }, { 0, 1000 } };
	struct sigaction action = { .sa_handler = handler };

	sigaction(SIGALRM, &action, NULL);
	sigaction(SIGPROF, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	setitimer(ITIMER_PROF, &often, NULL);
}

static SITE void leaf(unsigned int i)
{
	free(keep(malloc(16 + i % 300)));
}

static SITE void branch(unsigned int path, int depth)
{
	if (depth == 0)
		leaf(path);
	else if (path & 1)
		branch(path / 2, depth - 1);
	else
		branch(path / 2, depth - 1);
	__asm__ volatile("");
}

static void *run_thread(void *unused)
{
	for (unsigned int i = 0; i < 50000; i++)
		leaf(i);
	return unused;
}

static void run_child(void)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		start_timers(); /* a child has none */
		for (unsigned int i = 0; i < 20000; i++)
			branch(i, 13);
		exit(0);
	}
	while (waitpid(child, &status, 0) < 0)
		;
}

int main(void)
{
	pthread_t thread;

	start_timers();
	pthread_create(&thread, NULL, run_thread, NULL);
	for (unsigned int i = 0; i < 200000; i++)
		branch(i, 13);
	pthread_join(thread, NULL);
	run_child();
	while (taken < 5)
		;
	say("done\n");
	return 0;
}

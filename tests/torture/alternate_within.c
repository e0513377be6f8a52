/* SPDX-License-Identifier: MIT */
/*
 * The alternate stack for signals is an array of main()'s, so part of the
 * thread's own stack, above what a handler interrupts: it has not jumped out of
 * the recorder. Within one hook more handlers may run than there is room for
 * beside it: those are counted.
 * expect site work allocations>=300000
 * expect site handle allocations>=1
 * expect stat stale_guards=0
 * expect lost nested_events leaf_only_stacks nested_dropped_events
 */
#include <pthread.h>
#include <signal.h>
#include "samples/sample.h"

static volatile int stop;
static pthread_t target;

static SITE void handle(int signal)
{
	free(keep(malloc(777)));
	(void)signal;
}

static void *disturb(void *unused)
{
	while (!stop) {
		pthread_kill(target, SIGUSR1);
		for (volatile int i = 0; i < 10000; i++)
			;
	}
	return unused;
}

static SITE void work(int depth)
{
	volatile char room[200];

	room[0] = 1;
	if (depth) {
		work(depth - 1);
		room[1] = 1;
		return;
	}
	for (int i = 0; i < 300000; i++)
		free(keep(malloc(10)));
}

int main(void)
{
	char memory[65536];
	stack_t stack = { .ss_sp = memory, .ss_size = sizeof(memory) };
	struct sigaction action = { .sa_handler = handle,
				    .sa_flags = SA_ONSTACK };
	pthread_t thread;
	sigset_t set;

	sigaltstack(&stack, NULL);
	sigaction(SIGUSR1, &action, NULL);
	target = pthread_self();
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	pthread_create(&thread, NULL, disturb, NULL);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	work(3);
	stop = 1;
	pthread_join(thread, NULL);
	return 0;
}

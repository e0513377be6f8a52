/* SPDX-License-Identifier: MIT */
/*
 * A child's first call of malloc where there is hardly any stack: a handler on
 * an alternate stack of 8 KiB forks, as those do that report a crash; a thread
 * of 16 KiB that has used 6,000 bytes forks.
 * expect total allocations>=1
 * expect childsite in_child allocations=2
 * expect dumps 3
 */
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include "samples/sample.h"

static int statuses[2];

static SITE void in_child(void)
{
	free(keep(malloc(100)));
}

static int fork_here(void)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		in_child();
		_exit(3);
	}
	waitpid(pid, &status, 0);
	return status;
}

static void handle(int signal)
{
	(void)signal;
	statuses[0] = fork_here();
}

static void *work(void *unused)
{
	volatile char used[6000];

	memset((void *)used, 1, sizeof(used));
	statuses[1] = fork_here();
	return unused;
}

int main(void)
{
	static char memory[8192];
	stack_t stack = { .ss_sp = memory, .ss_size = sizeof(memory) };
	struct sigaction action = { .sa_handler = handle,
				    .sa_flags = SA_ONSTACK };
	pthread_attr_t attributes;
	pthread_t thread;

	free(keep(malloc(1)));
	sigaltstack(&stack, NULL);
	sigaction(SIGUSR1, &action, NULL);
	raise(SIGUSR1);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, 16384);
	if (pthread_create(&thread, &attributes, work, NULL) == 0)
		pthread_join(thread, NULL);
	say_number("in the handler", (unsigned long)statuses[0]);
	say_number("in the thread", (unsigned long)statuses[1]);
	return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * Handlers of pthread_atfork() that allocate, before and after each fork, from
 * calls of their own: what the parent's do is recorded with their names though
 * nobody else may be in the unwinder, what the child's do begins the recording
 * of the child, which goes on.
 * expect dumps 4
 * expect site before allocations=3 bytes_allocated=300
 * expect site after allocations=3 bytes_allocated=600
 * expect childsite in_child_handler allocations=3 bytes_allocated=900
 * expect childsite in_child allocations=60000 bytes_allocated=1200000
 * expect child frees=60003
 */
#include <pthread.h>
#include <sys/wait.h>

#include "sample.h"

#define FORKS 3

static SITE void before(void)
{
	free(keep(malloc(100)));
}

static SITE void after(void)
{
	free(keep(malloc(200)));
}

static SITE void in_child_handler(void)
{
	free(keep(malloc(300)));
}

/* More than the buffers that a process has at first. */
static SITE void in_child(void)
{
	for (int i = 0; i < 20000; i++)
		free(keep(malloc(20)));
}

int main(void)
{
	int status, good = 0;

	pthread_atfork(before, after, in_child_handler);
	for (int i = 0; i < FORKS; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			in_child();
			return 0;
		}
		waitpid(pid, &status, 0);
		good += status == 0;
	}
	say_number("good children", (unsigned long)good);
	return 0;
}

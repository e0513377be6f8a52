/* SPDX-License-Identifier: MIT */
/*
 * 100 threads with the smallest stacks that there can be, 16 KiB, each with
 * 50 blocks of 64 bytes; and one raw clone, which no pthread knows of, with
 * 50 more.
 * expect site cramped allocations=5050 bytes_allocated=323200 leaked_bytes=0
 */
#define _GNU_SOURCE
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include "sample.h"

static char stack[32 << 10] __attribute__((aligned(4096)));

static SITE void *cramped(void *unused)
{
	for (int i = 0; i < 50; i++)
		free(keep(malloc(64)));
	return unused;
}

static int raw(void *unused)
{
	cramped(unused);
	return 0;
}

int main(void)
{
	pthread_attr_t attributes;
	int pid;

	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, (size_t)PTHREAD_STACK_MIN);
	for (int i = 0; i < 100; i++) {
		pthread_t thread;

		if (pthread_create(&thread, &attributes, cramped, NULL))
			return 77;
		pthread_join(thread, NULL);
	}
	pid = clone(raw, stack + sizeof(stack), CLONE_VM | CLONE_FS |
		    CLONE_FILES | CLONE_VFORK | SIGCHLD, NULL);
	if (pid > 0)
		waitpid(pid, NULL, 0);
	say("fitted\n");
	return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * 30 forks while three threads allocate without rest. Each child allocates
 * 10 blocks of 20 bytes, starts a thread that allocates 5 more, and leaves,
 * half of them by _exit. A child that hangs is killed by its alarm.
 * expect dumps 31
 * expect childsite in_child allocations=450 bytes_allocated=9000
 */
#include <pthread.h>
#include <sys/wait.h>
#include "sample.h"

static int stop;

static void *busy(void *unused)
{
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED))
		free(keep(malloc(100)));
	return unused;
}

static SITE void in_child(int blocks)
{
	while (blocks--)
		free(keep(malloc(20)));
}

static void *child_thread(void *unused)
{
	in_child(5);
	return unused;
}

static void child(int number)
{
	pthread_t thread;

	alarm(20);
	in_child(10);
	if (pthread_create(&thread, NULL, child_thread, NULL))
		_exit(1);
	pthread_join(thread, NULL);
	number % 2 ? _exit(0) : exit(0);
}

int main(void)
{
	pthread_t threads[3];
	unsigned long good = 0;

	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, busy, NULL);
	for (int i = 0; i < 30; i++) {
		int status;
		pid_t pid = fork();

		if (pid == 0)
			child(i);
		if (pid > 0 && waitpid(pid, &status, 0) == pid && status == 0)
			good++;
	}
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	say_number("good children", good);
	return 0;
}

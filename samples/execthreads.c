/* SPDX-License-Identifier: MIT */
/*
 * Three children, each of which has two threads when it tries an exec that
 * fails: what the threads do afterwards is recorded like what they did before.
 * expect dumps 4
 * expect childsite before allocations=60 bytes_allocated=600
 * expect childsite after allocations=60000 bytes_allocated=1200000
 */
#include <pthread.h>
#include <sys/wait.h>

#include "sample.h"

static pthread_barrier_t barrier;

static SITE void before(void)
{
	for (int i = 0; i < 10; i++)
		free(keep(malloc(10)));
}

static SITE void after(void)
{
	for (int i = 0; i < 10000; i++)
		free(keep(malloc(20)));
}

static void *work(void *unused)
{
	before();
	pthread_barrier_wait(&barrier);
	pthread_barrier_wait(&barrier);
	after();
	return unused;
}

static int child(void)
{
	pthread_t threads[2];

	pthread_barrier_init(&barrier, NULL, 3);
	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, work, NULL);
	pthread_barrier_wait(&barrier);
	execlp("a-program-that-is-not-there", "a", (char *)NULL);
	pthread_barrier_wait(&barrier);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return 0;
}

int main(void)
{
	unsigned long good = 0;
	int status;

	for (int i = 0; i < 3; i++) {
		pid_t pid = fork();

		if (pid == 0)
			return child();
		waitpid(pid, &status, 0);
		good += status == 0;
	}
	say_number("good children", good);
	return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * 10,000 threads that live for one block each, two at a time, every other one
 * detached: tids and our buffers are used again and again.
 * Of what comes after a thread has left us, only the innermost frame is kept.
 * expect lost leaf_only_stacks
 * expect site brief allocations=10000 bytes_allocated=400000 leaked_bytes=0
 */
#include <pthread.h>
#include <sched.h>
#include "sample.h"

static int finished;

static SITE void brief(void)
{
	free(keep(malloc(40)));
}

static void *live(void *unused)
{
	brief();
	__atomic_add_fetch(&finished, 1, __ATOMIC_RELEASE);
	return unused;
}

static pthread_t start(void)
{
	pthread_t thread;

	while (pthread_create(&thread, NULL, live, NULL))
		sched_yield();
	return thread;
}

int main(void)
{
	for (int i = 0; i < 5000; i++) {
		pthread_t joined = start();

		pthread_detach(start());
		pthread_join(joined, NULL);
	}
	while (__atomic_load_n(&finished, __ATOMIC_ACQUIRE) < 10000)
		sched_yield();
	say("all done\n");
	return 0;
}

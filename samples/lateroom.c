/* SPDX-License-Identifier: MIT */
/*
 * 100 threads begin, with one block each, while RLIMIT_FSIZE leaves the profiler
 * no room for so many; then the limit is lifted, and each makes 5,000 blocks
 * more. A thread that found no room at first looks again every 1,024 events.
 * expect site first allocations<=100
 * expect site rest allocations>=440000
 * expect lost dropped_events ring_grow_failures
 * expect stat dropped_events>=1
 */
#include <pthread.h>
#include <sys/resource.h>
#include "sample.h"

#define THREADS 100

static pthread_barrier_t begun, lifted;

static SITE void first(void)
{
	free(keep(malloc(10)));
}

static SITE void rest(void)
{
	for (int i = 0; i < 5000; i++)
		free(keep(malloc(20)));
}

static void *work(void *unused)
{
	first();
	pthread_barrier_wait(&begun);
	pthread_barrier_wait(&lifted);
	rest();
	return unused;
}

static void limit_files(rlim_t bytes)
{
	struct rlimit limit;

	getrlimit(RLIMIT_FSIZE, &limit);
	limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
	setrlimit(RLIMIT_FSIZE, &limit);
}

int main(void)
{
	pthread_t threads[THREADS];

	pthread_barrier_init(&begun, NULL, THREADS + 1);
	pthread_barrier_init(&lifted, NULL, THREADS + 1);
	free(keep(malloc(1)));
	limit_files(300 << 10);
	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, work, NULL))
			return 77;
	pthread_barrier_wait(&begun);
	limit_files(RLIM_INFINITY);
	pthread_barrier_wait(&lifted);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	say("worked\n");
	return 0;
}

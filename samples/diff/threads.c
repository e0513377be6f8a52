/* SPDX-License-Identifier: MIT */
/*
 * The same work by 4 threads in place of 2: a site is a stack, whichever thread
 * it is in. The threads' own memory, which libc keeps, is the change.
 * build old -g -O1 -pthread
 * build new -g -O1 -pthread
 * expect pthread_create any allocations=2:4 leaked_blocks=2:4
 * expect job may temporary=2:4
 * expect function calloc any allocations=2:4 leaked_blocks=2:4
 * expect function job may temporary=2:4
 */
#include <pthread.h>
#include "../sample.h"

#define BLOCKS 4000
#ifdef OLD
#define THREADS 2
#else
#define THREADS 4
#endif

static pthread_barrier_t all_are_full;

static SITE void *job(void) { return keep(malloc(88)); }

/* Frees nothing before all blocks are there, so that the peak is known. */
static SITE void *work(void *share)
{
	void **blocks = share;

	for (int i = 0; i < BLOCKS / THREADS; i++)
		blocks[i] = job();
	pthread_barrier_wait(&all_are_full);
	for (int i = 0; i < BLOCKS / THREADS; i++)
		free(blocks[i]);
	return NULL;
}

int main(void)
{
	static void *blocks[BLOCKS];
	pthread_t threads[THREADS];

	pthread_barrier_init(&all_are_full, NULL, THREADS);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, work,
			       &blocks[i * (BLOCKS / THREADS)]);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	return 0;
}

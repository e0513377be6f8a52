/* SPDX-License-Identifier: MIT */
/*
 * threads COUNT: 1,000 threads that each allocate and free 100 blocks, keep one
 * more, and are all alive at once.
 */
#include "tests/bench/work.h"

#include <pthread.h>

#define MOST 10000
#define BLOCKS 100

static pthread_barrier_t all_here;

static void *thread(void *argument)
{
	void *kept = use(malloc(100));

	for (int i = 0; i < BLOCKS; i++)
		free(use(malloc(16 + (size_t)i)));
	pthread_barrier_wait(&all_here);
	free(kept);
	return argument;
}

int main(int argc, char **argv)
{
	static pthread_t threads[MOST];
	long count = argument(argc, argv, 1000);

	if (count > MOST)
		return 1;
	pthread_barrier_init(&all_here, NULL, (unsigned int)count);
	for (long i = 0; i < count; i++)
		if (pthread_create(&threads[i], NULL, thread, NULL))
			return 1;
	for (long i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
	return 0;
}

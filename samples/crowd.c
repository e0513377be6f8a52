/* SPDX-License-Identifier: MIT */
/*
 * 1,000 threads (or argv[1]) that live at the same time and allocate 10
 * blocks of 100 bytes each before any of them ends.
 * expect site gather allocations=10000 bytes_allocated=1000000
 * expect site gather leaked_bytes=0 peak_bytes=1000000
 */
#include <pthread.h>
#include "sample.h"

static pthread_barrier_t barrier;

static SITE void gather(void *blocks[10])
{
	for (int i = 0; i < 10; i++)
		blocks[i] = keep(malloc(100));
}

static void *live(void *unused)
{
	void *blocks[10];

	gather(blocks);
	pthread_barrier_wait(&barrier);
	for (int i = 0; i < 10; i++)
		free(blocks[i]);
	return unused;
}

int main(int argc, char **argv)
{
	static pthread_t threads[1000];
	long count = argument(argc, argv, 1000);
	pthread_attr_t attributes;

	if (count > 1000)
		count = 1000;
	pthread_barrier_init(&barrier, NULL, (unsigned int)count);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, 64 << 10);
	for (long i = 0; i < count; i++)
		if (pthread_create(&threads[i], &attributes, live, NULL))
			return 77;
	for (long i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
	say("dispersed\n");
	return 0;
}

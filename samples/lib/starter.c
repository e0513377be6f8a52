/* SPDX-License-Identifier: MIT */
/*
 * For loader.c: its constructor starts a thread that makes 100 allocations of
 * 5 bytes while dlopen holds the loader's lock, and joins it.
 */
#include <pthread.h>
#include <stdlib.h>

static __attribute__((noinline)) void *starter_work(void *unused)
{
	for (int i = 0; i < 100; i++) {
		void *p = malloc(5);

		__asm__ volatile("" : "+r"(p));
		free(p);
	}
	return unused;
}

__attribute__((constructor)) static void start(void)
{
	pthread_t thread;

	if (!pthread_create(&thread, NULL, starter_work, NULL))
		pthread_join(thread, NULL);
}

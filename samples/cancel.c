/* SPDX-License-Identifier: MIT */
/*
 * 50 threads that allocate and free until they are cancelled; their cleanup
 * handler frees the block that they held. Only hold() has an exact figure.
 * expect site hold allocations=50 bytes_allocated=50000 leaked_bytes=0
 */
#include <pthread.h>
#include <sched.h>
#include "sample.h"

static int ready;

static SITE void *hold(void)
{
	return keep(malloc(1000));
}

static void *work(void *unused)
{
	pthread_cleanup_push(free, hold());
	__atomic_store_n(&ready, 1, __ATOMIC_RELEASE);
	for (;;) {
		free(keep(malloc(10)));
		pthread_testcancel();
	}
	pthread_cleanup_pop(1);
	return unused;
}

int main(void)
{
	for (int i = 0; i < 50; i++) {
		pthread_t thread;

		__atomic_store_n(&ready, 0, __ATOMIC_RELEASE);
		if (pthread_create(&thread, NULL, work, NULL))
			return 1;
		while (!__atomic_load_n(&ready, __ATOMIC_ACQUIRE))
			sched_yield();
		pthread_cancel(thread);
		pthread_join(thread, NULL);
	}
	say("cancelled\n");
	return 0;
}

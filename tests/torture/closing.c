/* SPDX-License-Identifier: MIT */
/*
 * One thread closes all descriptors, again and again, while another allocates:
 * those of the recorder, too. It opens the dump again.
 * expect site work allocations=1000000 frees=1000000
 * expect lost descriptors_lost ring_grow_failures
 */
#include <pthread.h>
#include "samples/sample.h"

static volatile int stop;

static SITE void *work(void *unused)
{
	for (int i = 0; i < 1000000; i++)
		free(keep(malloc(16 + (i & 1023))));
	stop = 1;
	return unused;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, work, NULL);
	while (!stop) {
		for (int fd = 3; fd < 1024; fd++)
			close(fd);
		usleep(1000);
	}
	pthread_join(thread, NULL);
	return 0;
}

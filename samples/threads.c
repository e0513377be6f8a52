/* SPDX-License-Identifier: MIT */
/*
 * 8 threads, each 10,000 times malloc(32), each freeing what it made (every
 * hundredth one late, after the others). pthread_create allocates as well, so
 * the figures are those of work().
 * expect site work allocations=80000 bytes_allocated=2560000 leaked_bytes=0
 */
#include <pthread.h>
#include "sample.h"

#define THREADS 8
#define ROUNDS 10000

static SITE void *work(void *unused)
{
	void *late[ROUNDS / 100];
	int kept = 0;

	for (int i = 0; i < ROUNDS; i++) {
		void *p = keep(malloc(32));

		if (i % 100)
			free(p);
		else
			late[kept++] = p;
	}
	while (kept)
		free(late[--kept]);
	return unused;
}

int main(void)
{
	pthread_t threads[THREADS];

	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, work, NULL))
			return 1;
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	say("joined\n");
	return 0;
}

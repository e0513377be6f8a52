/* SPDX-License-Identifier: MIT */
/*
 * A program of few events of many kinds: three threads that free each other's
 * blocks, a block that grows, temporary ones, some that leak. With an argument
 * it dies at once in the end, with all events still in their buffers.
 */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#define SLOTS 64

static void *slots[SLOTS];

static __attribute__((noinline)) void *make(int size)
{
	return malloc((size_t)size);
}

static void *work(void *argument)
{
	int step = *(int *)argument;

	for (int i = 0; i < SLOTS; i++) {
		void *made = make(16 + i % 5 * 24);

		free(__atomic_exchange_n(&slots[(i * 7 + step) % SLOTS], made,
					 __ATOMIC_SEQ_CST));
	}
	return NULL;
}

int main(int argc, char **argv)
{
	int steps[3] = { 0, 1, 2 };
	pthread_t threads[3];
	char *volatile grown = NULL;

	(void)argv;
	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, work, &steps[i]);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	for (int i = 1; i < 20; i++)
		grown = realloc(grown, (size_t)i * 32);
	for (int i = 0; i < 40; i++)
		free(calloc(1, 100));
	for (int i = 0; i < SLOTS; i += 2)
		free(slots[i]);
	if (argc > 1)
		kill(getpid(), SIGKILL);
	return 0;
}

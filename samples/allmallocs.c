/* SPDX-License-Identifier: MIT */
/*
 * Random calls of every kind, of sizes from 1 byte to 300,000, by argv[1]
 * threads, argv[2] rounds each: 200 blocks a thread, of which one in eight is
 * freed by the next thread. What is left is freed in the end.
 * run 1 5000
 * expect total leaked_blocks=0 allocations>=5000 allocations<=5100
 * run 3 2000
 * expect site work leaked_blocks=0 allocations>=6000 allocations<=6100
 */
#include <pthread.h>
#include <stdint.h>

#include "sample.h"

#define THREADS_MAX 8
#define PLACES 200

static void *handed[THREADS_MAX];
static long thread_count, rounds;

static uint64_t draw(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state >> 20;
}

static size_t draw_size(uint64_t *state)
{
	uint64_t kind = draw(state) % 1000;

	if (kind < 700)
		return 1 + draw(state) % 120;
	if (kind < 950)
		return 1 + draw(state) % 1100;
	return 1 + draw(state) % (kind < 998 ? 20000 : 300000);
}

static SITE void *allocate(uint64_t *state)
{
	size_t size = draw_size(state);
	void *block = NULL;

	switch (draw(state) % 20) {
	case 0:
		return calloc(1, size);
	case 1:
		return realloc(NULL, size);
	case 2:
		posix_memalign(&block, 64, size);
		return block;
	default:
		return malloc(size);
	}
}

static SITE void *work(void *number)
{
	void *blocks[PLACES] = { 0 };
	uint64_t state = 88172645463325252u + (uintptr_t)number;

	for (long i = 0; i < rounds; i++) {
		void **place = &blocks[draw(&state) % PLACES];
		uint64_t what = draw(&state) % 8;
		long to = ((long)(uintptr_t)number + 1) % thread_count;

		if (*place && what == 0) {
			*place = realloc(*place, draw_size(&state));
			continue;
		}
		if (*place && what == 1)
			*place = __atomic_exchange_n(&handed[to], *place,
						     __ATOMIC_ACQ_REL);
		free(*place);
		*place = keep(allocate(&state));
	}
	for (int i = 0; i < PLACES; i++)
		free(blocks[i]);
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t threads[THREADS_MAX];

	thread_count = argument(argc, argv, 1);
	rounds = argc > 2 ? atol(argv[2]) : 5000;
	if (thread_count < 1 || thread_count > THREADS_MAX)
		return 2;
	for (long i = 1; i < thread_count; i++)
		pthread_create(&threads[i], NULL, work, (void *)(uintptr_t)i);
	work(NULL);
	for (long i = 1; i < thread_count; i++)
		pthread_join(threads[i], NULL);
	for (long i = 0; i < thread_count; i++)
		free(handed[i]);
	say("done\n");
	return 0;
}

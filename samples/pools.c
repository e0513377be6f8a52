/* SPDX-License-Identifier: MIT */
/*
 * Sites whose pools are known in closed form.
 *	burst() 1,000 rounds of 100 blocks of 48 bytes, all live, then freed;
 *	of the last round only 90. A list with cap C < 100 serves C in each
 *	round but the first; without a cap it misses 100 times, ends with 90.
 *	give() 200 rounds of 50 blocks of 64 bytes, which another thread frees:
 *	a list per thread serves 0 if they go to who frees, 50 * 199 if back.
 *	vary() 600 blocks of 16 bytes, 300 of 100, 100 of 1,000, each freed at
 *	once: three pool sizes waste nothing, two 36% at least, one 616%.
 *	grow() 100 blocks of 32 bytes, each reallocated, which fails: 99 hits.
 * expect site burst allocations=100000 frees=99990 bytes_allocated=4800000
 * expect site give allocations=10000 frees=10000 bytes_allocated=640000
 * expect site vary allocations=1000 frees=1000 bytes_allocated=139600
 * expect site grow allocations=100 frees=100 bytes_allocated=3200
 * expect site burst leaked_blocks=10
 */
#include <pthread.h>
#include <stdint.h>
#include "sample.h"

static void *blocks[100];
static pthread_barrier_t barrier;

static SITE void *burst(void) { return keep(malloc(48)); }
static SITE void *give(void) { return keep(malloc(64)); }
static SITE void *vary(size_t size) { return keep(malloc(size)); }
static SITE void *grow(void) { return keep(malloc(32)); }

static void bursts(void)
{
	for (int round = 0; round < 1000; round++) {
		for (int i = 0; i < 100; i++)
			blocks[i] = burst();
		for (int i = round < 999 ? 0 : 10; i < 100; i++)
			free(blocks[i]);
	}
}

static void *take(void *unused)
{
	(void)unused;
	for (int round = 0; round < 200; round++) {
		pthread_barrier_wait(&barrier);
		for (int i = 0; i < 50; i++)
			free(blocks[i]);
		pthread_barrier_wait(&barrier);
	}
	return NULL;
}

static void gifts(void)
{
	pthread_t taker;

	pthread_barrier_init(&barrier, NULL, 2);
	if (pthread_create(&taker, NULL, take, NULL))
		_exit(1);
	for (int round = 0; round < 200; round++) {
		for (int i = 0; i < 50; i++)
			blocks[i] = give();
		pthread_barrier_wait(&barrier);
		pthread_barrier_wait(&barrier);
	}
	pthread_join(taker, NULL);
}

static void varied(void)
{
	for (int i = 0; i < 1000; i++)
		free(vary(i % 10 < 6 ? 16 : i % 10 < 9 ? 100 : 1000));
}

int main(void)
{
	volatile size_t huge = PTRDIFF_MAX;

	bursts();
	gifts();
	varied();
	for (int i = 0; i < 100; i++) {
		void *p = grow();

		if (realloc(p, huge))
			return 1;
		free(p);
	}
	return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * Two threads hand each other blocks, each its own half of a million: what
 * one allocates the other frees, at once, so that addresses come back to the
 * first while the second is still busy. 4 slots a direction, spinning.
 * Sizes 16 + i % 8 * 16: 8 sizes, mean 72 bytes.
 * expect site produce allocations=1000000 bytes_allocated=72000000
 * expect site produce leaked_bytes=0
 * expect total leaked_blocks<=2
 */
#include <pthread.h>
#include <sched.h>
#include "sample.h"

#define BLOCKS 500000
#define SLOTS 4

static void *slots[2][SLOTS];

static SITE void *produce(int i)
{
	return keep(malloc(16 + (size_t)(i % 8) * 16));
}

static void pass(int i, int direction)
{
	void *p = produce(i);
	void **slot = &slots[direction][i % SLOTS];

	while (__atomic_load_n(slot, __ATOMIC_ACQUIRE))
		sched_yield();
	__atomic_store_n(slot, p, __ATOMIC_RELEASE);
}

/* Takes what stands in the other direction, without waiting; how many. */
static int take(int next, int direction)
{
	int taken = 0;

	while (next + taken < BLOCKS) {
		void **slot = &slots[direction][(next + taken) % SLOTS];
		void *p = __atomic_load_n(slot, __ATOMIC_ACQUIRE);

		if (!p)
			break;
		__atomic_store_n(slot, NULL, __ATOMIC_RELEASE);
		free(p);
		taken++;
	}
	return taken;
}

static void *side(void *argument)
{
	int mine = (int)(long)argument;
	int taken = 0;

	for (int given = 0; given < BLOCKS; given++) {
		while (__atomic_load_n(&slots[mine][given % SLOTS],
				       __ATOMIC_ACQUIRE)) {
			int n = take(taken, !mine);

			taken += n;
			if (!n)
				sched_yield();
		}
		pass(given, mine);
		taken += take(taken, !mine);
	}
	while (taken < BLOCKS)
		taken += take(taken, !mine);
	return NULL;
}

int main(void)
{
	pthread_t other;

	if (pthread_create(&other, NULL, side, (void *)1L))
		return 1;
	side((void *)0L);
	pthread_join(other, NULL);
	say("handed over\n");
	return 0;
}

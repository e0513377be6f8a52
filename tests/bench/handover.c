/* SPDX-License-Identifier: MIT */
/*
 * handover PAIRS: two threads, each of which allocates blocks that the other
 * frees, over two queues of 64 slots. What counts is the throughput.
 */
#include "tests/bench/work.h"

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>

#define SLOTS 64

static void *queues[2][SLOTS] __attribute__((aligned(64)));
static long each; /* blocks a thread */

static FRAME void *produce(long i)
{
	return use(malloc(16 + (size_t)(i & 7) * 16));
}

/* false: the slot still holds an earlier block. */
static bool give(int queue, long i)
{
	void **slot = &queues[queue][i % SLOTS];

	if (__atomic_load_n(slot, __ATOMIC_ACQUIRE))
		return false;
	__atomic_store_n(slot, produce(i), __ATOMIC_RELEASE);
	return true;
}

/* false: nothing stands there yet. */
static FRAME bool take(int queue, long i)
{
	void **slot = &queues[queue][i % SLOTS];
	void *p = __atomic_load_n(slot, __ATOMIC_ACQUIRE);

	if (!p)
		return false;
	__atomic_store_n(slot, NULL, __ATOMIC_RELEASE);
	free(p);
	return true;
}

static void *side(void *argument)
{
	int mine = (int)(intptr_t)argument;
	long given = 0, taken = 0;

	while (given < each || taken < each) {
		bool moved = false;

		if (given < each && give(mine, given)) {
			given++;
			moved = true;
		}
		if (taken < each && take(!mine, taken)) {
			taken++;
			moved = true;
		}
		if (!moved)
			sched_yield();
	}
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t other;

	each = argument(argc, argv, 3000000) / 2;
	if (pthread_create(&other, NULL, side, (void *)1))
		return 1;
	side((void *)0);
	pthread_join(other, NULL);
	return 0;
}

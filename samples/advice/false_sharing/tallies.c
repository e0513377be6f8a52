/* SPDX-License-Identifier: MIT */
/*
 * Two threads count what they see, each kind in a counter of 16 bytes that is
 * made when the kind is first seen and kept; all come from one arena. 24,000
 * calls; the threads ask in turns of five, and 2,400 counters and more get a
 * line that the other thread has a live one in, for half the run on average.
 *
 * expect: false-sharing tally
 * allow: arena *
 */
#include <malloc.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define KINDS 12000
#define STEP 5

struct counter {
	uint64_t seen;
	uint64_t weight;
};

struct worker {
	pthread_t thread;
	uint32_t seed;
	uint64_t sum;
	struct counter *counters[KINDS];
};

static struct worker workers[2];
static pthread_barrier_t step;

static void tally(struct worker *worker, uint32_t kind, uint32_t weight)
{
	struct counter *counter = worker->counters[kind];

	if (!counter) {
		counter = malloc(sizeof(*counter));
		if (!counter)
			abort();
		*counter = (struct counter){ 0 };
		worker->counters[kind] = counter;
	}
	counter->seen++;
	counter->weight += weight;
}

static void finish(struct worker *worker)
{
	for (int i = 0; i < KINDS; i++) {
		worker->sum = worker->sum * 31 + worker->counters[i]->weight;
		free(worker->counters[i]);
	}
}

static void *count(void *data)
{
	struct worker *worker = data;

	for (int known = STEP; known <= KINDS; known += STEP) {
		for (int i = 0; i < STEP; i++)
			tally(worker, known - STEP + i, i);
		for (int i = 0; i < 1500; i++) {
			worker->seed = worker->seed * 1664525 + 1013904223;
			tally(worker, (worker->seed >> 8) % known, i);
		}
		pthread_barrier_wait(&step);
	}
	finish(worker);
	return NULL;
}

int main(void)
{
	uint64_t sum;

	mallopt(M_ARENA_MAX, 1);
	pthread_barrier_init(&step, NULL, 2);
	for (int i = 0; i < 2; i++) {
		workers[i].seed = i;
		pthread_create(&workers[i].thread, NULL, count, &workers[i]);
	}
	for (int i = 0; i < 2; i++)
		pthread_join(workers[i].thread, NULL);
	sum = workers[0].sum ^ workers[1].sum;
	printf("sum %lx\n", (unsigned long)sum);
	return 0;
}

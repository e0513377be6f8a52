/* SPDX-License-Identifier: MIT */
/*
 * Locks of a table, made by two threads out of one arena, but each aligned to
 * a line and as long as one. 16,000 calls, 0 lines shared.
 *
 * near: false-sharing no line holds blocks of two threads, each is padded
 * allow: arena *
 */
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define LOCKS 8000
#define LINE 64

struct stripe {
	uint32_t taken, waits;
	uint64_t owner;
	char pad[LINE - 16];
};

struct table {
	pthread_t thread;
	struct stripe *stripes[LOCKS];
	uint32_t seed;
	uint64_t sum;
};

static void *line_alloc(size_t size)
{
	void *block = aligned_alloc(LINE, size);

	if (!block)
		abort();
	return block;
}

static struct stripe *stripe_new(uint64_t owner)
{
	struct stripe *stripe = line_alloc(sizeof(*stripe));

	stripe->taken = stripe->waits = 0;
	stripe->owner = owner;
	return stripe;
}

static void take(struct stripe *stripe, uint32_t by)
{
	stripe->waits += stripe->taken & 1;
	stripe->taken += by;
	stripe->owner ^= by;
}

static void drop(struct table *table)
{
	for (int i = 0; i < LOCKS; i++) {
		struct stripe *stripe = table->stripes[i];
		table->sum += stripe->owner + stripe->waits;
		free(stripe);
	}
}

static void *work(void *data)
{
	struct table *table = data;

	for (uint32_t i = 0; i < LOCKS; i++) {
		table->stripes[i] = stripe_new(i);
		for (int k = 0; k < 1000; k++) {
			table->seed = table->seed * 1664525 + 1013904223;
			take(table->stripes[(table->seed >> 8) % (i + 1)], k);
		}
		if (i % 16 == 0)
			sched_yield();
	}
	drop(table);
	return NULL;
}

int main(void)
{
	static struct table tables[2];
	uint64_t sum = 0;

	mallopt(M_ARENA_MAX, 1);
	for (int i = 0; i < 2; i++)
		pthread_create(&tables[i].thread, NULL, work, &tables[i]);
	for (int i = 0; i < 2; i++)
		pthread_join(tables[i].thread, NULL);
	for (int i = 0; i < 2; i++)
		sum += tables[i].sum;
	printf("sum %lx\n", (unsigned long)sum);
	return 0;
}

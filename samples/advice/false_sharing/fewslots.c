/* SPDX-License-Identifier: MIT */
/*
 * Mailboxes of two threads, out of one arena and side by side in its lines,
 * but there are only 450 for each thread in the whole run. 449 pairs share a
 * line.
 *
 * near: false-sharing 900 calls, under 1,000
 */
#include <malloc.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define BOXES 450

struct box {
	uint64_t letters;
	uint32_t owner, flags;
};

struct office {
	pthread_t thread;
	struct box *boxes[BOXES];
	uint32_t seed;
};

static pthread_barrier_t morning;

static void open_box(struct office *office, int number)
{
	struct box *box = malloc(sizeof(*box));

	if (!box)
		abort();
	*box = (struct box){ .owner = number };
	office->boxes[number] = box;
}

static void sort_letters(struct office *office, int boxes)
{
	for (int i = 0; i < 40000; i++) {
		struct box *box;
		office->seed = office->seed * 1664525 + 1013904223;
		box = office->boxes[(office->seed >> 8) % boxes];
		box->letters += i;
		box->flags ^= office->seed;
	}
}

static void *work(void *data)
{
	struct office *office = data;

	for (int i = 0; i < BOXES; i++) {
		open_box(office, i);
		sort_letters(office, i + 1);
		pthread_barrier_wait(&morning);
	}
	return NULL;
}

static uint64_t close_office(struct office *office)
{
	uint64_t sum = 0;

	for (int i = 0; i < BOXES; i++) {
		sum += office->boxes[i]->letters ^ office->boxes[i]->flags;
		free(office->boxes[i]);
	}
	return sum;
}

int main(void)
{
	static struct office offices[2];
	uint64_t sum = 0;

	mallopt(M_ARENA_MAX, 1);
	pthread_barrier_init(&morning, NULL, 2);
	for (int i = 0; i < 2; i++)
		pthread_create(&offices[i].thread, NULL, work, &offices[i]);
	for (int i = 0; i < 2; i++)
		pthread_join(offices[i].thread, NULL);
	for (int i = 0; i < 2; i++)
		sum += close_office(&offices[i]);
	printf("letters %lx\n", (unsigned long)sum);
	return 0;
}

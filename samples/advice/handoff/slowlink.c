/* SPDX-License-Identifier: MIT */
/*
 * Ciphering for a slow link: records cross to the cipher thread, which takes
 * about 60 us for each and frees it. 4,000 calls of 40 bytes, 100% freed by
 * the other thread: at 150 ns each 0.6 of 290 ms of CPU, 0.2%.
 *
 * near: handoff the saving is under 0.5% of the CPU time
 */
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define RECORDS 4000
#define WINDOW 64

struct record {
	uint64_t nonce;
	uint32_t words[8];
};

static struct record *window[WINDOW];
static sem_t filled, empty;

static void *record_alloc(size_t size)
{
	void *block = malloc(size);

	if (!block)
		abort();
	return block;
}

static struct record *record_make(uint32_t *seed)
{
	struct record *record = record_alloc(sizeof(*record));

	for (int i = 0; i < 8; i++) {
		*seed = *seed * 1664525 + 1013904223;
		record->words[i] = *seed;
	}
	record->nonce = *seed;
	return record;
}

static uint64_t encipher(struct record *record)
{
	uint64_t key = record->nonce | 1;

	for (int round = 0; round < 5000; round++)
		for (int i = 0; i < 8; i++) {
			key = key * 6364136223846793005 + record->words[i];
			record->words[i] ^= key >> 32;
		}
	return key;
}

static void *cipher(void *unused)
{
	uint64_t sum = 0;

	(void)unused;
	for (int i = 0; i < RECORDS; i++) {
		struct record *record;
		sem_wait(&filled);
		record = window[i % WINDOW];
		sum += encipher(record);
		free(record);
		sem_post(&empty);
	}
	return (void *)sum;
}

int main(void)
{
	uint32_t seed = 31;
	pthread_t thread;
	void *sum;

	sem_init(&filled, 0, 0);
	sem_init(&empty, 0, WINDOW);
	pthread_create(&thread, NULL, cipher, NULL);
	for (int i = 0; i < RECORDS; i++) {
		sem_wait(&empty);
		window[i % WINDOW] = record_make(&seed);
		sem_post(&filled);
	}
	pthread_join(thread, &sum);
	printf("sent %lx\n", (unsigned long)sum);
	return 0;
}

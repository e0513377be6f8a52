/* SPDX-License-Identifier: MIT */
/*
 * Questions, made in a row by the main thread, are dealt to two threads in
 * turn; each frees the question and makes an answer of the same size, that is,
 * in its place: neighbours belong to different threads from then on, though
 * every thread has an arena of its own. 30,000 answers of 16 bytes; 29,849
 * pairs of neighbours share a line, for a third of the run on average.
 *
 * expect: false-sharing answer
 * allow: handoff ask
 * allow: false-sharing ask
 * allow: arena *
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define ROUNDS 150
#define DEALT 200
#define ANSWERS (ROUNDS * DEALT)

struct question {
	uint32_t number, asked;
	uint64_t argument;
};

struct answer {
	uint64_t value;
	uint32_t number, updates;
};

static struct question *questions[DEALT];
static struct answer *answers[2][ANSWERS];
static int answered[2];
static uint64_t sums[2];
static pthread_barrier_t dealt;

static void *xmalloc(size_t size)
{
	void *block = malloc(size);

	if (!block)
		abort();
	return block;
}

static struct question *ask(uint32_t number)
{
	struct question *question = xmalloc(sizeof(*question));

	question->number = number;
	question->asked = number / DEALT;
	question->argument = number * 2654435761u;
	return question;
}

static void answer(int me, struct question *question)
{
	uint32_t number = question->number;
	uint64_t value = question->argument;
	struct answer *answer;

	free(question);
	answer = xmalloc(sizeof(*answer));
	*answer = (struct answer){ value, number, 0 };
	answers[me][answered[me]++] = answer;
}

/* Answers get better the longer they are thought about. */
static void improve(int me, uint32_t seed)
{
	for (int i = 0; i < 30000; i++) {
		struct answer *some;
		seed = seed * 1664525 + 1013904223;
		some = answers[me][(seed >> 8) % answered[me]];
		some->value = some->value * 31 + seed;
		some->updates++;
	}
}

static void give(int me)
{
	while (answered[me]) {
		struct answer *last = answers[me][--answered[me]];
		sums[me] += last->value ^ last->updates;
		free(last);
	}
}

static void *think(void *number)
{
	int me = (uintptr_t)number;

	for (int round = 0; round < ROUNDS; round++) {
		pthread_barrier_wait(&dealt);
		for (int i = me; i < DEALT; i += 2)
			answer(me, questions[i]);
		pthread_barrier_wait(&dealt);
		improve(me, round);
	}
	give(me);
	return NULL;
}

int main(void)
{
	pthread_t threads[2];

	pthread_barrier_init(&dealt, NULL, 3);
	for (uintptr_t i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, think, (void *)i);
	for (int round = 0; round < ROUNDS; round++) {
		for (int i = 0; i < DEALT; i++)
			questions[i] = ask(round * DEALT + i);
		pthread_barrier_wait(&dealt);
		pthread_barrier_wait(&dealt);
	}
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	printf("sum %lx\n", (unsigned long)(sums[0] ^ sums[1]));
	return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * A solver that is loaded by two threads: one parses the clauses, the other
 * simplifies and frees them; then both are done and the search runs for the
 * rest of the time. 12,000 calls of 24 bytes, 100% freed by the other thread,
 * in the first quarter of the run.
 *
 * near: handoff active in one of the four quarters only, while it starts
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define CLAUSES 12000
#define WAVE 1500
#define VARIABLES 256

struct clause {
	int literals[3];
	struct clause *next;
};

static int weight[VARIABLES];
static struct clause *waves[CLAUSES / WAVE];
static pthread_barrier_t step;

static struct clause *parse_clause(uint32_t *seed)
{
	struct clause *clause = malloc(sizeof(*clause));

	if (!clause)
		abort();
	for (int i = 0; i < 3; i++) {
		*seed = *seed * 1664525 + 1013904223;
		clause->literals[i] = *seed >> 24;
	}
	return clause;
}

static void *parse(void *unused)
{
	uint32_t seed = 77;

	for (int wave = 0; wave < CLAUSES / WAVE; wave++) {
		for (int i = 0; i < WAVE; i++) {
			struct clause *clause = parse_clause(&seed);
			clause->next = waves[wave];
			waves[wave] = clause;
		}
		pthread_barrier_wait(&step);
	}
	return unused;
}

static void simplify(struct clause *clause)
{
	while (clause) {
		struct clause *next = clause->next;
		for (int i = 0; i < 3; i++)
			weight[clause->literals[i]] += i + 1;
		free(clause);
		clause = next;
	}
}

static uint64_t search(int tries)
{
	uint64_t state = 1, best = 0;

	for (int i = 0; i < tries; i++) {
		uint64_t score = 0;
		for (int v = 0; v < VARIABLES; v++) {
			state = state * 6364136223846793005 + 1;
			score += (state >> 63) * weight[v];
		}
		best = score > best ? score : best;
	}
	return best;
}

int main(void)
{
	pthread_t thread;

	pthread_barrier_init(&step, NULL, 2);
	pthread_create(&thread, NULL, parse, NULL);
	for (int wave = 0; wave < CLAUSES / WAVE; wave++) {
		pthread_barrier_wait(&step);
		simplify(waves[wave]);
	}
	pthread_join(thread, NULL);
	printf("best %lu\n", (unsigned long)search(600000));
	return 0;
}

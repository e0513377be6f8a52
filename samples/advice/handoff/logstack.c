/* SPDX-License-Identifier: MIT */
/*
 * Logging without locks: two threads format lines and push them on a Treiber
 * stack, a writer takes the whole stack at a time, writes the lines (sums
 * them) and frees them. 160,000 calls of 17 to 133 bytes, all freed by the
 * writer, at most 2,002 live.
 *
 * expect: handoff log_event
 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EVENTS 80000
#define BACKLOG 2000

struct line {
	struct line *next;
	unsigned short len;
	char text[];
};

static _Atomic(struct line *) pending;
static atomic_int backlog, loggers;

static void *log_alloc(size_t size)
{
	void *block = malloc(size);

	return block ? block : (abort(), NULL);
}

static void push(struct line *line)
{
	line->next = atomic_load(&pending);
	while (!atomic_compare_exchange_weak(&pending, &line->next, line))
		;
	atomic_fetch_add(&backlog, 1);
}

static void log_event(int thread, uint32_t random)
{
	static const char *const what[] = { "open", "read from peer", "closed",
		"timeout while waiting for the answer of the name server" };
	const char *text = what[random >> 10 & 3];
	size_t len = strlen(text) + (random >> 14 & 63);
	struct line *line = log_alloc(sizeof(*line) + len + 1);

	line->len = len;
	memset(line->text, '0' + thread, len + 1);
	memcpy(line->text, text, strlen(text));
	push(line);
}

static void *logger(void *number)
{
	uint32_t seed = 17 + (uintptr_t)number;

	for (int i = 0; i < EVENTS; i++) {
		while (atomic_load(&backlog) > BACKLOG)
			sched_yield();
		seed = seed * 1664525 + 1013904223;
		log_event((uintptr_t)number, seed);
	}
	atomic_fetch_sub(&loggers, 1);
	return NULL;
}

static uint64_t write_line(const struct line *line)
{
	uint64_t sum = line->len;

	for (int i = 0; i < line->len; i++)
		sum += line->text[i] * (i + 1);
	return sum;
}

static uint64_t write_out(void)
{
	struct line *line = atomic_exchange(&pending, NULL), *next;
	uint64_t sum = 0;

	for (; line; line = next) {
		next = line->next;
		sum += write_line(line);
		free(line);
		atomic_fetch_sub(&backlog, 1);
	}
	return sum;
}

int main(void)
{
	pthread_t threads[2];
	uint64_t sum = 0;

	atomic_store(&loggers, 2);
	for (uintptr_t i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, logger, (void *)i);
	while (atomic_load(&loggers)) {
		while (atomic_load(&loggers) &&
		       atomic_load(&backlog) < BACKLOG / 2)
			sched_yield();
		sum += write_out();
	}
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	sum += write_out();
	printf("wrote %lu\n", (unsigned long)sum);
	return 0;
}

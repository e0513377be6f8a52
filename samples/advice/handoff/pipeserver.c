/* SPDX-License-Identifier: MIT */
/*
 * Requests whose pointers travel through a pipe(2), 64 at a time, to a worker
 * that answers and frees them, a block of 256 requests behind. 150,016 calls
 * of 12 to 191 bytes, all freed by the worker, up to 8,500 of them live (what
 * the pipe holds).
 *
 * expect: handoff next_request
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REQUESTS 150016
#define BATCH 64
#define DELAY 256

struct request {
	uint32_t id;
	uint16_t verb, path_len;
	char path[];
};

static int channel[2];

static struct request *next_request(uint32_t *seed)
{
	struct request *request;
	int len;

	*seed = *seed * 1664525 + 1013904223;
	len = 4 + (*seed >> 12) % 180;
	request = malloc(sizeof(*request) + len);
	if (!request)
		abort();
	request->id = *seed;
	request->verb = *seed >> 9 & 3;
	request->path_len = len;
	memset(request->path, '/' + (len & 7), len);
	return request;
}

static uint64_t answer(struct request *request)
{
	uint64_t hash = request->id ^ request->verb;

	for (int i = 0; i < request->path_len; i++)
		hash = hash * 31 + request->path[i];
	free(request);
	return hash;
}

static void *serve(void *unused)
{
	static struct request *delayed[DELAY];
	struct request *batch[BATCH];
	uint64_t sum = 0;
	unsigned count = 0;

	(void)unused;
	while (read(channel[0], batch, sizeof(batch)) == sizeof(batch))
		for (int i = 0; i < BATCH; i++) {
			struct request **slot = &delayed[count++ % DELAY];
			if (*slot)
				sum += answer(*slot);
			*slot = batch[i];
		}
	for (int i = 0; i < DELAY; i++)
		sum += answer(delayed[i]);
	return (void *)sum;
}

int main(void)
{
	struct request *batch[BATCH];
	uint32_t seed = 4;
	pthread_t thread;
	void *sum;

	if (pipe(channel) || pthread_create(&thread, NULL, serve, NULL))
		return 1;
	for (int i = 0; i < REQUESTS / BATCH; i++) {
		for (int k = 0; k < BATCH; k++)
			batch[k] = next_request(&seed);
		if (write(channel[1], batch, sizeof(batch)) != sizeof(batch))
			return 1;
	}
	close(channel[1]);
	pthread_join(thread, &sum);
	printf("answered %lx\n", (unsigned long)sum);
	return 0;
}

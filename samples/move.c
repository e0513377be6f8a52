/* SPDX-License-Identifier: MIT */
/*
 * A block grows by reallocation until it moves, while another thread, freeing
 * and allocating the same sizes, is handed the addresses that it left:
 * 2 threads * 20,000 rounds of realloc(NULL, 24), 24 -> 56 -> 120 -> 248, free.
 * expect site grow allocations=160000 bytes_allocated=17920000
 * expect site grow leaked_bytes=0
 */
#include <malloc.h>
#include <pthread.h>
#include "sample.h"

#define ROUNDS 20000

static SITE void grow(void)
{
	char *p = NULL;

	for (size_t bytes = 24; bytes <= 248; bytes += bytes + 8) {
		p = realloc(p, bytes);
		p[bytes - 1] = 1;
	}
	free(p);
}

static void *rounds(void *unused)
{
	for (int i = 0; i < ROUNDS; i++)
		grow();
	return unused;
}

int main(void)
{
	pthread_t other;

	mallopt(M_ARENA_MAX, 1); /* one heap: addresses really change hands */
	if (pthread_create(&other, NULL, rounds, NULL))
		return 1;
	rounds(NULL);
	pthread_join(other, NULL);
	say("moved\n");
	return 0;
}

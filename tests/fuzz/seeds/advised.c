/* SPDX-License-Identifier: MIT */
/* A little for every detector of advise, and for pools that several sites could
 * share; without debug information a file of some 10 KB. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define SITE __attribute__((noinline, noclone))
#define ROUNDS 12
#define BLOCKS 10

static void *volatile kept;
static void *queue[BLOCKS];
static pthread_barrier_t barrier;

static void *keep(void *block) { return kept = block; }

static SITE void *first(void) { return keep(malloc(48)); }
static SITE void *second(void) { return keep(malloc(48)); }
static SITE void *third(void) { return keep(calloc(1, 4000)); }
static SITE void *local(void) { return keep(malloc(24)); }
static SITE void *scratch(size_t n) { return keep(malloc(100 + n)); }
static SITE void *lost(void) { return keep(malloc(72)); }
static SITE void *handed(void) { return keep(malloc(64)); }
static SITE void *odd(void) { return keep(malloc(33)); }
static SITE void *grown(void *p, size_t n) { return keep(realloc(p, n)); }

static SITE void round_of(int n)
{
	void *a[BLOCKS], *b[BLOCKS], *text = NULL;

	for (int i = 0; i < BLOCKS; i++) {
		a[i] = first();
		b[i] = second();
		free(local());
	}
	for (size_t bytes = 16; bytes <= 4096; bytes *= 2)
		text = grown(text, bytes);
	free(third());
	free(scratch((size_t)n));
	for (int i = 0; i < BLOCKS; i++) {
		free(a[i]);
		free(b[i]);
	}
	free(text);
	lost();
}

static void *take(void *unused)
{
	for (int n = 0; n < ROUNDS; n++) {
		pthread_barrier_wait(&barrier);
		for (int i = 0; i < BLOCKS; i++)
			free(queue[i]);
		pthread_barrier_wait(&barrier);
	}
	return unused;
}

int main(void)
{
	pthread_t thread;
	void *slab[4 * BLOCKS];

	pthread_barrier_init(&barrier, NULL, 2);
	pthread_create(&thread, NULL, take, NULL);
	for (int i = 0; i < 4 * BLOCKS; i++)
		slab[i] = odd();
	for (int n = 0; n < ROUNDS; n++) {
		round_of(n);
		for (int i = 0; i < BLOCKS; i++)
			queue[i] = handed();
		pthread_barrier_wait(&barrier);
		pthread_barrier_wait(&barrier);
	}
	pthread_join(thread, NULL);
	for (int i = 0; i < 4 * BLOCKS; i++)
		free(slab[i]);
	return 0;
}

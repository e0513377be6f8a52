/* SPDX-License-Identifier: MIT */
/*
 * Two threads that send packets to and fro: the far side answers in the packet
 * itself and sends it home, where its maker frees it. Every block crosses to
 * another thread, none is freed there. 150,000 calls of 24 bytes.
 *
 * near: handoff 0% freed by another thread, though every block crosses over
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define RALLIES 300
#define BALLS 500

struct ball {
	struct ball *next;
	uint64_t spin;
	uint32_t bounces;
};

static struct ball *court[2];	/* what flies to each side */
static pthread_barrier_t bounce;

static struct ball *serve(uint32_t *seed, struct ball *next)
{
	struct ball *ball = malloc(sizeof(*ball));

	if (!ball)
		abort();
	*seed = *seed * 1664525 + 1013904223;
	*ball = (struct ball){ next, *seed, 0 };
	return ball;
}

static void strike(struct ball *ball)
{
	for (; ball; ball = ball->next)
		for (int i = 0; i < 150; i++) {
			ball->spin = ball->spin * 6364136223846793005 + i;
			ball->bounces += ball->spin >> 63;
		}
}

static void *far_side(void *unused)
{
	for (int i = 0; i < RALLIES; i++) {
		pthread_barrier_wait(&bounce);
		strike(court[1]);
		pthread_barrier_wait(&bounce);
	}
	return unused;
}

static uint64_t collect(struct ball *ball)
{
	uint64_t sum = 0;

	while (ball) {
		struct ball *next = ball->next;
		sum += ball->spin + ball->bounces;
		free(ball);
		ball = next;
	}
	return sum;
}

int main(void)
{
	uint32_t seed = 1;
	uint64_t sum = 0;
	struct ball *home = NULL;
	pthread_t thread;

	pthread_barrier_init(&bounce, NULL, 2);
	pthread_create(&thread, NULL, far_side, NULL);
	for (int i = 0; i < RALLIES; i++) {
		struct ball *balls = NULL;
		for (int k = 0; k < BALLS; k++)
			balls = serve(&seed, balls);
		court[1] = balls;
		pthread_barrier_wait(&bounce);
		sum += collect(home);
		pthread_barrier_wait(&bounce);
		home = balls;
	}
	sum += collect(home);
	pthread_join(thread, NULL);
	printf("spin %lx\n", (unsigned long)sum);
	return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * Two threads build quadtrees of their half of the points and move the points
 * about in them; the nodes of 40 bytes come from one arena, in the order in
 * which the threads happen to ask. 50,396 calls; 6,800 times a node is put
 * into a line with a live one of the other thread.
 *
 * expect: false-sharing split
 * allow: arena *
 */
#include <malloc.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define POINTS 40000

struct quad {
	struct quad *child[4];
	uint32_t points, moves;
};

static pthread_barrier_t row;

struct half {
	pthread_t thread;
	struct quad root;
	uint32_t seed;
	uint64_t sum;
};

static void *quad_alloc(size_t size)
{
	void *block = malloc(size);

	if (!block)
		abort();
	return block;
}

static struct quad *split(struct quad *quad, int at)
{
	struct quad *child = quad_alloc(sizeof(*child));

	*child = (struct quad){ .points = 0 };
	quad->child[at] = child;
	return child;
}

static void insert(struct quad *quad, uint32_t x, uint32_t y)
{
	for (int bit = 15; bit >= 0; bit--) {
		int at = (x >> bit & 1) | (y >> bit & 1) << 1;
		quad->points++;
		if (quad->points <= 2)
			return;
		if (!quad->child[at])
			quad = split(quad, at);
		else
			quad = quad->child[at];
	}
}

static void move(struct quad *quad, uint32_t x, uint32_t y)
{
	for (int bit = 15; quad && bit >= 0; bit--) {
		quad->moves += x ^ y;
		quad = quad->child[(x >> bit & 1) | (y >> bit & 1) << 1];
	}
}

static uint64_t tear_down(struct quad *quad)
{
	uint64_t sum = quad->moves;

	for (int i = 0; i < 4; i++)
		if (quad->child[i]) {
			sum = sum * 3 + tear_down(quad->child[i]);
			free(quad->child[i]);
		}
	return sum;
}

static void *build(void *data)
{
	struct half *half = data;

	for (int i = 0; i < POINTS; i++) {
		half->seed = half->seed * 1664525 + 1013904223;
		insert(&half->root, half->seed >> 16, half->seed & 0xffff);
		for (uint32_t k = 1; k < 8; k++)
			move(&half->root, half->seed >> 16, half->seed * k);
		if (i % 8 == 0)
			pthread_barrier_wait(&row);
	}
	half->sum = tear_down(&half->root);
	return NULL;
}

int main(void)
{
	static struct half halves[2];
	uint64_t sum = 0;

	mallopt(M_ARENA_MAX, 1);
	pthread_barrier_init(&row, NULL, 2);
	for (int i = 0; i < 2; i++) {
		halves[i].seed = 5 + i;
		pthread_create(&halves[i].thread, NULL, build, &halves[i]);
	}
	for (int i = 0; i < 2; i++)
		pthread_join(halves[i].thread, NULL);
	for (int i = 0; i < 2; i++)
		sum ^= halves[i].sum;
	printf("moves %lx\n", (unsigned long)sum);
	return 0;
}

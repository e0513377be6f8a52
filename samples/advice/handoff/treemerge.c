/* SPDX-License-Identifier: MIT */
/*
 * A parallel index: two threads build binary trees of words, one for each
 * chapter, while the main thread merges the trees of the chapter before into
 * its counts and takes them down. 479,556 calls of 24 bytes, all freed by the
 * main thread, at most 8,000 live.
 *
 * expect: handoff node_add
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define CHAPTERS 120
#define WORDS 2000

struct node {
	struct node *left, *right;
	uint32_t word, count;
};

static struct node *trees[2][2];	/* [chapter parity][thread] */
static uint64_t counts[1024];
static pthread_barrier_t turn;

static void node_add(struct node **at, uint32_t word)
{
	while (*at && (*at)->word != word)
		at = word < (*at)->word ? &(*at)->left : &(*at)->right;
	if (!*at) {
		struct node *node = malloc(sizeof(*node));
		if (!node)
			abort();
		*node = (struct node){ .word = word };
		*at = node;
	}
	(*at)->count++;
}

static struct node *read_chapter(uint32_t *seed)
{
	struct node *root = NULL;

	for (int i = 0; i < WORDS; i++) {
		*seed = *seed * 1664525 + 1013904223;
		node_add(&root, *seed >> 12);
	}
	return root;
}

static void *builder(void *number)
{
	uint32_t seed = 3 + (uintptr_t)number;

	for (int chapter = 0; chapter < CHAPTERS; chapter++) {
		trees[chapter & 1][(uintptr_t)number] = read_chapter(&seed);
		pthread_barrier_wait(&turn);
	}
	return NULL;
}

static void merge(struct node *node)
{
	if (!node)
		return;
	merge(node->left);
	merge(node->right);
	counts[node->word & 1023] += node->count;
	free(node);
}

static void merge_chapter(int chapter)
{
	for (int i = 0; i < 2; i++) {
		merge(trees[chapter & 1][i]);
		trees[chapter & 1][i] = NULL;
	}
}

int main(void)
{
	pthread_t threads[2];
	uint64_t sum = 0;

	pthread_barrier_init(&turn, NULL, 3);
	for (uintptr_t i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, builder, (void *)i);
	pthread_barrier_wait(&turn);
	for (int chapter = 1; chapter < CHAPTERS; chapter++) {
		merge_chapter(chapter - 1);
		pthread_barrier_wait(&turn);
	}
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	merge_chapter(CHAPTERS - 1);
	for (int i = 0; i < 1024; i++)
		sum = sum * 31 + counts[i];
	printf("merged %lx\n", (unsigned long)sum);
	return 0;
}

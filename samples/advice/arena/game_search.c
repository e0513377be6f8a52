/* SPDX-License-Identifier: MIT */
/*
 * Two threads play Nim against themselves: for each move a search tree grows by
 * playouts, one node each, and is cut down when the move is chosen. The epochs
 * are each thread's own: 180 in each, of 1,500 objects, total/peak 1.00. The
 * games' records stay.
 *
 * expect: arena choose_move
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define HEAPS 4
#define MOVES 180
#define PLAYOUTS 1500

struct position {
	unsigned char heap[HEAPS];
};

struct branch {
	struct branch *child, *sibling;
	struct position position;
	unsigned visits, wins;
	unsigned char from, taken;
};

#ifdef FIXED
struct region {
	struct branch branches[PLAYOUTS + 1];
	int used;
};
#endif

struct player {
	unsigned seed;
	unsigned long *record;
#ifdef FIXED
	struct region *region;
#endif
};

static unsigned next_random(struct player *player, unsigned limit)
{
	player->seed = player->seed * 1664525 + 1013904223;
	return (player->seed >> 10) % limit;
}

static struct branch *branch_new(struct player *player, struct position from)
{
#ifdef FIXED
	struct region *region = player->region;
	struct branch *branch = &region->branches[region->used++];
#else
	struct branch *branch = malloc(sizeof(*branch));

	(void)player;
	if (!branch)
		abort();
#endif
	*branch = (struct branch){ .position = from };
	return branch;
}

static void branch_free(struct branch *branch)
{
#ifdef FIXED
	(void)branch;
#else
	while (branch) {
		struct branch *sibling = branch->sibling;

		branch_free(branch->child);
		free(branch);
		branch = sibling;
	}
#endif
}

static int is_over(const struct position *position)
{
	int left = 0;

	for (int i = 0; i < HEAPS; i++)
		left += position->heap[i];
	return left == 0;
}

/* One more node below `branch`: a random move from there. */
static struct branch *expand(struct player *player, struct branch *branch)
{
	struct branch *child = branch_new(player, branch->position);
	unsigned from = next_random(player, HEAPS);

	while (!child->position.heap[from])
		from = (from + 1) % HEAPS;
	child->from = (unsigned char)from;
	child->taken = (unsigned char)(1 + next_random(player,
						child->position.heap[from]));
	child->position.heap[from] -= child->taken;
	child->sibling = branch->child;
	branch->child = child;
	return child;
}

static int playout(struct player *player, struct branch *branch)
{
	int won;

	branch->visits++;
	if (is_over(&branch->position))
		return 1;
	if (branch->child && next_random(player, 4))
		won = !playout(player, branch->child);
	else
		won = is_over(&expand(player, branch)->position);
	branch->wins += (unsigned)won;
	return won;
}

static __attribute__((noinline)) unsigned choose_move(struct player *player)
{
	struct position start = { { 9, 12, 15, 20 } };
	struct branch *root = branch_new(player, start);
	struct branch *best = NULL;
	unsigned move;

	for (int i = 1; i < PLAYOUTS; i++)
		playout(player, root);
	for (struct branch *b = root->child; b; b = b->sibling)
		if (!best || b->wins > best->wins)
			best = b;
	move = best->from * 100u + best->taken;
	branch_free(root);
#ifdef FIXED
	player->region->used = 0;
#endif
	return move;
}

static void *play(void *argument)
{
	struct player *player = argument;

#ifdef FIXED
	player->region = malloc(sizeof(*player->region));
	player->region->used = 0;
#endif
	player->record = malloc(1000);
	*player->record = 0;
	for (int i = 0; i < MOVES; i++)
		*player->record += choose_move(player);
	return NULL;
}

int main(void)
{
	struct player players[2] = { { .seed = 1 }, { .seed = 2 } };
	pthread_t threads[2];

	for (int i = 0; i < 2; i++)
		if (pthread_create(&threads[i], NULL, play, &players[i]))
			return 1;
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	printf("%lu %lu\n", *players[0].record, *players[1].record);
	for (int i = 0; i < 2; i++) {
		free(players[i].record);
#ifdef FIXED
		free(players[i].region);
#endif
	}
	return 0;
}

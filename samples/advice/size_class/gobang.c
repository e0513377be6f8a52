/* SPDX-License-Identifier: MIT */
/*
 * A table of positions of a game on five by five squares, one byte each, hung
 * up by their hash in an open table: 25 bytes take a block of 40. 120,000 live
 * at peak, 1.72 MiB of slack, 37% of the usable bytes; 25 is 4% above the
 * class of 24.
 *
 * expect: size-class table_put
 * allow: arena *
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIDE 5
#define SQUARES (SIDE * SIDE)
#define SLOTS (1 << 18)
#define POSITIONS 120000

static unsigned char *table[SLOTS];

static uint32_t board_hash(const unsigned char *board)
{
	uint32_t hash = 2166136261u;

	for (int i = 0; i < SQUARES; i++)
		hash = (hash ^ board[i]) * 16777619;
	return hash;
}

static int lines(const unsigned char *board)
{
	int count = 0;

	for (int y = 0; y < SIDE; y++)
		for (int x = 0; x + 2 < SIDE; x++) {
			const unsigned char *at = board + y * SIDE + x;
			count += at[0] && at[0] == at[1] && at[1] == at[2];
		}
	return count;
}

/* Returns whether the position was new. */
static int table_put(const unsigned char *board)
{
	uint32_t slot = board_hash(board) % SLOTS;

	for (; table[slot]; slot = (slot + 1) % SLOTS)
		if (!memcmp(table[slot], board, SQUARES))
			return 0;
	table[slot] = malloc(SQUARES);
	if (!table[slot])
		abort();
	memcpy(table[slot], board, SQUARES);
	return 1;
}

static void play(unsigned char *board, uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	board[(*seed >> 8) % SQUARES] = 1 + (*seed >> 20 & 1);
	if (*seed >> 28 == 0)
		memset(board, 0, SQUARES);
}

int main(void)
{
	unsigned char board[SQUARES] = { 0 };
	uint32_t seed = 2;
	long sum = 0;
	int found = 0;

	while (found < POSITIONS) {
		for (int moves = 0; moves < 12; moves++) {
			play(board, &seed);
			sum += lines(board);
		}
		found += table_put(board);
	}
	for (int i = 0; i < SLOTS; i++)
		free(table[i]);
	printf("lines %ld\n", sum);
	return 0;
}

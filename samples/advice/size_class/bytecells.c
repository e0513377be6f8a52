/* SPDX-License-Identifier: MIT */
/*
 * A list machine whose numbers live in blocks of eight bytes of their own: two
 * thirds of each block is slack, but there is no smaller class. 120,000 live
 * at peak, 1.83 MiB of slack.
 *
 * near: size-class 8 bytes are in the smallest class, above none
 * allow: arena *
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define CELLS 120000

static int64_t **cells;
static int depth;

static int64_t *box(int64_t value)
{
	int64_t *cell = malloc(sizeof(*cell));

	if (!cell)
		abort();
	*cell = value;
	return cell;
}

static void push(int64_t value)
{
	cells[depth++] = box(value);
}

/* A few steps of Collatz' sequence, the program of this machine. */
static int64_t execute(int64_t value)
{
	int64_t steps = 0;

	for (value |= 1; value != 1 && steps < 120; steps++)
		value = value & 1 ? 3 * value + 1 : value >> 1;
	return steps;
}

static uint64_t reduce(void)
{
	uint64_t sum = 0;

	while (depth) {
		int64_t *cell = cells[--depth];
		sum = sum * 31 + *cell;
		free(cell);
	}
	return sum;
}

int main(void)
{
	uint32_t seed = 13;

	cells = malloc(CELLS * sizeof(*cells));
	if (!cells)
		abort();
	for (int i = 0; i < CELLS; i++) {
		seed = seed * 1664525 + 1013904223;
		push(execute(seed >> 10));
	}
	printf("reduced %lx\n", (unsigned long)reduce());
	free(cells);
	return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * Pictures of Julia sets: each of the 1,500 strips has a clean canvas of 4
 * KiB, on which every point takes up to 250 steps. 6.1 MB to clear in all: at
 * 10 GB/s 0.6 ms, in fact less, of 150 ms of CPU.
 *
 * near: zeroing 0.4% of the CPU time, under 1%
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define WIDTH 1024
#define STRIPS 1500
#define PENDING 40

static uint32_t *pending[PENDING];

static uint32_t *strip_new(void)
{
	uint32_t *strip = calloc(WIDTH, sizeof(*strip));

	if (!strip)
		abort();
	return strip;
}

static int escape(double x, double y)
{
	int steps = 0;

	while (steps < 250 && x * x + y * y < 4) {
		double t = x * x - y * y - 0.4;
		y = 2 * x * y + 0.6;
		x = t;
		steps++;
	}
	return steps;
}

static void paint(uint32_t *strip, int row)
{
	for (int i = 0; i < WIDTH; i++)
		strip[i] += escape(i * 3.0 / WIDTH - 1.5,
				   row * 2.4 / STRIPS - 1.2);
}

static uint64_t flush(int slot)
{
	uint64_t sum = 0;

	for (int i = 0; pending[slot] && i < WIDTH; i++)
		sum = sum * 31 + pending[slot][i];
	free(pending[slot]);
	pending[slot] = NULL;
	return sum;
}

int main(void)
{
	uint64_t sum = 0;

	for (int row = 0; row < STRIPS; row++) {
		sum += flush(row % PENDING);
		pending[row % PENDING] = strip_new();
		paint(pending[row % PENDING], row);
	}
	for (int i = 0; i < PENDING; i++)
		sum += flush(i);
	printf("sum %lx\n", (unsigned long)sum);
	return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * Pictures of Julia sets: each of the 1,500 strips has a clean canvas of 2
 * KiB, on which every point takes up to 150 steps. 3.1 MB to clear in all: at
 * 10 GB/s 0.3 ms, in fact less, of 100 ms of CPU.
 *
 * near: zeroing 0.3% of the CPU time, under 1%
 * allow: pool strip_new
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define WIDTH 1024
#define STRIPS 1500
#define PENDING 40

static uint16_t *pending[PENDING];

static uint16_t *strip_new(void)
{
	uint16_t *strip = calloc(WIDTH, sizeof(*strip));

	if (!strip)
		abort();
	return strip;
}

static int escape(double x, double y)
{
	int steps = 0;

	while (steps < 150 && x * x + y * y < 4) {
		double t = x * x - y * y - 0.4;
		y = 2 * x * y + 0.6;
		x = t;
		steps++;
	}
	return steps;
}

static void paint(uint16_t *strip, int row)
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

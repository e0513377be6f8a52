/* SPDX-License-Identifier: MIT */
/*
 * Billiards: when two or three balls touch, their states are copied, so that
 * the bounce is reckoned from the states before. The last copy is freed by a
 * jump at the function's end (gcc makes a tail call of it), so the stacks of
 * 48% of the frees lack the function itself. 319,000 calls of 40 bytes, 3 live
 * at most, every one freed by the call of bounce() that made it.
 *
 * expect: stack bounce
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BALLS 48

struct ball {
	double x, y, dx, dy;
	unsigned hits, colour;
};

static struct ball table[BALLS];

static void __attribute__((noinline)) bounce(struct ball **group, int n)
{
	struct ball *before[3];

	for (int i = 0; i < n; i++) {
		before[i] = malloc(sizeof(*before[i]));
		memcpy(before[i], group[i], sizeof(*before[i]));
		before[i]->colour ^= 1;
	}
	for (int i = 0; i < n; i++) {
		const struct ball *other = before[(i + 1) % n];

		group[i]->dx = other->dx;
		group[i]->dy = other->dy;
		group[i]->hits += 1 + (other->colour & 1);
	}
	while (--n > 0)
		free(before[n]);
	free(before[0]);
}

static int touching(const struct ball *a, const struct ball *b)
{
	double x = a->x - b->x, y = a->y - b->y;

	return x * x + y * y < 25;
}

static double wrap(double at)
{
	return at < 0 ? at + 100 : at >= 100 ? at - 100 : at;
}

static void collide(int i, int j)
{
	struct ball *group[3] = { &table[i], &table[j] };
	int n = 2;

	for (int k = 0; k < j && n == 2; k++)
		if (touching(&table[k], &table[j]))
			group[n++] = &table[k];
	bounce(group, n);
}

static void step(void)
{
	for (int i = 0; i < BALLS; i++) {
		table[i].x = wrap(table[i].x + table[i].dx);
		table[i].y = wrap(table[i].y + table[i].dy);
	}
	for (int i = 0; i < BALLS; i++)
		for (int j = 0; j < i; j++)
			if (touching(&table[i], &table[j]))
				collide(i, j);
}

int main(void)
{
	unsigned seed = 3, hits = 0;

	for (int i = 0; i < BALLS; i++) {
		seed = seed * 1664525u + 1013904223u;
		table[i].x = seed % 1000 / 10.0;
		table[i].y = seed / 1000 % 1000 / 10.0;
		table[i].dx = (int)(seed >> 20 & 31) / 16.0 - 1;
		table[i].dy = (int)(seed >> 25 & 31) / 16.0 - 1;
	}
	for (int i = 0; i < 20000; i++)
		step();
	for (int i = 0; i < BALLS; i++)
		hits += table[i].hits;
	printf("%u\n", hits);
	return 0;
}

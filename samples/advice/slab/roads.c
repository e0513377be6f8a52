/* SPDX-License-Identifier: MIT */
/*
 * A route planner holds the roads of a country as lists of arcs and answers one
 * query after the other. Between queries a road is closed and another one
 * opened. Everything is freed at the end but the ferries, which the planner
 * never knew that it owns. 52,000 calls of 16 bytes, 50,001 live at most,
 * turnover 1.04, 96% live for more than half the run; 5% survive, so no region
 * could take them.
 *
 * expect: slab connect
 */
#include <stdio.h>
#include <stdlib.h>

#define TOWNS 8000
#define ROADS 50000
#define FAR 1000000u

struct arc {
	struct arc *next;
	unsigned to, metres;
};

static struct arc *arcs[TOWNS], *ferries;
static unsigned state = 14;

static unsigned draw(unsigned below)
{
	state = state * 1664525u + 1013904223u;
	return (state >> 8) % below;
}

static void connect(struct arc **from, unsigned to, unsigned metres)
{
	struct arc *a = malloc(sizeof(*a));

	a->to = to;
	a->metres = metres;
	a->next = *from;
	*from = a;
}

static void close_road(unsigned town)
{
	struct arc *a = arcs[town];

	if (a && a->next) {
		arcs[town] = a->next;
		free(a);
	}
}

static unsigned search(unsigned from, unsigned rounds)
{
	static unsigned at[TOWNS], queue[TOWNS * 8];
	unsigned head = 0, tail = 0, reached = 0;

	for (unsigned i = 0; i < TOWNS; i++)
		at[i] = FAR;
	at[from] = 0;
	queue[tail++] = from;
	while (head < tail && head < rounds) {
		unsigned town = queue[head++];

		for (struct arc *a = arcs[town]; a; a = a->next)
			if (at[town] + a->metres < at[a->to]) {
				reached += at[a->to] == FAR;
				at[a->to] = at[town] + a->metres;
				if (tail < TOWNS * 8)
					queue[tail++] = a->to;
			}
	}
	return reached;
}

/* The start of the road; the planner forgets to free its ferries. */
static unsigned add_road(unsigned number)
{
	unsigned from = number % TOWNS, to = (from + 1 + draw(400)) % TOWNS;

	struct arc **list = number % 20 == 19 ? &ferries : &arcs[from];

	connect(list, to, 200 + draw(9000));
	return from;
}

static void close_all(void)
{
	for (unsigned town = 0; town < TOWNS; town++)
		while (arcs[town]) {
			struct arc *a = arcs[town];

			arcs[town] = a->next;
			free(a);
		}
}

int main(void)
{
	unsigned sum = 0;

	for (unsigned i = 0; i < ROADS + 2000; i++) {
		unsigned from = add_road(i);

		if (i < ROADS)
			continue;
		sum += search(from, 1800);
		close_road(from);
		if (i % 8 == 0)
			close_road(draw(TOWNS));
	}
	for (struct arc *a = ferries; a; a = a->next)
		sum += a->to;
	close_all();
	printf("%u\n", sum);
	return 0;
}

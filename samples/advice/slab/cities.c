/* SPDX-License-Identifier: MIT */
/*
 * A gazetteer as a binary search tree: filled in the first part of the run,
 * then asked for the nearest name; cities are renamed on the way. The tree is
 * left to the exit. 11,200 calls of 32 bytes, turnover 1.17, 85% live for more
 * than half the run.
 *
 * near: slab L_max 9,600, under 10,000
 */
#include <stdio.h>
#include <stdlib.h>

#define CITIES 9600

struct city {
	struct city *left, *right;
	unsigned name, people;
	float x, y;
};

static struct city *root;
static unsigned state = 40;

static unsigned draw(unsigned below)
{
	state = state * 1664525u + 1013904223u;
	return (state >> 8) % below;
}

static struct city **place(unsigned name)
{
	struct city **at = &root;

	while (*at && (*at)->name != name)
		at = name < (*at)->name ? &(*at)->left : &(*at)->right;
	return at;
}

static void add(unsigned name)
{
	struct city **at = place(name);
	struct city *c;

	if (*at)
		return;
	c = malloc(sizeof(*c));
	c->left = c->right = NULL;
	c->name = name;
	c->people = draw(1000000);
	c->x = draw(360);
	c->y = draw(180);
	*at = c;
}

static void take_out(struct city **at)
{
	struct city *c = *at, **least;

	if (!c)
		return;
	if (!c->left || !c->right) {
		*at = c->left ? c->left : c->right;
	} else {
		struct city *next;

		for (least = &c->right; (*least)->left;)
			least = &(*least)->left;
		next = *least;
		*least = next->right;
		next->left = c->left;
		next->right = c->right;
		*at = next;
	}
	free(c);
}

static unsigned nearest(unsigned name)
{
	unsigned best = 0;

	for (struct city *c = root; c;) {
		if (abs((int)(c->name - name)) < abs((int)(best - name)))
			best = c->name;
		c = name < c->name ? c->left : c->right;
	}
	return best;
}

int main(void)
{
	unsigned sum = 0;

	for (int i = 0; i < CITIES + 1600; i++) {
		unsigned name = draw(1 << 24);

		add(name);
		if (i < CITIES)
			continue;
		take_out(place(nearest(draw(1 << 24))));
		for (int k = 0; k < 400; k++)
			sum += nearest(draw(1 << 24));
	}
	printf("%08x\n", sum);
	return 0;
}

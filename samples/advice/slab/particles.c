/* SPDX-License-Identifier: MIT */
/*
 * A simulation of 20,000 particles that takes them by 64 from blocks of its
 * own: the remedy is already there, and what malloc sees are large blocks. 312
 * calls, all in the first half.
 *
 * near: slab L_max 312 blocks of 2,560 bytes, under 10,000 and over 128 bytes
 */
#include <stdio.h>
#include <stdlib.h>

#define BATCH 64
#define CELLS 4096

struct particle {
	struct particle *next;
	float x, y, dx, dy;
	unsigned age, kind;
	float heat, weight;
};

static struct particle *idle, *cell[CELLS];
static unsigned blocks, alive;

static void refill(void)
{
	struct particle *block = malloc(BATCH * sizeof(*block));

	if (!block)
		abort();
	for (int i = 0; i < BATCH; i++) {
		block[i].next = idle;
		idle = &block[i];
	}
	blocks++;
}

static struct particle *take(void)
{
	struct particle *p;

	if (!idle)
		refill();
	p = idle;
	idle = p->next;
	alive++;
	return p;
}

static void give_back(struct particle *p)
{
	p->next = idle;
	idle = p;
	alive--;
}

static unsigned cell_of(const struct particle *p)
{
	return ((unsigned)p->y & 63) * 64 + ((unsigned)p->x & 63);
}

static void emit(unsigned number)
{
	struct particle *p = take();
	unsigned at;

	p->x = number * 0.37f;
	p->y = number * 0.11f;
	p->dx = 0.5f;
	p->dy = number % 3;
	p->age = 0;
	p->kind = number % 4;
	p->heat = 1;
	p->weight = 1 + p->kind;
	at = cell_of(p);
	p->next = cell[at];
	cell[at] = p;
}

static float warm(unsigned from, unsigned cells)
{
	float sum = 0;

	while (cells--) {
		struct particle **at = &cell[from++ % CELLS];

		while (*at) {
			struct particle *p = *at;

			p->heat = p->heat * 0.99f + p->weight * 0.001f;
			sum += p->heat;
			if (++p->age > 50 + p->kind * 5) {
				*at = p->next;
				give_back(p);
			} else {
				at = &p->next;
			}
		}
	}
	return sum;
}

int main(void)
{
	double sum = 0;

	for (unsigned i = 0; i < 180000; i++) {
		emit(i);
		if (i % 4 == 0)
			sum += warm(i * 12, 48);
	}
	printf("%.1f %u alive in %u blocks\n", sum, alive, blocks);
	return 0;
}

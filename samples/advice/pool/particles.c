/* SPDX-License-Identifier: MIT */
/*
 * A fountain of particles: each tick throws up a burst of them and takes away
 * those of eight ticks ago. Bursts of 20 to 79 run past the allocator's own
 * cache of 7, frees coalesce and are split again; a free list serves them
 * all. 6.9 M calls of 136 bytes, at most 582 live (turnover 11,882), the
 * cache of the allocator hits 18%.
 *
 * expect: pool emitter_burst
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define LIFE_TICKS 8

struct particle {
	struct particle *next;
	double position[3];
	double velocity[3];
	float mass;
	int born;
	uint8_t trail[64];
};

struct fountain {
	struct particle *oldest, *youngest;
	int tick;
	double energy;
};

static uint32_t seed = 7;

static uint32_t draw(void)
{
	seed = seed * 1664525 + 1013904223;
	return seed >> 8;
}

static __attribute__((noinline)) void *xmalloc(size_t size)
{
	void *block = malloc(size);

	if (!block) {
		fputs("no memory\n", stderr);
		exit(1);
	}
	return block;
}

#ifdef FIXED
static struct particle *idle;

static struct particle *particle_get(void)
{
	struct particle *p = idle;

	if (!p)
		return xmalloc(sizeof(*p));
	idle = p->next;
	return p;
}

static void particle_put(struct particle *p)
{
	p->next = idle;
	idle = p;
}

static void particles_drop(void)
{
	while (idle) {
		struct particle *p = idle;

		idle = p->next;
		free(p);
	}
}
#else
#define particle_get() ((struct particle *)xmalloc(sizeof(struct particle)))
#define particle_put(p) free(p)
#define particles_drop() ((void)0)
#endif

static void emitter_burst(struct fountain *f, unsigned count)
{
	while (count--) {
		struct particle *p = particle_get();
		uint32_t r = draw();

		p->next = NULL;
		p->born = f->tick;
		p->mass = 1 + (r & 3);
		p->position[0] = p->position[1] = p->position[2] = 0;
		p->velocity[0] = (int)(r & 15) - 8;
		p->velocity[1] = (r >> 4) & 31;
		p->velocity[2] = (int)((r >> 9) & 15) - 8;
		p->trail[0] = r;
		if (f->youngest)
			f->youngest->next = p;
		else
			f->oldest = p;
		f->youngest = p;
	}
}

static void take_away(struct fountain *f, int until)
{
	struct particle *p;

	while ((p = f->oldest) && p->born <= until) {
		p->position[1] += p->velocity[1] * LIFE_TICKS;
		f->energy += p->mass * p->position[1];
		f->oldest = p->next;
		if (!f->oldest)
			f->youngest = NULL;
		particle_put(p);
	}
}

static void play(struct fountain *f, int ticks)
{
	for (; f->tick < ticks; f->tick++) {
		take_away(f, f->tick - LIFE_TICKS);
		emitter_burst(f, 20 + draw() % 60);
	}
}

int main(void)
{
	struct fountain f = { 0 };

	play(&f, 140000);
	take_away(&f, f.tick);
	particles_drop();
	printf("energy %.0f\n", f.energy);
	return 0;
}

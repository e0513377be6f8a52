/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/machine_cost.h"

#include <math.h>
#include <time.h>

#define TRIALS 40
#define PAIRS 256

struct object {
	struct object *next;
};

static _Thread_local struct object *idle;
static char lock;

/* The compiler must neither keep the list in a register nor foresee it. */
static void forget(void)
{
	__asm__ volatile("" : : : "memory");
}

static void pop_and_push(void)
{
	struct object *object = idle;

	forget();
	idle = object->next;
	forget();
	object->next = idle;
	idle = object;
	forget();
}

static void acquire(void)
{
	while (__atomic_test_and_set(&lock, __ATOMIC_ACQUIRE))
		continue;
}

static void release(void)
{
	__atomic_clear(&lock, __ATOMIC_RELEASE);
}

static void locked_pop_and_push(void)
{
	struct object *object;

	acquire();
	object = idle;
	idle = object->next;
	release();
	acquire();
	object->next = idle;
	idle = object;
	release();
}

static double now_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

/* A pair of clock reads with nothing in between, on the clock of dumps. */
static uint64_t read_clock(void)
{
#ifdef __x86_64__
	return __builtin_ia32_rdtsc();
#else
	return (uint64_t)now_ns();
#endif
}

static double time_of(void (*pair)(void))
{
	double least = INFINITY;

	for (int i = 0; i < TRIALS; i++) {
		double start = now_ns(), ns;

		for (int j = 0; j < PAIRS; j++)
			pair();
		ns = (now_ns() - start) / PAIRS;
		least = ns < least ? ns : least;
	}
	return least;
}

/* Clock units to ns by how far both clocks come meanwhile. */
static double empty_pair(void)
{
	uint64_t least = UINT64_MAX, begun = read_clock(), passed;
	double start = now_ns(), ns;

	for (int i = 0; i < TRIALS * PAIRS; i++) {
		uint64_t before = read_clock(), after = read_clock();

		if (after - before < least)
			least = after - before;
	}
	ns = now_ns() - start;
	passed = read_clock() - begun;
	return passed > 0 ? (double)least * ns / (double)passed : 0;
}

void machine_cost_measure(struct machine_cost *machine)
{
	struct object objects[2] = { { &objects[1] }, { NULL } };

	idle = objects;
	machine->pool_ns = time_of(pop_and_push);
	machine->locked_ns = time_of(locked_pop_and_push);
	machine->empty_ns = empty_pair();
	idle = NULL;
}

void machine_cost_use_recorded(struct machine_cost *machine, const struct model *model)
{
	double ns = ldexp((double)model->meta.empty_pair * model->ns_per_tick,
			  -(int)model->meta.tick_shift);

	if (ns > 0)
		machine->empty_ns = ns;
}

/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/cost.h"

#include <math.h>
#include <time.h>

#define TRIALS 40
#define PAIRS 256

/*
 * The recorder measures whole hooks of calls that it times, which do more than
 * others, and includes the time in which another thread ran. This is what
 * programs took more for each event of stacks of some 10 frames; deeper ones
 * take more, and then the CPU time of the program is overestimated, its
 * savings are not.
 */
#define HOOK_NS_MOST 45

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

void cost_calibrate(struct cost_machine *machine)
{
	struct object objects[2] = { { &objects[1] }, { NULL } };

	idle = objects;
	machine->pool_ns = time_of(pop_and_push);
	machine->locked_ns = time_of(locked_pop_and_push);
	machine->empty_ns = empty_pair();
	idle = NULL;
}

void cost_use_recorded(struct cost_machine *machine, const struct model *model)
{
	double ns = ldexp((double)model->meta.empty_pair * model->ns_per_tick,
			  -(int)model->meta.tick_shift);

	if (ns > 0)
		machine->empty_ns = ns;
}

static double ns_of(double units, const struct model *model, double empty_ns)
{
	double ns = ldexp(units * model->ns_per_tick,
			  -(int)model->meta.tick_shift) - empty_ns;

	return ns < 0 ? 0 : ns; /* of NAN: NAN */
}

struct cost_pair cost_pair(struct call_times *allocations,
			   struct call_times *frees, const struct model *model,
			   const struct cost_machine *machine)
{
	double empty = machine->empty_ns;
	double fast = ns_of(call_times_p10(allocations), model, empty);
	struct cost_pair pair = {
		.low = fast,
		.mean = ns_of(call_times_mean(allocations), model, empty),
		.measured = allocations->count + frees->count,
		.frees_guessed = frees->count == 0,
	};

	if (pair.frees_guessed) {
		pair.low += fast;
		pair.mean += fast;
	} else {
		pair.low += ns_of(call_times_p10(frees), model, empty);
		pair.mean += ns_of(call_times_mean(frees), model, empty);
	}
	return pair;
}

double cost_process_ns(const struct model *model)
{
	const struct model_usage *last = &model->usage_last;
	const uint64_t *stats = model->stats;
	double cpu = (double)last->user_ns + (double)last->system_ns;
	double hooks = 0;

	if (model->meta.drainer == DRAINER_SELF)
		cpu -= (double)stats[STAT_DRAIN_CPU_NS];
	if (stats[STAT_HOOK_SAMPLES])
		hooks = fmin(HOOK_NS_MOST,
			     ldexp((double)stats[STAT_HOOK_CLOCK_UNITS] *
					   model->ns_per_tick,
				   -(int)model->meta.tick_shift) /
				     (double)stats[STAT_HOOK_SAMPLES]) *
			(double)stats[STAT_EVENTS];
	return fmax(cpu - hooks, cpu / 100);
}

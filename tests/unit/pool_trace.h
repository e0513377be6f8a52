/* SPDX-License-Identifier: MIT */
/* Random traces of allocations and releases, for the tests of pools. */
#ifndef TESTS_UNIT_POOL_TRACE_H
#define TESTS_UNIT_POOL_TRACE_H

#include "analyzer/advice/pool_sim.h"

#define STEPS_MAX 400

enum act { ALLOCATE, RELEASE, RESTORE };

struct trace_step {
	enum act act;
	struct pool_step step;
};

struct trace {
	struct trace_step steps[2 * STEPS_MAX];
	size_t count;
	uint64_t last_tick, last_heap;
	uint64_t sizes[3];
	size_t size_count;
	uint64_t tau;
	struct pool_caps caps;
	bool restores;
};

/* Any number is a seed. Failed reallocs, several threads and sizes, and a heap
 * of any size are in it. */
void pool_trace_make(struct trace *t, uint64_t seed);

/* A finished simulation of it, for the caller to free. */
struct pool_sim *pool_trace_simulate(const struct trace *t,
				     const struct pool_policy *policy);

#endif

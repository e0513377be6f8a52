/* SPDX-License-Identifier: MIT */
/*
 * A pool under one policy and one cap, as one would explain it: every object is
 * there, every rule is a search through all of them.
 */
#ifndef TESTS_UNIT_PLAIN_POOL_H
#define TESTS_UNIT_PLAIN_POOL_H

#include "analyzer/advice/pool_sim.h"

#define PLAIN_OBJECTS 1200

/* In the order of pool_policy_at(). */
enum plain_policy {
	PLAIN_SHARED,
	PLAIN_FREEING,
	PLAIN_OWNER,
	PLAIN_SYNC,
	PLAIN_RING,
	PLAIN_TRIM,
};

struct plain_object {
	bool exists, idle, private;
	uint32_t class, lane; /* whose list */
	uint64_t tick;	      /* it is idle since */
	uint64_t epoch;
	uint64_t address;     /* of the block that it is, if not idle */
	uint64_t slot;	      /* ring: + 1; 0: none */
	uint64_t came;	      /* orders them */
};

struct plain_pool {
	enum plain_policy policy;
	uint64_t cap, tau;
	const uint64_t *sizes;
	size_t size_count;
	struct plain_object *objects;
	size_t used;
	uint64_t numbers[POOL_SIZES_MAX]; /* ring: of the next block */
	uint64_t slot_of[8];		  /* ring: of a lane's last release */
	uint64_t clock, came, first, epoch_start;
	bool begun, epochs_begun;
	double waste, heap;
	double block_ticks, byte_ticks; /* idle so far */
	double now_blocks, now_bytes;
	uint64_t allocations, releases; /* of the program */
	uint64_t mallocs, frees;	/* that were made */
	/* Results: peak, mean, end. */
	int64_t hits, calls_saved;
	double blocks[3], bytes[3], peak_bytes;
};

void plain_pool_init(struct plain_pool *p, enum plain_policy policy,
		     uint64_t cap, uint64_t tau);
void plain_pool_release_all(struct plain_pool *p);
void plain_pool_allocate(struct plain_pool *p, const struct pool_step *step);
void plain_pool_release(struct plain_pool *p, const struct pool_step *step);
void plain_pool_restore(struct plain_pool *p, const struct pool_step *step);
void plain_pool_finish(struct plain_pool *p, uint64_t tick, uint64_t heap);

#endif

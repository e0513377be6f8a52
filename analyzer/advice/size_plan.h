/* SPDX-License-Identifier: MIT */
/*
 * Which pool sizes to have: for blocks of several sizes, the m sizes that waste
 * the fewest bytes when each block is rounded up to the next of them. The
 * largest block always fits. One thread.
 */
#ifndef ANALYZER_ADVICE_SIZE_PLAN_H
#define ANALYZER_ADVICE_SIZE_PLAN_H

#include <stddef.h>
#include <stdint.h>

#define SIZE_PLAN_DISTINCT 4096 /* sizes told apart; see size_counts_add() */
#define SIZE_PLAN_SIZES 8	/* pool sizes at most that a plan chooses */
/* Of what is requested, by rounding up to a pool's size: what is usual. */
#define SIZE_PLAN_WASTE 0.15

struct size_count {
	uint64_t size;	/* 1 and more */
	uint64_t count; /* blocks of it; 0: a free slot */
	uint64_t bytes; /* requested by them, of several sizes if merged */
};

/* Blocks by size: a hash table. Zeroed at first. */
struct size_counts {
	struct size_count *slots;
	size_t capacity, used;
	unsigned int bits; /* sizes are rounded up to so few, 0: exact */
};

/*
 * Another block; of size 0 as of 1. With more than SIZE_PLAN_DISTINCT sizes
 * they are rounded up to fewer significant bits, so that memory is bounded.
 */
void size_counts_add(struct size_counts *counts, uint64_t size);
/* Once, after the last: ascending sizes without gaps in slots[0..used). */
void size_counts_sort(struct size_counts *counts);
void size_counts_release(struct size_counts *counts);

struct size_plan {
	uint64_t sizes[SIZE_PLAN_SIZES]; /* ascending */
	size_t count;
	double requested_bytes, waste_bytes; /* over all blocks */
};

/* The best `count` sizes (or fewer, if there are no more), by dynamic
 * programming over the sorted sizes: n log n for each. */
void size_plan_of(struct size_plan *plan, const struct size_counts *counts,
		  size_t count);
/* As few sizes as waste at most a part of what is requested, 0 to 1, failing
 * that SIZE_PLAN_SIZES. */
void size_plan_choose(struct size_plan *plan, const struct size_counts *counts,
		      double waste);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The addresses of the sampled blocks that live: a fixed set, shared by all
 * threads, which every free asks. A block that was not sampled costs one load
 * and one compare: a table of bytes counts the members that hash to each, and
 * nearly all are 0. There is a small table, which leaves the program its cache,
 * and a large one, which is looked at while many members live; both are kept
 * right. Removing a member restores its byte and its slot, so there
 * are no tombstones and a miss never gets longer. Lock-free; every function may
 * run inside malloc and inside a signal handler.
 *
 * A free whose address may be a member is looked at closely. So other addresses
 * are counted too whose free has to be noticed: they are watched.
 *
 * An address is inserted by the thread that got it from the real malloc,
 * before it returns, and removed by the one that frees it, before the real
 * free: its owners follow each other, and whoever removes it owns its event.
 */
#ifndef PRELOAD_SAMPLED_SET_H
#define PRELOAD_SAMPLED_SET_H

#include <stdbool.h>
#include <stdint.h>

#include "preload/hidden.h"

#define SAMPLED_SET_SLOTS 16384u
#define SAMPLED_SET_BUCKET 8u /* slots; one cache line */
#define SAMPLED_SET_BUCKETS (SAMPLED_SET_SLOTS / SAMPLED_SET_BUCKET)
#define SAMPLED_SET_SMALL_BITS 12u /* 4 KiB */
#define SAMPLED_SET_LARGE_BITS 15u
#define SAMPLED_SET_MANY 128u /* counted: look at the large table; back at half */

struct sampled_counts {
	uint32_t shift; /* of a hash: what is left is the place */
	uint8_t at[];	/* atomic; members with that place */
};

struct sampled_set {
	const struct sampled_counts *counts; /* atomic: the one to look at */
	uint32_t small[1 + (1u << SAMPLED_SET_SMALL_BITS) / 4]; /* sampled_counts both */
	uint32_t large[1 + (1u << SAMPLED_SET_LARGE_BITS) / 4];
	uint64_t slots[SAMPLED_SET_BUCKETS]
		      [SAMPLED_SET_BUCKET]; /* atomic; 0: empty */
	uint32_t live; /* atomic; members, give or take calls under way */
	uint32_t watched; /* atomic */
} __attribute__((aligned(64)));

/* The process's. Until sampled_set_begin() every address may be a member. */
extern struct sampled_set sampled_blocks HIDDEN;

/* Without members; what is watched stays. Only while no other thread uses the
 * set (at the start, in a fork child). */
void sampled_set_begin(struct sampled_set *set);

/* sampled_set_maybe() is true of that address from now on, until it has been
 * unwatched as often. Not a member. */
void sampled_set_watch(struct sampled_set *set, uint64_t address);
void sampled_set_unwatch(struct sampled_set *set, uint64_t address);

/* False if there is no room in either of the address's buckets: count it; the
 * free will not be seen. An address that is already there stays (its free was
 * missed), and that is true. address != 0. */
bool sampled_set_insert(struct sampled_set *set, uint64_t address);

/* What remains of sampled_set_remove() when the address may be a member. */
bool sampled_set_remove_slow(struct sampled_set *set, uint64_t address);

/* Is it a member? For tests and assertions; remove answers by itself. */
bool sampled_set_contains(const struct sampled_set *set, uint64_t address);

/* Members; other threads' calls that are under way may be in it or not. */
uint32_t sampled_set_live(const struct sampled_set *set);

/* Fibonacci hashing (Knuth, TAOCP 3, 6.4); the high bits are the good ones. Of
 * the low half of the address: an instruction less, and blocks that live
 * together seldom differ in the high half alone. */
static inline uint32_t sampled_set_hash(uint64_t address)
{
	return (uint32_t)address * UINT32_C(0x9e3779b1);
}

/* The one load and compare, in one instruction: false means certainly not a
 * member. Atomic, as every load of a byte is. */
static inline bool sampled_set_maybe(const struct sampled_set *set,
				     uint64_t address)
{
	const struct sampled_counts *counts =
		__atomic_load_n(&set->counts, __ATOMIC_RELAXED);
	bool some;

	__asm__("cmpb $0, %1"
		: "=@ccne"(some)
		: "m"(counts->at[sampled_set_hash(address) >> counts->shift]));
	return some;
}

/*
 * Was this block sampled? If so it is a member no longer, and the caller
 * records its free. True for exactly one caller for each insertion. NULL never
 * was.
 */
static inline bool sampled_set_remove(struct sampled_set *set,
				      uint64_t address)
{
	if (__builtin_expect(!sampled_set_maybe(set, address), 1))
		return false;
	return sampled_set_remove_slow(set, address);
}

#endif

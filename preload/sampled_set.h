/* SPDX-License-Identifier: MIT */
/*
 * The addresses of the sampled blocks that live: a fixed set, shared by all
 * threads, which every free asks. A block that was not sampled costs one load
 * and one compare: a table of bytes counts the members that hash to each, and
 * nearly all are 0. The table is small enough to leave the program its cache.
 * Removing a member restores its byte and its slot, so there
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
#define SAMPLED_SET_COUNTS_BITS 13u /* 8 KiB */
#define SAMPLED_SET_COUNTS (1u << SAMPLED_SET_COUNTS_BITS)

struct sampled_set {
	uint8_t counts[SAMPLED_SET_COUNTS]; /* atomic; members with that hash */
	uint64_t slots[SAMPLED_SET_BUCKETS]
		      [SAMPLED_SET_BUCKET]; /* atomic; 0: empty */
	uint32_t live; /* atomic; members, give or take calls under way */
} __attribute__((aligned(64)));

/* The process's, and its counts. Before sampled_set_begin(), and if it is never
 * called, these are others, that say of every address: maybe. */
extern struct sampled_set sampled_blocks HIDDEN;
extern const uint8_t *sampled_counts HIDDEN; /* atomic */

/* Without members; what is watched stays. Only while no other thread uses the
 * set (at the start, in a fork child). */
void sampled_set_begin(struct sampled_set *set);

/* sampled_counts_maybe() is true of that address from now on, until it has been
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
static inline uint32_t sampled_set_place(uint64_t address)
{
	return (uint32_t)address * UINT32_C(0x9e3779b1) >>
	       (32 - SAMPLED_SET_COUNTS_BITS);
}

/* The one load and compare, in one instruction: false means certainly not a
 * member. Atomic, as every load of a byte is. */
static inline bool sampled_counts_maybe(const uint8_t *counts, uint64_t address)
{
	bool some;

	__asm__("cmpb $0, %1"
		: "=@ccne"(some)
		: "m"(counts[sampled_set_place(address)]));
	return some;
}

/* Of the process's set: may this address be one that was sampled, or is it
 * watched? */
static inline bool sampled_blocks_maybe(uint64_t address)
{
	return sampled_counts_maybe(__atomic_load_n(&sampled_counts,
						    __ATOMIC_RELAXED), address);
}

/*
 * Was this block sampled? If so it is a member no longer, and the caller
 * records its free. True for exactly one caller for each insertion. NULL never
 * was.
 */
static inline bool sampled_set_remove(struct sampled_set *set,
				      uint64_t address)
{
	if (__builtin_expect(!sampled_counts_maybe(set->counts, address), 1))
		return false;
	return sampled_set_remove_slow(set, address);
}

#endif

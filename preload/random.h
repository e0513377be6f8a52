/* SPDX-License-Identifier: MIT */
/*
 * Random numbers for the recorder: SplitMix64, one word of state that each
 * thread keeps for itself. Good enough for sampling, worthless for secrets.
 * Integer arithmetic only, no division, no system call, no errno: every
 * function may run inside malloc and inside a signal handler (a handler that
 * interrupts a draw may see the same number again, nothing worse).
 */
#ifndef PRELOAD_RANDOM_H
#define PRELOAD_RANDOM_H

#include <stdint.h>

struct random_state {
	uint64_t word; /* any value is a good one */
};

/* A bijection of 64-bit words that looks random: the output function of
 * SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number
 * Generators, OOPSLA 2014; constants: Stafford's variant 13). */
uint64_t random_mix(uint64_t word);

/* Stream number `stream` of `seed`. Streams of one seed begin at unrelated
 * places of the generator's period of 2^64. */
void random_seed(struct random_state *r, uint64_t seed, uint64_t stream);

/* Uniform on all 64-bit words. */
uint64_t random_next(struct random_state *r);

/* Uniform on 0 .. bound - 1, bound >= 1, by Lemire's multiplication (ACM TOMACS
 * 29:1, 2019) without its rejection step: off by less than bound / 2^64. */
uint64_t random_below(struct random_state *r, uint64_t bound);

/*
 * Gaps that choose 1 event in `mean` (1 .. 2^32 - 1) without locking onto a
 * loop: uniform on 1 .. 2 mean - 1. The event that is reached after `gap`
 * steps is chosen; 1 chooses the very next.
 */
uint64_t random_gap_uniform(struct random_state *r, uint32_t mean);

/*
 * The first gap of a thread, by the renewal process's equilibrium
 * distribution, P(j) = (2 mean - j) / (mean (2 mean - 1)): with it every event,
 * from the first on, is chosen with probability 1 / mean exactly, so that a
 * thousand short-lived threads are no bias. (Cox: Renewal Theory, 1962, 2.2;
 * drawn as the smaller of two distinct numbers of 1 .. 2 mean.)
 */
uint64_t random_gap_first(struct random_state *r, uint32_t mean);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Poisson sampling by bytes: sample points lie on the line of all bytes that
 * a thread allocates, independent, one every T bytes in the mean, and an
 * allocation is sampled if at least one falls into it. So a block of `size`
 * bytes is sampled with probability p = 1 - exp(-max(size, 1) / T), whatever
 * was sampled before. The plan is shared by all threads, a sampler belongs to
 * one. Integer arithmetic only; no lock, no system call, no errno.
 *
 * T may double at run time. A sample carries the shift that drew its own gap,
 * and its p follows from that: the shift was fixed before the allocation came,
 * so E[sampled / p | the past] = 1 still holds for every allocation, and sums
 * of weights stay unbiased with uncorrelated terms.
 */
#ifndef PRELOAD_SAMPLER_H
#define PRELOAD_SAMPLER_H

#include "preload/random.h"

#include <stdbool.h>
#include <stdint.h>

#define SAMPLER_INTERVAL_MIN 1u
#define SAMPLER_INTERVAL_MAX (UINT64_C(1) << 40)
#define SAMPLER_INTERVAL_DEFAULT (UINT64_C(512) << 10)
#define SAMPLER_SHIFT_MAX 16u	/* T << shift <= 2^56: a gap is below 2^62 */
#define SAMPLER_NOT_SAMPLED (-1)

/* What all threads of the process share. */
struct sampler_plan {
	uint64_t interval_bytes; /* T at shift 0; fixed while threads run */
	uint64_t seed;
	uint32_t streams; /* samplers seeded so far; atomic */
	uint32_t shift;	  /* T is interval_bytes << shift; atomic, only grows */
};

/* One thread's. All zero is a valid start: seeds itself when first asked. */
struct sampler {
	uint64_t credit; /* bytes left before the next sample point */
	uint64_t gap;	 /* credit as it was drawn */
	struct random_state random;
	uint32_t shift; /* that drew the gap */
	bool seeded;
};

/* interval_bytes is clamped to SAMPLER_INTERVAL_MIN .. _MAX. */
void sampler_plan_init(struct sampler_plan *plan, uint64_t interval_bytes,
		       uint64_t seed);

/*
 * To be called after a sample went into the set, with the samples that now
 * live: doubles T at half of `slots`, and once more at each further 1/16 of
 * them, so that new samples get rare before the set is full. Any thread; true
 * for the one that doubled.
 */
bool sampler_plan_adapt(struct sampler_plan *plan, uint32_t live,
			uint32_t slots);

/* The thread's own stream and a first gap. Not needed after zeroing. */
void sampler_start(struct sampler *s, struct sampler_plan *plan);

/* What remains of sampler_decide() when the credit is used up. */
int sampler_decide_slow(struct sampler *s, struct sampler_plan *plan,
			uint64_t size);

/*
 * The hot path, before the real allocation: true if this one is certainly not
 * sampled, and then its bytes are accounted for. Otherwise nothing was done:
 * ask sampler_decide(). An unseeded sampler has no credit. One instruction
 * takes the bytes and tells whether there were as many.
 *
 * Until they are given back the credit is negative, and a signal handler's
 * allocation may see it so: that must not pass for a large one. Hence the sign
 * tells, not the borrow, and sizes for which it does not are asked for.
 */
static inline bool sampler_skips(struct sampler *s, uint64_t size)
{
	bool short_of;

	if (__builtin_expect((size - 1) >> 62 != 0, 0)) /* 0, too */
		return false;
	__asm__("subq %2, %0"
		: "+m"(s->credit), "=@ccs"(short_of)
		: "r"(size));
	if (__builtin_expect(short_of, 0))
		s->credit += size;
	return !short_of;
}

/*
 * Is this allocation sampled? To be asked once for each allocation; one that
 * fails later has passed its bytes, no more. The answer is
 * SAMPLER_NOT_SAMPLED, or the shift to be recorded with the sample:
 * p = 1 - exp(-max(size, 1) / (interval_bytes << shift)). Any size is safe.
 * Only the sampler's own thread.
 */
static inline int sampler_decide(struct sampler *s, struct sampler_plan *plan,
				 uint64_t size)
{
	size += size == 0;
	return sampler_skips(s, size) ? SAMPLER_NOT_SAMPLED :
	       sampler_decide_slow(s, plan, size);
}

/* No allocation of this thread since its last sample (each uses credit). */
static inline bool sampler_idle(const struct sampler *s)
{
	return s->credit == s->gap;
}

/* An exponential variate of mean `interval` in whole bytes, rounded down:
 * floor(-ln(u) interval) for u = (word + 1) / 2^64. The relative error before
 * rounding is below 2^-40. interval <= 2^56. */
uint64_t sampler_gap(uint64_t word, uint64_t interval);

#endif

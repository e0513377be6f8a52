/* SPDX-License-Identifier: MIT */
#include "preload/sampler.h"

#define LN2_Q56 UINT64_C(0xb17217f7d1cf79) /* floor(ln(2) 2^56) */
#define LOG2_BITS 63

static uint32_t load(const uint32_t *word)
{
	return __atomic_load_n(word, __ATOMIC_RELAXED);
}

/*
 * -log2(word / 2^64) in units of 2^-64, word >= 1. The fraction comes bit by
 * bit from squaring the mantissa (Turner, A Fast Binary Logarithm Algorithm,
 * IEEE Signal Processing Magazine 27:5, 2010): the n-th squaring is off by a
 * unit of 2^-63 and weighs 2^-n, so the sum is off by less than 2^-60.
 */
static unsigned __int128 minus_log2(uint64_t word)
{
	unsigned int zeros = (unsigned int)__builtin_clzll(word);
	uint64_t mantissa = word << zeros; /* 1 <= m < 2 in units of 2^-63 */
	uint64_t fraction = 0;

	for (int bit = LOG2_BITS; bit > 0; bit--) {
		unsigned __int128 square =
			(unsigned __int128)mantissa * mantissa;
		unsigned int two = (unsigned int)(square >> 127);

		mantissa = (uint64_t)(square >> (63 + two));
		fraction |= (uint64_t)two << bit;
	}
	return ((unsigned __int128)(zeros + 1) << 64) - fraction;
}

/*
 * -ln(1 - miss / 2^64) in units of 2^-64. Near 0, where the logarithm above
 * would lose its leading digits, three terms of the series leave a relative
 * error below 2^-49.
 */
static unsigned __int128 minus_ln(uint64_t miss)
{
	unsigned __int128 x = miss;
	uint64_t square;

	if (miss >> 48)
		return minus_log2(0 - miss) * LN2_Q56 >> 56;
	square = (uint64_t)(x * x >> 64);
	return x + square / 2 + (uint64_t)(x * square >> 64) / 3;
}

uint64_t sampler_gap(uint64_t word, uint64_t interval)
{
	return (uint64_t)(minus_ln(~word) * interval >> 64);
}

static void draw(struct sampler *s, const struct sampler_plan *plan)
{
	s->shift = load(&plan->shift);
	s->gap = sampler_gap(random_next(&s->random),
			     plan->interval_bytes << s->shift);
	s->credit = s->gap;
}

void sampler_plan_init(struct sampler_plan *plan, uint64_t interval_bytes,
		       uint64_t seed)
{
	if (interval_bytes < SAMPLER_INTERVAL_MIN)
		interval_bytes = SAMPLER_INTERVAL_MIN;
	if (interval_bytes > SAMPLER_INTERVAL_MAX)
		interval_bytes = SAMPLER_INTERVAL_MAX;
	plan->interval_bytes = interval_bytes;
	plan->seed = seed;
	plan->streams = 0;
	plan->shift = 0;
}

bool sampler_plan_adapt(struct sampler_plan *plan, uint32_t live,
			uint32_t slots)
{
	uint32_t shift = load(&plan->shift);

	if (live < slots / 2 + shift * (slots / 16) ||
	    shift >= SAMPLER_SHIFT_MAX)
		return false;
	/* Of several threads that see the same shift, one doubles. */
	return __atomic_compare_exchange_n(&plan->shift, &shift, shift + 1,
					   false, __ATOMIC_RELAXED,
					   __ATOMIC_RELAXED);
}

void sampler_start(struct sampler *s, struct sampler_plan *plan)
{
	random_seed(&s->random, plan->seed,
		    __atomic_fetch_add(&plan->streams, 1, __ATOMIC_RELAXED));
	draw(s, plan);
	s->seeded = true;
}

int sampler_decide_slow(struct sampler *s, struct sampler_plan *plan,
			uint64_t size)
{
	uint32_t shift;

	if (!s->seeded) {
		sampler_start(s, plan);
		if (size <= s->credit) {
			s->credit -= size;
			return SAMPLER_NOT_SAMPLED;
		}
	}
	shift = s->shift;
	draw(s, plan);
	return (int)shift;
}

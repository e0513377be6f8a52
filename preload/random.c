/* SPDX-License-Identifier: MIT */
#include "preload/random.h"

#define GOLDEN_RATIO 0x9e3779b97f4a7c15u /* 2^64 / phi, odd */

uint64_t random_mix(uint64_t word)
{
	word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9u;
	word = (word ^ (word >> 27)) * 0x94d049bb133111ebu;
	return word ^ (word >> 31);
}

void random_seed(struct random_state *r, uint64_t seed, uint64_t stream)
{
	r->word = random_mix(random_mix(seed + GOLDEN_RATIO) + stream);
}

uint64_t random_next(struct random_state *r)
{
	r->word += GOLDEN_RATIO;
	return random_mix(r->word);
}

uint64_t random_below(struct random_state *r, uint64_t bound)
{
	return (uint64_t)(((unsigned __int128)random_next(r) * bound) >> 64);
}

uint64_t random_gap_uniform(struct random_state *r, uint32_t mean)
{
	return 1 + random_below(r, 2 * (uint64_t)mean - 1);
}

uint64_t random_gap_first(struct random_state *r, uint32_t mean)
{
	uint64_t one = random_below(r, 2 * (uint64_t)mean);
	uint64_t other = random_below(r, 2 * (uint64_t)mean - 1);

	/* Skipping `one` makes them distinct, and each pair as likely. */
	if (other >= one)
		other++;
	return 1 + (one < other ? one : other);
}

/* SPDX-License-Identifier: MIT */
/*
 * Which addresses were allocated so far: a filter of 1 MiB, that may take an
 * address for one that was, but never the other way round. One thread.
 */
#ifndef ANALYZER_SEEN_ADDRESSES_H
#define ANALYZER_SEEN_ADDRESSES_H

#include <stdbool.h>
#include <stdint.h>

#define SEEN_BITS 23 /* of the hash; a million addresses fill an eighth */

static inline uint64_t seen_bit(uint64_t address)
{
	return address * UINT64_C(0x9e3779b97f4a7c15) >> (64 - SEEN_BITS);
}

/* `seen`: (1 << SEEN_BITS) / 64 words, 0 at first. */
static inline void seen_addresses_add(uint64_t *seen, uint64_t address)
{
	uint64_t bit = seen_bit(address);

	seen[bit / 64] |= UINT64_C(1) << bit % 64;
}

static inline bool seen_addresses_has(const uint64_t *seen, uint64_t address)
{
	uint64_t bit = seen_bit(address);

	return seen[bit / 64] >> bit % 64 & 1;
}

#endif

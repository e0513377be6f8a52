/* SPDX-License-Identifier: MIT */
/*
 * What several pools without a cap cost together: they keep what each held at
 * its own peak, where the allocator would have had room for the blocks of all
 * at their common peak only. In bytes:
 *	sum of L_max * usable - max over time of sum of L(t) * usable
 */
#ifndef ANALYZER_ADVICE_POOL_PRICE_H
#define ANALYZER_ADVICE_POOL_PRICE_H

#include <stdint.h>

/* One of the pools; zeroed at first. */
struct pool_share {
	uint64_t live_bytes, peak_bytes;
};

/* All of them; zeroed at first. */
struct pool_price {
	uint64_t live_bytes, peak_bytes;
	uint64_t sum_bytes; /* of the shares' peaks */
};

/* A block of so many usable bytes is allocated, or freed. */
static inline void pool_price_allocate(struct pool_price *price,
				       struct pool_share *share, uint64_t bytes)
{
	price->live_bytes += bytes;
	if (price->live_bytes > price->peak_bytes)
		price->peak_bytes = price->live_bytes;
	share->live_bytes += bytes;
	if (share->live_bytes <= share->peak_bytes)
		return;
	price->sum_bytes += share->live_bytes - share->peak_bytes;
	share->peak_bytes = share->live_bytes;
}

static inline void pool_price_release(struct pool_price *price,
				      struct pool_share *share, uint64_t bytes)
{
	price->live_bytes -= bytes;
	share->live_bytes -= bytes;
}

static inline uint64_t pool_price_bytes(const struct pool_price *price)
{
	return price->sum_bytes - price->peak_bytes;
}

#endif

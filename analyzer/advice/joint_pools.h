/* SPDX-License-Identifier: MIT */
/*
 * What several pools cost together: each is at its largest at a moment of its
 * own, and what lies idle in one does not serve another. In bytes, of lists per
 * thread, filled by the thread that frees, with a cap each:
 *	idle: max over time of the sum of idle(t) + waste(t)
 *	added: max of the sum of L(t) + idle(t) + waste(t) - max of the sum of L(t)
 * Without caps the latter is sum of L_max - max of the sum of L(t). One thread.
 */
#ifndef ANALYZER_ADVICE_JOINT_POOLS_H
#define ANALYZER_ADVICE_JOINT_POOLS_H

#include "analyzer/advice/signals.h"

/* A site's; blocks larger than the last size are not in it. */
struct joint_pool {
	uint32_t candidate;
	const uint64_t *sizes; /* ascending */
	size_t size_count;
	uint64_t cap; /* of each list */
};

struct joint_price {
	size_t pools; /* 0: not known */
	double idle_bytes, added_bytes;
};

struct joint_pools;

/* NULL if there are too many lists. The pools must outlive it. */
struct joint_pools *joint_pools_new(const struct joint_pool *pools, size_t count,
				    size_t lanes);
void joint_pools_free(struct joint_pools *joint);

/* A block of a pool's site is allocated or freed by a lane. */
void joint_pools_allocate(struct joint_pools *joint, size_t pool, uint64_t size,
			  uint32_t lane);
void joint_pools_release(struct joint_pools *joint, size_t pool, uint64_t size,
			 uint32_t lane);
struct joint_price joint_pools_price(const struct joint_pools *joint);

/* Of some of a pass's candidates: a replay of its own. */
struct joint_price joint_pools_run(const struct signal_pass *pass,
				   const struct joint_pool *pools,
				   size_t count);

#endif

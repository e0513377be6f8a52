/* SPDX-License-Identifier: MIT */
/*
 * The table of unwind rules, each learned once (rule_lesson.h) and read by all
 * threads without a lock. Learning never holds a lock of ours while libunwind
 * runs. A rule carries the unload epoch in which it was last known to be right.
 */
#ifndef PRELOAD_RULES_H
#define PRELOAD_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "preload/hidden.h"
#include "preload/modules.h"
#include "preload/rule_lesson.h"

/* Once. Returns 0 or -errno. Leaves the fd table as it was. */
int rules_init(void);

void rules_after_fork(void);

/* Open addressing; replaced by a larger one when it gets full. */
struct rules_table {
	uint64_t mask; /* slots - 1 */
	struct rule slots[];
};
extern struct rules_table *rules_table HIDDEN; /* atomic */

/* What remains of rules_lookup() when the first probe did not find it. */
const struct rule *rules_probe(uint64_t ip);

static inline uint64_t rules_place(uint64_t ip)
{
	return (ip * UINT64_C(0x9e3779b97f4a7c15)) >> 32;
}

/* Looks up, never learns. NULL: unknown, or from an older epoch. */
static inline const struct rule *rules_lookup(uint64_t ip)
{
	const struct rules_table *in =
		__atomic_load_n(&rules_table, __ATOMIC_ACQUIRE);
	const struct rule *slot = &in->slots[rules_place(ip) & in->mask];

	if (__builtin_expect(__atomic_load_n(&slot->ip, __ATOMIC_ACQUIRE) ==
			     ip && __atomic_load_n(&slot->epoch,
						   __ATOMIC_RELAXED) ==
			     __atomic_load_n(&modules_epoch, __ATOMIC_RELAXED),
			     1))
		return slot;
	return rules_probe(ip);
}

/* Learns the rule for a return address, or finds that it was learned before the
 * last unload. Runs libunwind: about 4 KiB of stack. May be RULE_NONE. */
struct rule rules_learn(uint64_t ip);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Unwind rules: how to get from a frame to its caller at one return address.
 * That is a constant of the code, so it is learned once, from libunwind, which
 * is shown a synthetic frame through accessors of our own, and kept in a table
 * that all threads read without a lock. What is not a plain rule is marked
 * complex, and left to libunwind each time. Code that has no unwind information
 * may have frames that RBP leads through; that is a guess, as libunwind's is.
 *
 * Learning never holds a lock of ours while libunwind runs. A rule carries the
 * unload epoch in which it was last known to be right.
 */
#ifndef PRELOAD_RULES_H
#define PRELOAD_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "preload/hidden.h"
#include "preload/modules.h"

enum rule_kind {
	RULE_NONE = 0,	  /* could not be learned now */
	RULE_SP = 1,	  /* CFA = SP + cfa */
	RULE_BP = 2,	  /* CFA = RBP + cfa */
	RULE_DEREF = 3,	  /* CFA = [RBP + cfa] (realigned frames) */
	RULE_GUESS = 4,	  /* no CFI: RULE_BP, if a call leads there */
	RULE_END = 5,	  /* the outermost frame */
	RULE_COMPLEX = 6, /* ask libunwind: signal frame, expression */
};

struct rule {
	uint64_t ip;	 /* the key, stored last (release); 0: empty */
	uint32_t epoch;	 /* atomic */
	uint32_t module; /* id, 0: none */
	int32_t cfa;
	int32_t bp; /* RBP saved at CFA + bp; 0: unchanged */
	uint8_t kind; /* enum rule_kind */
	bool after_call; /* a call ends there, as far as its bytes tell */
	uint8_t pad[6];
};

/* Once. Returns 0 or -errno. Leaves the fd table as it was. */
int rules_init(void);

/* A fork child. `interrupted`: another thread may have been in libunwind when
 * this process was cloned, so it must not be entered again here. */
void rules_after_fork(bool interrupted);

/* Threads inside libunwind now. */
uint32_t rules_learners(void);
/* Before a fork: from here to rules_release() nobody enters libunwind; who wants
 * to waits, for at most 0.2 s. Returns when nobody is inside any more; false:
 * somebody still is after 2 s. */
bool rules_hold(void);
void rules_release(void);

/* libunwind must not be entered: see rules_after_fork(), or no system call may
 * be made (its locks block signals). */
bool rules_frozen(void);

/* Brackets any use of libunwind. False: it must not be entered now. */
bool rules_enter_libunwind(void);
void rules_leave_libunwind(void);

/* The rule for code that has no unwind information, of any address and no module:
 * [RBP] is the caller's RBP, and above it is the return address. */
extern const struct rule rules_guess HIDDEN;

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

/* SPDX-License-Identifier: MIT */
/*
 * How to get from a frame to its caller at one return address: a constant of the
 * code, so it is asked once, of libunwind, which is shown a synthetic frame
 * through accessors of our own. What is not a plain rule is marked complex, and
 * left to libunwind each time. Code that has no unwind information may have
 * frames that RBP leads through; that is a guess, as libunwind's is.
 */
#ifndef PRELOAD_RULE_LESSON_H
#define PRELOAD_RULE_LESSON_H

#include <stdbool.h>
#include <stdint.h>

#include "preload/hidden.h"

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

/* The rule for code that has no unwind information, of any address and no module:
 * [RBP] is the caller's RBP, and above it is the return address. */
extern const struct rule rule_guess HIDDEN;

/* Once. Returns 0 or -errno. Leaves the fd table as it was. */
int rule_lesson_init(void);

/* The rule for a return address, but for its module and epoch. Runs libunwind,
 * about 4 KiB of stack; between unwind_gate_enter() and _leave(). */
struct rule rule_lesson(uint64_t ip);

/* Do both lead to the same caller, and belong to the same module? */
bool rule_says_same(const struct rule *a, const struct rule *b);

#endif

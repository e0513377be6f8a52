/* SPDX-License-Identifier: MIT */
/*
 * The soak program's allocations: every block is made in a function named after
 * the call, counted in the account of who made it, and filled so that damage
 * is seen. Blocks change hands in the mail, an array of places.
 */
#ifndef TESTS_SOAK_WORK_H
#define TESTS_SOAK_WORK_H

#include <stddef.h>
#include <stdint.h>

#include "tests/soak/ledger.h"

#define SITE __attribute__((noinline, noclone))
#define HELD 64

extern struct ledger *ledger;
/* The first account of this process, and how many it has. */
extern unsigned int accounts_first, accounts_count;

/* One who allocates. The same seed makes the same calls, but for the blocks
 * that others sent. */
struct worker {
	uint64_t random;
	unsigned int account;
	struct block *held[HELD];
};

uint64_t next_random(uint64_t *state);

/* So many calls, at depths of 1 to 12. */
void work(struct worker *worker, long steps);
/* Frees or sends what it holds. */
void work_end(struct worker *worker);

/* Notes a block that somebody else's function allocated: fills it. */
struct block *work_note(void *memory, size_t bytes, unsigned int account,
			enum kind kind);
/* Frees a block, in this process's books if it is of this process. */
void work_free(struct block *block);
/* Sends it to whoever comes, or frees it. */
void work_send(struct block *block, uint64_t random);
void work_empty_mail(void);

/* From a signal handler: allocates, and now and then frees. */
void work_in_handler(void);

#endif

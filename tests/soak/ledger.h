/* SPDX-License-Identifier: MIT */
/*
 * What the soak program has done, counted by itself in a file that the runner
 * reads (ledger.py has the same layout): numbers of 64 bits throughout. Whoever
 * allocates has an account: a row of counts, one a kind of call. Each block
 * begins with the account and the kind that it came from, so that whoever
 * frees it, frees it there.
 */
#ifndef TESTS_SOAK_LEDGER_H
#define TESTS_SOAK_LEDGER_H

#include <stdint.h>

#define LEDGER_MAGIC UINT64_C(0x4b414f53504145) /* bytes "EAPSOAK" */
#define WORKERS 16
#define PLUGINS 6
#define CHILDREN 8192	/* one a second: two hours */
#define CHILD_THREADS 4 /* its first one included */

enum kind {
	KIND_MALLOC,
	KIND_CALLOC,
	KIND_REALLOC_NULL,
	KIND_REALLOC,
	KIND_REALLOCARRAY,
	KIND_POSIX_MEMALIGN,
	KIND_ALIGNED_ALLOC,
	KIND_MEMALIGN,
	KINDS
};

/* Accounts: the workers', then these, then each child's. */
enum {
	ACCOUNT_HANDLER = WORKERS,
	ACCOUNT_MAIN,
	ACCOUNT_PLUGINS,
	ACCOUNT_CHILDREN = ACCOUNT_PLUGINS + PLUGINS,
	/* of a child: its threads', and that of the program it becomes */
	CHILD_ACCOUNTS = CHILD_THREADS + 1,
	ACCOUNTS = ACCOUNT_CHILDREN + CHILDREN * CHILD_ACCOUNTS,
};
_Static_assert(ACCOUNTS <= 65536, "struct block has 16 bits for an account");

/* A call is counted once it has returned. */
struct count {
	uint64_t calls;
	uint64_t bytes;
	uint64_t frees; /* of blocks that came from it; realloc is one, too */
};

enum fate { FATE_LOOP, FATE_EXIT, FATE_UNDER_EXIT, FATE_EXEC, FATE_TRIFLE };

struct child {
	uint64_t pid;
	uint64_t fate;
	uint64_t threads; /* that allocate before an exec: an upper bound */
	uint64_t killed;  /* SIGKILL was sent */
	uint64_t status;  /* of wait() */
	uint64_t ended;	  /* wait() has returned; stored last */
	uint64_t execs;	  /* 1: about to exec; 2: it did */
	uint64_t began_ns; /* CLOCK_REALTIME, before the fork */
};

/* What reached the allocator, of this process, whoever called. */
struct heap_counts {
	uint64_t calls;
	uint64_t bytes;
	uint64_t frees;
};

struct ledger {
	uint64_t magic;
	uint64_t pid;
	uint64_t warm; /* 1: from now on no new stacks */
	uint64_t ended;
	uint64_t threads; /* started */
	uint64_t handovers;
	uint64_t dlopens;
	uint64_t same_place; /* plugins that lie where another one was */
	uint64_t signals_sent;
	uint64_t signals_handled;
	uint64_t signals_in_call; /* ... inside a call to the allocator */
	uint64_t forks;
	uint64_t damaged; /* blocks whose contents had changed */
	uint64_t failed_calls;
	struct heap_counts heap;
	struct child children[CHILDREN];
	struct count accounts[ACCOUNTS][KINDS];
};

#endif

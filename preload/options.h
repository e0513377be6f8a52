/* SPDX-License-Identifier: MIT */
/*
 * What the user asked for, from HEAPWISE_* variables: one table, read once
 * when recording starts, constant afterwards. A value that cannot be read is
 * treated as not given: the target is not the place to complain (`heapwise
 * record` checks its options before it starts anything).
 */
#ifndef PRELOAD_OPTIONS_H
#define PRELOAD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "preload/hidden.h"

#define OPTIONS_PATH 3800 /* leaves room for suffixes in a ring header */
#define OPTIONS_SAMPLE_DEFAULT (512u << 10)

struct options {
	char output[OPTIONS_PATH];   /* HEAPWISE_OUTPUT: %p pid, %c program */
	char ring_dir[OPTIONS_PATH]; /* HEAPWISE_RING_DIR; "" beside the dump */
	uint64_t sample_bytes;	     /* HEAPWISE_SAMPLE; 0: exact mode */
	uint64_t seed;		     /* HEAPWISE_SEED; 0: from the clock */
	uint64_t session;	     /* HEAPWISE_SESSION, hex; 0: bare */
	uint32_t free_stacks;	     /* HEAPWISE_FREE_STACKS: all, none, N */
	uint32_t details;	     /* HEAPWISE_DETAILS: all, none, N */
	uint32_t on_full;	     /* HEAPWISE_ON_FULL: enum dump_on_full */
	uint32_t launcher; /* HEAPWISE_LAUNCHER: its pid, when children are off */
	char tunables[OPTIONS_PATH]; /* GLIBC_TUNABLES, the C library's; "" */
	bool children;	   /* HEAPWISE_CHILDREN: 0 or 1 */
	bool verify;	   /* HEAPWISE_VERIFY=1: walk twice, count differences */
	/* for tests, see tests/README.md */
	uint32_t nodes_max; /* HEAPWISE_TEST_NODES: room in the stack tree */
	bool no_find_object; /* HEAPWISE_TEST_NO_FIND_OBJECT=1: as with a C
				library that lacks _dl_find_object */
};

extern struct options options HIDDEN;

/* Fills `options` from the environment. No allocation. */
void options_read(void);

/*
 * The output pattern with %p, %c and %% replaced, made absolute with the
 * current directory. 0, or -ENAMETOOLONG.
 */
int options_expand_output(char *path, size_t bytes, const char *program);

#endif

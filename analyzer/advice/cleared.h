/* SPDX-License-Identifier: MIT */
/*
 * What calloc has to clear. Memory that comes fresh from the system is zero: a
 * block that is mapped on its own, and what lies beyond all blocks that were
 * there before (in its 64 MiB of addresses, as glibc's heaps are apart). The
 * rest has been used, as far as events tell: memory that no block ever had, but
 * that lies below one that was, counts as used. Memory: 128 KiB. Exact mode;
 * one thread.
 */
#ifndef ANALYZER_ADVICE_CLEARED_H
#define ANALYZER_ADVICE_CLEARED_H

#include "analyzer/advice/signals.h"

#define CLEARED_REGIONS 4096 /* more count as used from the start */

/* Of a candidate's callocs, bytes. */
struct cleared_sums {
	double used;   /* in memory used before */
	double fresh;  /* beyond it */
	double mapped; /* blocks of their own pages */
};

struct cleared_region {
	uint64_t number; /* of its 64 MiB, + 1; 0: none */
	uint64_t end;	 /* of the blocks that were there */
};

struct cleared {
	const struct signal_pass *pass;
	struct cleared_sums *sums; /* by candidate */
	struct cleared_region *regions; /* open addressing */
	size_t region_count;
	uint64_t mapped_least; /* a request from here on may be mapped */
};

void cleared_init(struct cleared *cleared, const struct signal_pass *pass);
void cleared_release(struct cleared *cleared);
struct signal_part cleared_part(struct cleared *cleared);

#endif

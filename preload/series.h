/* SPDX-License-Identifier: MIT */
/*
 * What a drainer writes now and then beside events: the USAGE series and the
 * STATS counters. Samples gather here and are written many in a block.
 */
#ifndef PRELOAD_SERIES_H
#define PRELOAD_SERIES_H

#include "preload/payloads.h"
#include "preload/writer.h"

#define SERIES_SAMPLES_MAX 32 /* in a USAGE block */

/* Fills rss, user and system of a sample of process pid; 0 or -errno. */
typedef int series_usage_function(struct usage_sample *sample, int pid);

struct series {
	series_usage_function *usage; /* or NULL: no samples */
	int pid;
	uint64_t sampled_ns; /* CLOCK_MONOTONIC of the last sample, or 0 */
	uint64_t flushed_ns; /* of the last USAGE block */
	uint64_t stats_ns;   /* of the last STATS block, */
	uint64_t stats_hash; /* and what it said */
	unsigned int count;
	struct usage_sample samples[SERIES_SAMPLES_MAX];
};

/* When, and whether events were written since the last time. */
struct series_moment {
	uint64_t tick;
	uint64_t monotonic_ns;
	bool flow;
	bool last; /* write everything now */
};

void series_init(struct series *s, series_usage_function *usage, int pid);
/*
 * Samples if 10 ms (1 s without flow) went by, and writes what is due. 0, or
 * -errno of the first block that could not be written: it is still due.
 */
int series_write(struct series *s, struct writer *w,
		 const struct series_moment *moment);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * How long the real calls of a site took: the mean, and a tenth of them took
 * less. At most CALL_TIMES_KEPT are kept for that, spread over the run; the
 * mean is of all. One thread.
 */
#ifndef ANALYZER_ADVICE_CALL_TIMES_H
#define ANALYZER_ADVICE_CALL_TIMES_H

#include <stddef.h>
#include <stdint.h>

#define CALL_TIMES_KEPT 65536 /* a power of two */

/* Zeroed at first. In the clock's units. */
struct call_times {
	uint64_t count;
	double sum;
	uint64_t *kept;
	size_t kept_count, capacity;
	uint64_t stride; /* 1 in so many is kept */
};

void call_times_add(struct call_times *times, uint64_t duration);
void call_times_release(struct call_times *times);

/* NAN if there is none. */
double call_times_mean(const struct call_times *times);
/* The 10th percentile. Sorts what is kept: after the last call only. */
double call_times_p10(struct call_times *times);

#endif

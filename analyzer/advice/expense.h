/* SPDX-License-Identifier: MIT */
/*
 * What the recorded program's calls cost it: nanoseconds of the measured ones,
 * the CPU time of the process without the recorder's part, and what a list of a
 * program's own would cost in place of the allocator.
 */
#ifndef ANALYZER_ADVICE_EXPENSE_H
#define ANALYZER_ADVICE_EXPENSE_H

#include "analyzer/advice/signals.h"

/* Low and high: what a prediction may be between. */
struct span_ns {
	double low, high;
};

struct expense {
	double ns_per_unit;	/* of durations */
	double empty_ns;	/* in every duration: the clock's own */
	/* The least that a call takes, if the allocator is glibc: what was measured
	 * overlaps with the measuring. 0: not known. */
	double least_ns;
	double pool_ns;		/* a push and a pop on a thread's own list */
	double cpu_ns;		/* of the process, 0: not known */
	/* How fast this machine clears memory that is in no near cache, bytes a
	 * ns; measured, in some milliseconds, if the program has callocs. */
	double clearing;
	double allocator_ns;	/* of it in all allocator calls, estimated */
	/* Of a sample: what was timed came right after the recorder's own work,
	 * with caches that it left cold. Means are too high, so that they say
	 * how much it is at most; least is nothing. */
	bool is_sample;
};

void expense_init(struct expense *expense, const struct census *census);

/* One real call: P10 to mean (of which the slowest calls are capped), less the
 * clock's own; 0 to 0 if none was timed. */
struct span_ns expense_call(const struct expense *expense,
			    const struct signal_calls *calls);
/* A site's allocation; without what calloc takes to clear it, which who keeps a
 * block for the next one has to do as well. */
struct span_ns expense_allocation(const struct expense *expense,
				  const struct signals *signals);
/* A realloc that grows a block: it copies, so that small ones tell nothing of
 * large ones; the low end is a mean, too. */
struct span_ns expense_realloc(const struct expense *expense,
			       const struct signals *signals);
/* That and its release. */
struct span_ns expense_pair(const struct expense *expense,
			    const struct signals *signals);

#endif

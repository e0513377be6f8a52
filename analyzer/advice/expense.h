/* SPDX-License-Identifier: MIT */
/*
 * What the recorded program's calls cost it, and what is saved by not making
 * them: nanoseconds of the measured ones, the CPU time of the process without
 * the recorder's part, and what a list of a program's own would cost in place
 * of the allocator. The one model of costs: of `advise` and of `simulate`.
 */
#ifndef ANALYZER_ADVICE_EXPENSE_H
#define ANALYZER_ADVICE_EXPENSE_H

#include "analyzer/advice/call_times.h"

#include <stdbool.h>

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
	double locked_ns;	/* of one with a lock that nobody else wants */
	double cpu_ns;		/* of the process, 0: not known */
	bool cpu_told;		/* it is enough to tell shares of it */
	/* How fast this machine clears memory that is in no near cache, bytes a
	 * ns; 0 until expense_measure_clearing(). */
	double clearing;
	double allocator_ns;	/* of it in all allocator calls, estimated */
	/* Of a sample: what was timed came right after the recorder's own work,
	 * with caches that it left cold. Means are too high, so that they say
	 * how much it is at most; least is nothing. */
	bool is_sample;
};

void expense_init(struct expense *expense, const struct model *model);
/* Takes some milliseconds: where there are callocs. */
void expense_measure_clearing(struct expense *expense);
/* The CPU time of the process; 0 if shares of it are not to be told. */
double expense_told_cpu_ns(const struct expense *expense);
/* So much is all allocator calls, by estimate: the process cannot have taken
 * less. */
void expense_set_allocator(struct expense *expense, double ns);

/*
 * One real call: P10 to mean, less the clock's own; 0 to 0 if none was timed.
 * The fewer were timed, the further the low end is below their P10, as chance
 * may have it (of very few, it is the least that a call takes). The slowest are
 * taken for as fast as the next ones: as many as interruptions may have slowed.
 */
struct span_ns expense_call(const struct expense *expense,
			    const struct call_times *times);
/* What a share of the calls (0 to 1) does not exceed, or would not if all had the
 * usual work. */
double expense_quantile(const struct expense *expense,
			const struct call_times *times, double share);
/* A site's allocation; without what calloc takes to clear it, which who keeps a
 * block for the next one has to do as well. */
struct span_ns expense_allocation(const struct expense *expense,
				  const struct site_calls *calls);
/* A realloc that grows a block: it copies, so that fast ones tell nothing of the
 * others; the low end is a mean, too. */
struct span_ns expense_realloc(const struct expense *expense,
			       const struct site_calls *calls);
/* An allocation and its release; that is taken to be as fast as a fast
 * allocation if none was timed. */
struct span_ns expense_pair(const struct expense *expense,
			    const struct site_calls *calls);

/* What so many pairs save, if what comes in their place takes so many ns each:
 * not below 0. */
struct span_ns expense_saved(double pairs, struct span_ns pair, double own_ns);

#endif

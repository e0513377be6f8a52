/* SPDX-License-Identifier: MIT */
/*
 * What calls cost, and what pools would: measured calls of the recording
 * against a pop and a push timed here, at start. One thread.
 */
#ifndef ANALYZER_ADVICE_COST_H
#define ANALYZER_ADVICE_COST_H

#include "analyzer/advice/call_times.h"
#include "analyzer/model.h"

#include <stdbool.h>

/* Of this machine, ns. */
struct cost_machine {
	double pool_ns;	  /* a pop and a push of a list of one's own */
	double locked_ns; /* the same, with a lock that nobody else wants */
	double empty_ns;  /* what a measured call of nothing would take */
};

/* The least of many trials; takes about a millisecond. */
void cost_calibrate(struct cost_machine *machine);

/* What a measured call of nothing took where the recording was made, if the dump
 * says. */
void cost_use_recorded(struct cost_machine *machine, const struct model *model);

/* An allocation and its free, ns, less what measuring took. NAN: not known. */
struct cost_pair {
	double low;  /* of calls as fast as the 10th percentile */
	double mean;
	uint64_t measured; /* calls, of both kinds */
	/* Frees were not: each is taken to cost what a fast allocation does. */
	bool frees_guessed;
};

/* Sorts the times. NAN if no allocation was measured. */
struct cost_pair cost_pair(struct call_times *allocations,
			   struct call_times *frees, const struct model *model,
			   const struct cost_machine *machine);

/* What so many hits save, ns: not below 0. */
static inline double cost_saved(uint64_t hits, double pair_ns, double pool_ns)
{
	double each = pair_ns - pool_ns;

	return each < 0 ? 0 : (double)hits * each;
}

/* CPU time of the recorded process without the recorder's part, ns; 0: not
 * known. */
double cost_process_ns(const struct model *model);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * What a pop and a push of a pool cost, timed here, at start, and what the
 * measuring of a call does. One thread.
 */
#ifndef ANALYZER_ADVICE_MACHINE_COST_H
#define ANALYZER_ADVICE_MACHINE_COST_H

#include "analyzer/model.h"

/* Of this machine, ns. */
struct machine_cost {
	double pool_ns;	  /* a pop and a push of a list of one's own */
	double locked_ns; /* the same, with a lock that nobody else wants */
	double empty_ns;  /* what a measured call of nothing would take */
};

/* The least of many trials; takes about a millisecond. */
void machine_cost_measure(struct machine_cost *machine);

/* What a measured call of nothing took where the recording was made, if the dump
 * says. */
void machine_cost_use_recorded(struct machine_cost *machine,
			       const struct model *model);

#endif

/* SPDX-License-Identifier: MIT */
/* Both passes of advise over a random trace, for the tests of its signals. */
#ifndef TESTS_UNIT_SIGNALS_RUN_H
#define TESTS_UNIT_SIGNALS_RUN_H

#include <stdlib.h>

#include "analyzer/advice/signals.h"
#include "tests/unit/plain_trace.h"

struct signals_run {
	struct plain_trace *trace;
	struct dump_builder b;
	struct recording *recording;
	struct symbolizer *symbols;
	struct census census;
	struct fold fold;
	struct thresholds thresholds;
	struct signal_pass pass;
};

/* Up to the second pass: parts may be added, and signals_run() called. Every
 * site is a candidate. */
__attribute__((unused)) static void
signals_run_begin(struct signals_run *run, uint64_t seed,
		  const struct plain_choice *choice)
{
	static const struct debug_search nowhere;

	run->trace = plain_trace_new(seed, choice);
	run->recording = plain_trace_open(run->trace, &run->b);
	run->symbols = symbolizer_new(&run->recording->model, &nowhere);
	census_run(&run->census, run->recording, NULL);
	fold_run(&run->fold, &run->census, run->symbols);
	thresholds_init(&run->thresholds);
	run->thresholds.values[THRESHOLD_MIN_CALLS] = 1;
	run->thresholds.values[THRESHOLD_MIN_SAMPLES] = 1;
	signals_init(&run->pass, &run->census, &run->fold, &run->thresholds);
}

__attribute__((unused)) static void signals_run_end(struct signals_run *run)
{
	signals_release(&run->pass);
	fold_release(&run->fold);
	census_release(&run->census);
	symbolizer_free(run->symbols);
	recording_free(run->recording);
	dump_builder_release(&run->b);
	free(run->trace);
}

/* The candidate that a stack's blocks belong to. */
__attribute__((unused)) static uint32_t
signals_run_candidate(const struct signals_run *run, uint32_t stack)
{
	uint32_t row = run->census.row_of[stack];

	return row == CENSUS_NO_ROW ? PLAIN_NONE : run->pass.candidate_of[row];
}

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Simulated pools for people and as JSON: which sites, how good any pool can
 * be, a row for each policy, then the caps of one. Of a sample, what it tells.
 */
#ifndef ANALYZER_OUTPUT_POOL_TABLE_H
#define ANALYZER_OUTPUT_POOL_TABLE_H

#include "analyzer/advice/pool_model.h"
#include "analyzer/advice/simulation.h"
#include "analyzer/output/output.h"

void pool_table_print(const struct output_run *run, const struct simulation *s);
/* One object; its keys are documented in heapwise(1) and stay. */
void pool_json_print(const struct output_run *run, const struct simulation *s);

void pool_model_print(const struct output_run *run, const struct report *report,
		      const struct site_choice *choice,
		      const struct pool_model *model);
void pool_model_json_print(const struct output_run *run,
			   const struct report *report,
			   const struct site_choice *choice,
			   const struct pool_model *model);

/* The program, its recording, and the sites with their frames. */
void pool_table_print_sites(const struct output_run *run,
			    const struct report *report,
			    const struct site_choice *choice);

#endif

/* SPDX-License-Identifier: MIT */
#include "analyzer/output/output.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

const struct output_figure output_figures[OUTPUT_FIGURES] = {
	{ "allocations", FIGURE_ALLOCATIONS },
	{ "frees", FIGURE_FREES },
	{ "bytes_allocated", FIGURE_BYTES_ALLOCATED },
	{ "peak_bytes", FIGURE_PEAK_BYTES },
	{ "peak_blocks", FIGURE_PEAK_BLOCKS },
	{ "at_peak_bytes", FIGURE_AT_PEAK_BYTES },
	{ "at_peak_blocks", FIGURE_AT_PEAK_BLOCKS },
	{ "leaked_bytes", FIGURE_LEAKED_BYTES },
	{ "leaked_blocks", FIGURE_LEAKED_BLOCKS },
	{ "temporary", FIGURE_TEMPORARY },
};

static const struct output *const exports[] = {
	&output_pprof, &output_folded, &output_speedscope, &output_dhat,
	&output_csv,   &output_json,
};

void output_report(const struct output *output, struct output_run *run,
		   const struct report *report)
{
	frame_budget_add(&run->frames, report->recording->payload_bytes,
			 output->frame_cost ? output->frame_cost : 1);
	output->report(run, report);
}

const struct output *output_export(size_t index)
{
	return index < COUNT(exports) ? exports[index] : NULL;
}

const struct output *output_export_named(const char *name)
{
	for (size_t i = 0; i < COUNT(exports); i++)
		if (strcmp(exports[i]->name, name) == 0)
			return exports[i];
	return NULL;
}

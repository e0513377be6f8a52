/* SPDX-License-Identifier: MIT */
#include "analyzer/output/pprof_heap.h"

#include <math.h>

const struct pprof_type pprof_heap_types[PPROF_HEAP_TYPES] = {
	{ "alloc_objects", "count" },
	{ "alloc_space", "bytes" },
	{ "inuse_objects", "count" },
	{ "inuse_space", "bytes" },
};

const enum profile_figure pprof_heap_figures[PPROF_HEAP_TYPES] = {
	FIGURE_ALLOCATIONS,
	FIGURE_BYTES_ALLOCATED,
	FIGURE_LEAKED_BLOCKS,
	FIGURE_LEAKED_BYTES,
};

int64_t pprof_sum_add(struct pprof_sum *sum, double value)
{
	int64_t before = sum->written;

	sum->wanted += value;
	if (!(sum->wanted < PPROF_VALUE_MAX))
		sum->wanted = PPROF_VALUE_MAX;
	sum->written = llroundl(sum->wanted);
	return sum->written - before;
}

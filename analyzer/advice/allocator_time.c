/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/allocator_time.h"

#include <math.h>

/* All calls of a stack, by the mean of those that were timed. A realloc is one
 * of its allocations; its old block's end is no free. */
static double calls_ns(const struct expense *e, const struct census_row *row)
{
	double frees = fmax(0, row->frees - (double)row->reallocs), sum = 0;

	if (row->timed)
		sum += row->calls * fmax(0, (double)row->timed_units *
			e->ns_per_unit / (double)row->timed - e->empty_ns);
	if (row->timed_frees)
		sum += frees * fmax(0, (double)row->timed_free_units *
			e->ns_per_unit / (double)row->timed_frees -
			e->empty_ns);
	return sum;
}

double allocator_time_ns(const struct census *census,
			 const struct expense *expense)
{
	double ns = 0;

	for (size_t i = 0; i < census->count; i++)
		ns += calls_ns(expense, &census->rows[i]);
	return ns;
}

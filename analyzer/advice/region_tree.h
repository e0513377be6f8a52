/* SPDX-License-Identifier: MIT */
/*
 * Which regions of a program's run (epochs.h) are in which, and which stacks are
 * in them: answered at once for any two, however many there are. One thread.
 */
#ifndef ANALYZER_ADVICE_REGION_TREE_H
#define ANALYZER_ADVICE_REGION_TREE_H

#include "analyzer/advice/epochs.h"

/* The regions in it begin from its begin to its end; it is in itself. */
struct region_span {
	uint32_t begin, end;
	uint32_t next; /* private */
};

static inline bool region_is_under(const struct region_span *region,
				   const struct region_span *other)
{
	return region->begin >= other->begin && region->begin < other->end;
}

/* Of all epochs->functions; the caller's to free. */
struct region_span *region_spans(const struct epochs *epochs);

/*
 * By node of the stack tree: the innermost function that it is in, + 1, or 0;
 * only of those for which `only` says so, unless that is NULL. The caller's to
 * free.
 */
uint32_t *region_map(const struct epochs *epochs, const bool *only);

/* By such a map: where most of a site's calls are, + 1, if more than half are in
 * one; how many. */
uint32_t region_of_site(const struct census *census, const uint32_t *map,
			const struct advice_site *site, double *calls);

#endif

/* SPDX-License-Identifier: MIT */
/* What the profile_*.c keep beside a profile, and profile_figures.c reads. */
#ifndef ANALYZER_PROFILE_STATE_H
#define ANALYZER_PROFILE_STATE_H

#include "analyzer/lifetimes.h"
#include "analyzer/selection.h"

struct profile_view;

struct profile_state {
	const struct recording *recording;
	const struct profile_view *view;
	struct selection_sink selected;
	uint64_t heap_peak_tick; /* 0: there was none */
	struct site_sums *sums; /* of each site, if sampled */
	size_t sums_capacity;
	struct site_sums total, all; /* of profile->total and all, likewise */
	/* By stack (any of a canonical one's ids), lane or size class.
	 * SELECTION_NO_SITE at first. */
	uint32_t *site_of;
	size_t by_id_count; /* of stacks, 0 if not by stack */
	uint32_t *site_of_group; /* by group, if the view has groups */
	struct lifetimes lifetimes;
	size_t group_room;
	double interval_bytes;	/* T as it was at first */
	double interval_largest; /* of the samples, T may double */
};

#endif

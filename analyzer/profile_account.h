/* SPDX-License-Identifier: MIT */
/*
 * What the callbacks of a profile need of it for each event: a site's sums, the
 * weight of a block. Part of the profile; inline, since each event asks.
 */
#ifndef ANALYZER_PROFILE_ACCOUNT_H
#define ANALYZER_PROFILE_ACCOUNT_H

#include <math.h>

#include "analyzer/profile.h"
#include "analyzer/profile_state.h"

static inline struct estimate_weight
profile_weigh(const struct profile *p, const struct live_block *block)
{
	double interval = ldexp(p->state->interval_bytes,
				(int)block->interval_shift);

	p->state->interval_largest = fmax(p->state->interval_largest, interval);
	return estimate_weigh(block->size, interval);
}

static inline struct site_account profile_account_of(const struct profile *p,
						     uint32_t site)
{
	return (struct site_account){
		.site = &p->sites[site],
		.sums = p->sampled ? &p->state->sums[site] : NULL,
	};
}

static inline struct site_account profile_account_of_total(struct profile *p)
{
	return (struct site_account){
		.site = &p->total,
		.sums = p->sampled ? &p->state->total : NULL,
	};
}

/* A stack that is left out belongs to the heap, but to nobody's charts. */
static inline bool profile_hides(const struct profile *p,
				 const struct replay_step *step)
{
	return p->state->view->selection.shows &&
	       step->block->site == p->state->selected.hidden;
}

#endif

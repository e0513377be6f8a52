/* SPDX-License-Identifier: MIT */
/*
 * What is counted for one site, or for the total: plain sums, and in sampled
 * mode weighted ones beside them. The arithmetic of the profile, without the
 * choice of sites.
 */
#ifndef ANALYZER_SITE_H
#define ANALYZER_SITE_H

#include "analyzer/estimate.h"
#include "analyzer/replay_sink.h"

/*
 * A site's sums. In sampled mode these count samples, unweighted: use
 * profile_figure(), which is right in both modes, to show them.
 */
struct site {
	uint32_t key;	/* group, thread serial, or size class */
	uint32_t stack; /* BY_STACK: the first canonical stack seen here */
	uint64_t allocations;
	uint64_t bytes_allocated;
	uint64_t frees;
	uint64_t temporary;
	uint64_t reallocations; /* allocations that were reallocs of a block */
	uint64_t live_blocks, live_bytes; /* in the end: leaked */
	uint64_t peak_blocks, peak_bytes; /* at the site's own peak of bytes */
	uint64_t at_peak_blocks, at_peak_bytes; /* at the process's peak */
	uint64_t lifetime_ticks; /* of the blocks freed, summed */
	uint64_t first_tick, last_tick; /* of its allocations */
	uint64_t size_min, size_max;
	uint64_t detailed;	/* allocations with the next two recorded */
	uint64_t detailed_bytes; /* requested by these */
	uint64_t usable_bytes;	/* granted to these */
	uint64_t duration_units; /* of the real calls, clock units */
	uint32_t peak_epoch;	/* private */
	uint64_t age_ticks;	/* of the blocks live in the end, if asked for */
};

/* A site's weighted sums; sampled mode only. */
struct site_sums {
	struct estimate_sum allocated, freed, temporary;
	struct estimate_sum live, peak, at_peak;
	struct estimate_values lifetimes; /* ticks, of those freed */
	double age_ticks;		  /* weighted by count */
};

/* A site and its sums (NULL in exact mode), as the functions below take them.
 * `weight` is that of the block in question, not looked at in exact mode. */
struct site_account {
	struct site *site;
	struct site_sums *sums;
};

/*
 * What a site had when the process was at its peak is what it has now, unless
 * it changed since: so it is kept at the site's first change after the peak.
 * `epoch` counts the process's peaks; it is the total's own peak_epoch. The
 * functions below that change a site do it; call it once more at the end.
 */
void site_keep_at_peak(const struct site_account *account, uint32_t epoch);

/*
 * The step's block is this site's and live from now on. True if the site has
 * never had more bytes.
 */
bool site_allocate(const struct site_account *account,
		   const struct replay_step *step,
		   const struct estimate_weight *weight, uint32_t epoch);

/*
 * The step's block is not live any more. A block whose release was not seen
 * (REPLAY_IMPLICIT) counts neither as a free nor for the lifetimes.
 */
void site_release(const struct site_account *account,
		  const struct replay_step *step,
		  const struct estimate_weight *weight, bool temporary,
		  uint32_t epoch);

/* site_release() of the same step is taken back. */
void site_restore(const struct site_account *account,
		  const struct replay_step *step,
		  const struct estimate_weight *weight, bool temporary,
		  uint32_t epoch);

/* A block of that age, in ticks, is still live; a negative one takes it back. */
void site_age(const struct site_account *account, int64_t age,
	      const struct estimate_weight *weight);

/*
 * For a total in exact mode, which all events change: what site_allocate() does
 * to what is live, and to its peak. The rest is what its sites have together:
 * site_sum(), once for each, at the end.
 */
bool site_grow(struct site *total, uint64_t bytes);
void site_sum(struct site *total, const struct site *site);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Totals per site, in one pass over the events. A site is whatever the view
 * groups by: the caller maps each canonical stack id to a group (a stack's
 * leaf function, its module, itself), or asks for groups by thread or by size.
 * A group's own peak is computed, not summed from its stacks' peaks.
 *
 *	uint32_t *groups = ...; one for each id below model.stacks.count
 *	struct profile_view view = { .by = PROFILE_BY_STACK, .groups = groups };
 *	profile_run(&profile, recording, &view);
 *	for (i = 0; i < profile->site_count; i++)
 *		site = &profile->sites[i];
 *		estimate = profile_figure(profile, site, FIGURE_ALLOCATIONS);
 */
#ifndef ANALYZER_PROFILE_H
#define ANALYZER_PROFILE_H

#include "analyzer/lifetimes.h"
#include "analyzer/replay.h"
#include "analyzer/selection.h"
#include "analyzer/site.h"
#include "analyzer/tally.h"

enum profile_by {
	PROFILE_BY_STACK,  /* through `groups` */
	PROFILE_BY_THREAD, /* key: thread serial */
	PROFILE_BY_SIZE,   /* key: size class, see profile_size_class() */
};

/*
 * Told of every step that the profile counts, right after it. `weight` is that
 * of the step's block, NULL in exact mode.
 */
struct profile_observer {
	void *context;
	void (*allocated)(void *context, const struct replay_step *step,
			  const struct estimate_weight *weight);
	void (*released)(void *context, const struct replay_step *step,
			 const struct estimate_weight *weight);
	void (*restored)(void *context, const struct replay_step *step,
			 const struct estimate_weight *weight);
};

struct profile_view {
	enum profile_by by;
	/*
	 * BY_STACK: the group of each stack id, group_count groups numbered
	 * from 0; NULL: every canonical stack is a group, key = canonical id.
	 * Only entries at canonical ids are looked at.
	 */
	const uint32_t *groups;
	size_t group_count;
	/* Instead of them: asked once for each canonical stack that allocates,
	 * for numbers that grow from 0; NULL: there are none. */
	uint32_t (*group_of)(void *context, uint32_t stack);
	void *group_context;
	struct selection selection;
	uint32_t temporary_distance; /* 0: no allocation in between */
	bool ages; /* of what is live in the end are wanted: a pass over it */
	bool lifetimes; /* kept for profile_lifetimes(); takes time */
	/* Live blocks and bytes (FIGURE_LEAKED_...) are those at the process's
	 * peak, not those at the end. */
	bool live_at_peak;
	const struct profile_observer *observer; /* may be NULL */
	/* As in struct replay_sink; may be NULL. */
	void (*progress)(void *context, uint64_t done, uint64_t total);
	void *progress_context;
};

enum profile_figure {
	FIGURE_ALLOCATIONS,
	FIGURE_BYTES_ALLOCATED,
	FIGURE_FREES,
	FIGURE_TEMPORARY,
	FIGURE_LEAKED_BLOCKS,
	FIGURE_LEAKED_BYTES,
	FIGURE_PEAK_BLOCKS,
	FIGURE_PEAK_BYTES,	/* the site's own */
	FIGURE_AT_PEAK_BLOCKS,
	FIGURE_AT_PEAK_BYTES,	/* when the process had its peak */
};

#define PROFILE_FIGURES (FIGURE_AT_PEAK_BYTES + 1)

struct profile {
	bool sampled;
	/* Of all sites; key and stack mean nothing. Without a choice of stacks
	 * peak == at_peak. */
	struct site total;
	/* As `total`, with the stacks that the selection leaves out: the whole
	 * heap. Only if it leaves out any. */
	struct site all;
	bool has_all;
	struct site *sites; /* by first allocation; must stay in this order */
	size_t site_count, site_capacity;
	struct replay_counts counts;
	uint64_t peak_tick;   /* when the total had its peak */
	double run_ns;	      /* from the recording's start to its end */
	double counted_ns;    /* the part of it that the selection takes */
	double peak_ns;	      /* from its start to the total's peak */
	double heap_peak_ns;  /* to the whole heap's peak */
	double events_per_second;
	uint64_t peak_rss_bytes; /* less the recorder's own; 0: unknown */
	struct profile_state *state; /* private */
};

/* Replays. Returns 0; *out is the caller's to free. */
int profile_run(struct profile **out, struct recording *recording,
		const struct profile_view *view);
void profile_free(struct profile *profile);

/* A figure of a site, or of &profile->total or all, with its interval. */
struct estimate profile_figure(const struct profile *profile,
			       const struct site *site,
			       enum profile_figure figure);

/* The largest T in use, for what is summed elsewhere: see estimate_bytes(); 0 in
 * exact mode. */
double profile_interval_bytes(const struct profile *profile);

/* What a site's blocks were, for the sums of several sites. */
enum profile_blocks {
	PROFILE_ALLOCATED,
	PROFILE_TEMPORARY, /* their bytes are not known in exact mode: 0 */
	PROFILE_LEAKED,
	PROFILE_AT_PEAK,
	PROFILE_OWN_PEAK, /* of several sites a bound: not at the same time */
};

/* Adds a site's blocks and their bytes to a tally, which holds each site at
 * most once. */
void profile_tally(const struct profile *profile, const struct site *site,
		   enum profile_blocks blocks, struct tally *tally);

/* Mean lifetime of the blocks freed, ns, with its interval; NAN if none was. Of
 * a sample each block weighs as many as it stands for. */
struct estimate profile_mean_lifetime(const struct profile *profile,
				      const struct recording *recording,
				      const struct site *site);

/*
 * How long all of its blocks lived, summed, ns; those that were not freed until
 * the recording's end, for which the view must ask. Unbiased in sampled mode.
 */
double profile_lifetimes_ns(const struct profile *profile,
			    const struct recording *recording,
			    const struct site *site);
/* How long a site's blocks lived, in ticks; the view must have asked. */
struct site_lifetimes profile_lifetimes(const struct profile *profile,
					const struct site *site);

/* Size classes: exact up to 1024 bytes, then 8 to each doubling. */
#define PROFILE_SIZE_CLASS_EXACT 1024 /* classes up to here are sizes */
uint32_t profile_size_class(uint64_t size);
void profile_size_bounds(uint32_t size_class, uint64_t *low, uint64_t *high);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * What a profile counts, of all that was recorded: a part of the run, as if the
 * recording had begun and ended there, and some of the stacks. What is outside
 * the window does not exist for a profile; stacks that are not to be shown are
 * left out of its rows and its total, yet belong to the heap whose peak it
 * looks for. It stands between a replay and the profile's own sink. One thread.
 */
#ifndef ANALYZER_SELECTION_H
#define ANALYZER_SELECTION_H

#include "analyzer/recording.h"
#include "analyzer/site.h"

#define SELECTION_NO_SITE UINT32_MAX

/* What is asked for. Zeroed: everything. */
struct selection {
	bool windowed;
	uint64_t from_tick, to_tick; /* both are inside */
	/* Asked once for each canonical stack that allocates; NULL: all. */
	bool (*shows)(void *context, uint32_t stack);
	void *context;
};

/* Fill in what stands before `inner`. */
struct selection_sink {
	struct selection selection;
	const struct recording *recording;
	bool sampled;
	double interval_bytes; /* T at shift 0 */
	uint32_t temporary_distance;
	uint32_t hidden;       /* site for the stacks left out */
	const uint32_t *epoch; /* the heap's, see site_keep_at_peak() */
	/* A block that was live at the window's end is released later, or that
	 * is taken back; NULL: of no interest. Inner context. */
	void (*outlived)(void *context, const struct live_block *block,
			 bool taken_back);

	struct replay_sink inner;
	uint8_t *known; /* what `shows` said, by stack */
	/* The total of the stacks that are shown, if `shows` is there. */
	struct site shown;
	struct site_sums shown_sums;
	uint64_t shown_peak_tick;
};

/* Is there anything to leave out? */
static inline bool selection_is_all(const struct selection *s)
{
	return !s->windowed && !s->shows;
}

/* Puts itself before *sink; the caller replays into that, then releases. */
void selection_begin(struct selection_sink *s, struct replay_sink *sink);
void selection_release(struct selection_sink *s);

/* The account of `shown`. */
struct site_account selection_account(struct selection_sink *s);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The first pass of advise: cheap figures of every stack, which say where the
 * wrappers are and which sites are worth a closer look. In a sampled dump every
 * block counts as many as it stands for, so that all figures are unbiased. About
 * 300 bytes a stack that allocates, 6 a node of the stack tree. One thread.
 */
#ifndef ANALYZER_ADVICE_CENSUS_H
#define ANALYZER_ADVICE_CENSUS_H

#include "analyzer/advice/lanes.h"
#include "analyzer/advice/size_classes.h"
#include "analyzer/replay.h"
#include "analyzer/site_id.h"

#define CENSUS_NO_ROW UINT32_MAX
#define CENSUS_QUARTERS 4
/* Temporary at distances 0, 1, 2 and 8, each with the ones before. */
#define CENSUS_DISTANCES 4
/* Frees by how many frames of the allocation's stack lie above what its and the
 * free's stack share; the last: that many or more. */
#define CENSUS_SHARED 12
/* A call that took longer was interrupted: another thread ran meanwhile. Few
 * such say more of the machine than of the allocator. */
#define CENSUS_LONG_NS 50e3

/* Of the logarithms (base 2) of what is summed. */
struct census_moments {
	double count, sum, squares;
};

struct census_row {
	uint32_t stack;	  /* canonical */
	uint64_t samples; /* events; equals calls in exact mode */
	double calls, bytes;
	double weight_squares; /* effective samples: calls^2 / this */
	double frees, far_frees; /* the latter by another thread */
	double temporary[CENSUS_DISTANCES];
	double live, live_bytes, live_max, live_bytes_max;
	double quarters[CENSUS_QUARTERS]; /* calls */
	/* Times that a thread's live blocks of this stack came to none; exact
	 * mode only. */
	uint64_t emptied;
	struct census_moments sizes, lifetimes; /* bytes; ticks */
	uint64_t first_tick, last_tick;
	/* Of the calls whose duration was recorded, in clock units. */
	uint64_t timed, timed_units, timed_frees, timed_free_units;
	uint64_t reallocs; /* events that came out of a realloc */
	uint64_t callocs;
	uint32_t shared[CENSUS_SHARED]; /* see above */
	uint32_t shared_none;		/* frees that share no frame */
	uint32_t free_node; /* of one free: its own frame next to the shared */
	size_t lane_hint; /* see lane_table_get() */
};

struct census {
	struct recording *recording;
	struct census_row *rows;
	size_t count, capacity;
	uint32_t *row_of; /* by any stack id; CENSUS_NO_ROW: none yet */
	uint16_t *depth;  /* by stack id: frames */
	uint32_t *merged; /* see site_ids_merge(); may be NULL */
	struct census_row total;
	struct lane_table lanes; /* of rows; while it runs, of several lanes */
	struct replay_counts counts;
	struct size_classes *classes; /* what its allocator grants */
	double long_units; /* CENSUS_LONG_NS, of durations */
	uint64_t marks[CENSUS_QUARTERS - 1]; /* ticks between the quarters */
	uint64_t first_tick, last_tick; /* of the run */
	double interval_bytes; /* T at shift 0; 0 in exact mode */
};

/* What shows how far it is; may be NULL. */
struct census_progress {
	void (*update)(void *context, uint64_t done, uint64_t total);
	void *context;
};

/* Replays. The recording must outlive it. */
void census_run(struct census *census, struct recording *recording,
		const struct census_progress *progress);
void census_release(struct census *census);

uint32_t census_row_new(struct census *census, uint32_t stack);

/* The row of an event's stack; made if there is none yet. */
static inline uint32_t census_row_of(struct census *census, uint32_t stack)
{
	if (stack < census->recording->model.stacks.count &&
	    census->row_of[stack] != CENSUS_NO_ROW)
		return census->row_of[stack];
	return census_row_new(census, stack);
}

double census_sample_weight(const struct census *census,
			    const struct live_block *block);

/* How many allocations a block stands for: 1 in exact mode. */
static inline double census_weight(const struct census *census,
				   const struct live_block *block)
{
	return census->interval_bytes == 0 ?
		       1 : census_sample_weight(census, block);
}

/* Without the call that fmax() is, for hot loops; neither is NAN. */
static inline double census_larger(double a, double b)
{
	return a > b ? a : b;
}

/* Which quarter of the run a tick is in, 0 to 3. */
static inline int census_quarter(const struct census *census, uint64_t tick)
{
	return (tick >= census->marks[0]) + (tick >= census->marks[1]) +
	       (tick >= census->marks[2]);
}

/*
 * log2(n), and 0 for 0 and 1: linear between powers of two, at most 0.09 too
 * low.
 */
static inline double census_log2(uint64_t n)
{
	int bits;

	if (n < 2)
		return 0;
	bits = 63 - __builtin_clzll(n);
	return bits - 1 + (double)n / (double)(UINT64_C(1) << bits);
}

/* Adds what another row counted; peaks add up, too: an upper bound. */
void census_row_add(struct census_row *row, const struct census_row *more);

/* Standard deviation. */
double census_deviation(const struct census_moments *moments);

#endif

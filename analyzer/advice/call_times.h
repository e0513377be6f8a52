/* SPDX-License-Identifier: MIT */
/*
 * How long the real calls of a site took that were timed. Calls differ by what
 * they have to do: a realloc that copies 32 KiB takes longer than one that
 * copies nothing, and is no slower for it. So each counts as many plain calls as
 * it has work for, and has a slowness, its duration by its work. Quantiles are
 * of that; a cap on the slowest cuts off interruptions, not work. Bounded
 * memory; one thread.
 */
#ifndef ANALYZER_ADVICE_CALL_TIMES_H
#define ANALYZER_ADVICE_CALL_TIMES_H

#include "analyzer/advice/spread.h"
#include "analyzer/replay_sink.h"

/* In clock units. Zeroed at first. */
struct call_times {
	struct spread slowness; /* of a plain call; weight: plain calls */
	double count;		/* calls, without the long ones */
	/* So long, for their work, that the thread must have been interrupted. */
	double long_calls, long_units;
};

/* `work`: in plain calls, 1 at least; `long_units`: longer is long. */
void call_times_add(struct call_times *times, double duration, double work,
		    double long_units);
/* Those that were timed. */
static inline double call_times_all(const struct call_times *times)
{
	return times->count + times->long_calls;
}

/* What a call takes on average, if all are as fast for their work as that share
 * of them (0 to 1) at least; 0 if there is none. */
double call_times_quantile(const struct call_times *times, double share);
/* The mean, with all that are slower than a quantile taken for that; by buckets,
 * so to some 10%. */
double call_times_capped(const struct call_times *times, double share);
/* The plain mean, long ones too. */
double call_times_mean(const struct call_times *times);

/* All kinds of calls for the blocks of a site, zeroed at first. What came out of
 * a realloc is no allocation here. */
struct site_calls {
	struct call_times allocations, reallocs, releases;
	double made, calloc_bytes; /* not only of timed ones; by weight */
};

struct call_origin {
	uint64_t address, size;
};

/* What it takes to tell the work of a recording's calls. */
struct call_meter {
	double long_units, units_per_ns;
	struct call_origin *taken; /* by lane: by its last realloc */
};

/* `lanes`: how many the replay has. */
void call_meter_init(struct call_meter *meter, const struct model *model,
		     size_t lanes);
void call_meter_release(struct call_meter *meter);

void call_meter_time(const struct call_meter *meter, struct site_calls *calls,
		     const struct replay_step *step);

/* Of every release, before the realloc's new block comes. */
static inline void call_meter_note(struct call_meter *meter,
				   const struct replay_step *step)
{
	if (step->end == REPLAY_REALLOCATED)
		meter->taken[step->lane] = (struct call_origin){
			step->block->address, step->block->size };
}

/* A block of the site, which stands for `weight` of them, is allocated; or
 * released. */
static inline void call_meter_allocated(const struct call_meter *meter,
					struct site_calls *calls,
					const struct replay_step *step,
					double weight)
{
	calls->made += weight;
	if (step->event->kind == EVENT_CALLOC)
		calls->calloc_bytes += weight * (double)step->block->size;
	if (step->event->has_detail)
		call_meter_time(meter, calls, step);
}

static inline void call_meter_released(const struct call_meter *meter,
				       struct site_calls *calls,
				       const struct replay_step *step)
{
	if (step->event->has_detail && step->end == REPLAY_FREED)
		call_meter_time(meter, calls, step);
}

#endif

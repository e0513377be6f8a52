/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/process_time.h"

#include <math.h>

/*
 * The recorder measures whole hooks of calls that it times, which do more than
 * others, and includes the time in which another thread ran. This is what
 * programs took more for each event of stacks of some 10 frames; deeper ones
 * take more, and then the CPU time of the program is overestimated, its
 * savings are not.
 */
#define HOOK_NS_MOST 45

/*
 * Of 60 programs whose CPU time was measured without a recorder, too: where its
 * part was up to 55% the rest was between 0.5 and 2 times the program's in all
 * but a few (one of many small objects 4.2; threads that wait for each other up
 * to 11); where it was 78% or more, 0.02 to 0.6 times.
 */
#define OWN_MOST (2.0 / 3)
/* The recorder's start and end are in it, some 4 ms. */
#define TOLD_LEAST_NS 10e6

struct process_time process_time_of(const struct model *model)
{
	const struct model_usage *last = &model->usage_last;
	const uint64_t *stats = model->stats;
	double cpu = (double)last->user_ns + (double)last->system_ns;
	double hooks = 0;

	if (model->meta.drainer == DRAINER_SELF)
		cpu -= (double)stats[STAT_DRAIN_CPU_NS];
	if (stats[STAT_HOOK_SAMPLES])
		hooks = fmin(HOOK_NS_MOST,
			     ldexp((double)stats[STAT_HOOK_CLOCK_UNITS] *
					   model->ns_per_tick,
				   -(int)model->meta.tick_shift) /
				     (double)stats[STAT_HOOK_SAMPLES]) *
			(double)stats[STAT_EVENTS];
	return (struct process_time){
		.ns = fmax(0, fmax(cpu - hooks, (1 - OWN_MOST) * cpu)),
		.told = hooks <= OWN_MOST * cpu && cpu - hooks >= TOLD_LEAST_NS,
	};
}

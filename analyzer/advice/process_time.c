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

double process_time_ns(const struct model *model)
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
	return fmax(cpu - hooks, cpu / 100);
}

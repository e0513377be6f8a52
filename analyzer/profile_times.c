/* SPDX-License-Identifier: MIT */
#include "analyzer/profile_times.h"

#include <math.h>

#include "analyzer/profile_state.h"

uint64_t profile_times_end_tick(const struct profile *p)
{
	const struct model *m = &p->state->recording->model;
	uint64_t end = p->counts.last_tick;

	if (m->usage_count && m->usage[m->usage_count - 1].tick > end)
		end = m->usage[m->usage_count - 1].tick;
	return end;
}

static void set_counted(struct profile *p, const struct model *m)
{
	const struct selection *selection = &p->state->view->selection;
	double from = 0, to = p->run_ns;

	if (selection->windowed) {
		from = fmax(from, model_tick_ns(m, selection->from_tick));
		to = fmin(to, model_tick_ns(m, selection->to_tick));
	}
	p->counted_ns = fmax(to - from, 0);
}

void profile_times_set(struct profile *p)
{
	const struct model *m = &p->state->recording->model;
	uint64_t end = profile_times_end_tick(p);

	p->run_ns = model_tick_ns(m, end);
	if (p->run_ns < 0 || end == 0)
		p->run_ns = 0;
	if (p->total.allocations)
		p->peak_ns = model_tick_ns(m, p->peak_tick);
	if (p->state->heap_peak_tick)
		p->heap_peak_ns = model_tick_ns(m, p->state->heap_peak_tick);
	if (p->run_ns > 0)
		p->events_per_second =
			(double)p->counts.events / (p->run_ns / 1e9);
	p->peak_rss_bytes = m->peak_rss_bytes;
	set_counted(p, m);
}

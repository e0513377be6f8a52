/* SPDX-License-Identifier: MIT */
#include "analyzer/replay_sink.h"

/* What neither allocated nor released a block, or was no event. */
static void count_rest(struct replay_counts *c,
		       const struct timeline_record *r)
{
	bool failed = r->event->kind == EVENT_REALLOC_FAILED;
	bool nothing = r->forced && r->act == ACT_NONE;

	c->forced += r->implicit || nothing;
	c->implicit_frees += r->implicit || (nothing && failed);
	if (r->implicit)
		return;
	c->foreign_frees += nothing && !failed;
	c->releases -= r->act == ACT_RESTORED;
	c->failed_reallocations += failed;
	c->unknown += r->act == ACT_NONE && !r->forced && !failed;
}

static inline void count_event(struct replay_counts *c, uint64_t tick)
{
	c->events++;
	if (tick < c->first_tick)
		c->first_tick = tick;
	if (tick > c->last_tick)
		c->last_tick = tick;
}

static enum replay_end end_of(const struct timeline_record *r)
{
	if (r->implicit)
		return REPLAY_IMPLICIT;
	return r->opens || r->act == ACT_RESTORED ? REPLAY_REALLOCATED :
						    REPLAY_FREED;
}

void replay_sink_pass(const struct replay_sink *sink,
		      struct replay_counts *counts,
		      const struct timeline_record *r)
{
	const struct replay_step step = {
		.event = r->event,
		.block = &r->block,
		.tick = r->tick,
		.lane = r->lane,
		.distance = r->distance,
		.end = end_of(r),
	};

	if (!r->implicit)
		count_event(counts, r->event->tick);
	switch (r->act) {
	case ACT_ALLOCATED:
		counts->allocations++;
		counts->reallocations += r->event->kind == EVENT_REALLOC_NEW;
		if (sink->allocated)
			sink->allocated(sink->context, &step);
		return;
	case ACT_RELEASED:
		if (r->implicit)
			count_rest(counts, r);
		else
			counts->releases++;
		if (sink->released)
			sink->released(sink->context, &step);
		return;
	case ACT_RESTORED:
		count_rest(counts, r);
		if (sink->restored)
			sink->restored(sink->context, &step);
		return;
	default:
		count_rest(counts, r);
		/* of address 0, say */
		counts->reallocations += r->event->kind == EVENT_REALLOC_NEW;
	}
}

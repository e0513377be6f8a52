/* SPDX-License-Identifier: MIT */
#include "analyzer/replay_sink.h"

/* What is not just one event that allocated or released a block. */
static void count_rest(struct replay_counts *c,
		       const struct timeline_record *r)
{
	unsigned int kind = r->event->kind;
	bool failed = kind == EVENT_REALLOC_FAILED;
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

static void count(struct replay_counts *c, const struct timeline_record *r)
{
	uint64_t tick = r->event->tick;

	if (r->implicit || r->act == ACT_NONE || r->act == ACT_RESTORED)
		count_rest(c, r);
	if (r->implicit)
		return;
	c->events++;
	c->allocations += r->act == ACT_ALLOCATED;
	c->releases += r->act == ACT_RELEASED;
	c->reallocations += r->event->kind == EVENT_REALLOC_NEW;
	if (tick < c->first_tick)
		c->first_tick = tick;
	if (tick > c->last_tick)
		c->last_tick = tick;
}

void replay_sink_pass(const struct replay_sink *sink,
		      struct replay_counts *counts,
		      const struct timeline_record *r)
{
	struct replay_step step = {
		.event = r->event,
		.block = &r->block,
		.tick = r->tick,
		.lane = r->lane,
		.distance = r->distance,
		.end = REPLAY_FREED,
	};

	count(counts, r);
	if (r->implicit)
		step.end = REPLAY_IMPLICIT;
	else if (r->opens || r->act == ACT_RESTORED)
		step.end = REPLAY_REALLOCATED;
	if (r->act == ACT_ALLOCATED && sink->allocated)
		sink->allocated(sink->context, &step);
	else if (r->act == ACT_RELEASED && sink->released)
		sink->released(sink->context, &step);
	else if (r->act == ACT_RESTORED && sink->restored)
		sink->restored(sink->context, &step);
}

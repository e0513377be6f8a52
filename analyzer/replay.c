/* SPDX-License-Identifier: MIT */
#include "analyzer/replay.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/lane_heap.h"
#include "analyzer/memory.h"
#include "analyzer/order_search.h"
#include "analyzer/timeline.h"

/* Events ahead; the first takes a while before the second can look at it. */
#define PREFETCH_GROUP 32
#define PREFETCH_VALUE 10
#define GROUPS_IN_CACHE 2048 /* 512 KiB */
#define PROGRESS_EVERY (1u << 18)
/* Records that stay in the log until this much later; an order that leads
 * nowhere was right until a few ticks before. */
#define KEEP_TICKS 256
#define COMMIT_EVERY 256
/* Lanes that wait at a time. More than a machine runs at once wait for nothing
 * that could come. */
#define PARKED_MAX 1024

/* A lane that waits for another to change an address's state. */
struct parked {
	uint32_t lane;
	uint64_t address;
	uint64_t tick;
	uint64_t until; /* nobody resolves it after this tick */
};

struct replay {
	const struct replay_sink *sink;
	struct replay_counts *counts;
	struct timeline t;
	struct lane_heap heap; /* lanes that may go on */
	struct parked *parked;
	size_t parked_count;
	uint32_t *near; /* scratch: lanes */
	struct order_search *search; /* made when first needed */
	uint64_t give_up;   /* no searching up to this tick */
	uint64_t earliest;  /* of all lanes when this turn began */
	size_t commit_at;  /* records in the log */
	bool woke; /* a parked lane is in the heap again: look there */
	uint64_t next_progress;
};

static void report_progress(struct replay *r)
{
	r->next_progress = r->counts->events + PROGRESS_EVERY;
	if (r->sink->progress)
		r->sink->progress(r->sink->context, r->counts->events,
				  r->t.recording->event_count);
}

/* After events were passed; there had been `before` of them. */
static void settle(struct replay *r, uint64_t before)
{
	if (r->search)
		order_search_pay(r->search, r->counts->events - before);
	if (r->counts->events >= r->next_progress)
		report_progress(r);
}

/* Commits records before `tick`, and all but `most` in any case. */
static void commit(struct replay *r, uint64_t tick, size_t most)
{
	uint64_t before = r->counts->events;
	const struct timeline_record *record;

	while ((record = timeline_oldest(&r->t)) != NULL) {
		if (record->event->tick >= tick &&
		    timeline_logged(&r->t) <= most)
			break;
		replay_sink_pass(r->sink, r->counts, record);
		timeline_drop(&r->t);
	}
	settle(r, before);
}

static void commit_all(struct replay *r)
{
	commit(r, 0, 0);
}

/* Now and then: what no search will go back to. */
static void commit_old(struct replay *r, uint64_t tick)
{
	commit(r, tick > KEEP_TICKS ? tick - KEEP_TICKS : 0, TIMELINE_LOG / 2);
	r->commit_at = timeline_logged(&r->t) + COMMIT_EVERY;
}

/* Lanes that waited for this address may go on. */
static void wake(struct replay *r, uint64_t address)
{
	for (size_t i = 0; i < r->parked_count;) {
		struct parked *p = &r->parked[i];

		if (p->address != address) {
			i++;
			continue;
		}
		lane_heap_push(&r->heap, p->lane, p->tick);
		r->woke = true;
		*p = r->parked[--r->parked_count];
	}
}

/* What the record of the event just taken is about may wake a lane. */
static void wake_by_newest(struct replay *r)
{
	const struct timeline_record *record =
		timeline_record(&r->t, r->t.log_next - 1);

	if (record->act != ACT_NONE)
		wake(r, record->block.address);
}

/* A large table's memory is far away: first where a block must be, then it. */
static inline __attribute__((always_inline)) void
prefetch(const struct live_table *live, const struct lane_cursor *cursor)
{
	const struct event *next = &cursor->events[cursor->at];
	uint32_t left = cursor->end - cursor->at;

	if (left <= PREFETCH_GROUP)
		return;
	live_table_prefetch(live, next[PREFETCH_GROUP].address);
	if (live->group_count > GROUPS_IN_CACHE)
		live_table_prefetch_value(live, next[PREFETCH_VALUE].address);
}

/*
 * Passes a lane's events to the sink up to a tick, while no other lane is near
 * and nothing is logged: then no other order is possible. False: the next one
 * does not fit.
 */
static bool pass(struct replay *r, uint32_t lane, uint64_t until)
{
	const struct lane_cursor *cursor = &r->t.lanes[lane].cursor;
	uint64_t before = r->counts->events;
	struct timeline_record record;
	bool fits = true;

	while (fits && lane_cursor_tick(cursor) <= until) {
		if (cursor->at == cursor->end) {
			settle(r, before);
			before = r->counts->events;
			if (!timeline_peek(&r->t, lane))
				break;
			continue; /* its first tick may be another */
		}
		prefetch(r->t.live, cursor);
		fits = timeline_pass(&r->t, lane, &record);
		if (fits)
			replay_sink_pass(r->sink, r->counts, &record);
	}
	settle(r, before);
	return fits;
}

/* How far no other lane can have to do with what this one does. */
static uint64_t alone_until(const struct replay *r, uint64_t limit)
{
	if (r->parked_count)
		return 0;
	if (r->heap.count == 0)
		return limit;
	return limit > KEEP_TICKS ? limit - KEEP_TICKS : 0;
}

/*
 * Takes events of one lane until their tick is past `limit`, the lane ends or
 * has woken another. False: its next event does not fit, it must wait.
 */
static bool run(struct replay *r, uint32_t lane, uint64_t limit)
{
	const struct lane_cursor *cursor = &r->t.lanes[lane].cursor;
	uint64_t alone = alone_until(r, limit);
	uint64_t tick;

	while (!r->woke && (tick = lane_cursor_tick(cursor)) <= limit) {
		if (tick < alone && timeline_logged(&r->t) == 0) {
			if (!pass(r, lane, alone))
				return false;
			alone = 0;
			continue;
		}
		if (cursor->at == cursor->end) {
			if (!timeline_peek(&r->t, lane))
				break;
			continue; /* its first tick may be another */
		}
		prefetch(r->t.live, cursor);
		if (!timeline_take(&r->t, lane, false))
			return false;
		if (r->parked_count)
			wake_by_newest(r);
		if (timeline_logged(&r->t) >= r->commit_at)
			commit_old(r, tick < alone ? tick : r->earliest);
	}
	return true;
}

static uint64_t add_slack(uint64_t tick)
{
	return tick < UINT64_MAX - TIMELINE_SLACK_TICKS ?
		       tick + TIMELINE_SLACK_TICKS :
		       UINT64_MAX - 1;
}

/* The lane waits for another one to resolve its event. What the parent of a fork
 * left was there before: only of the same tick it is not known. */
static void park(struct replay *r, uint32_t lane)
{
	uint64_t tick = lane_cursor_tick(&r->t.lanes[lane].cursor);

	r->parked[r->parked_count++] = (struct parked){
		.lane = lane,
		.address = timeline_address(&r->t, lane),
		.tick = tick,
		.until = timeline_is_inherited(&r->t, lane) ? tick :
							      add_slack(tick),
	};
	r->counts->waits++;
}

/* The parked lane that waits for the shortest; there is one. */
static struct parked *first_parked(const struct replay *r)
{
	struct parked *first = &r->parked[0];

	for (size_t i = 1; i < r->parked_count; i++) {
		struct parked *p = &r->parked[i];

		if (p->until < first->until ||
		    (p->until == first->until && p->lane < first->lane))
			first = p;
	}
	return first;
}

/* After a search: all lanes stand elsewhere, and none is known to wait. */
static void rebuild_heap(struct replay *r)
{
	r->heap.count = 0;
	r->parked_count = 0;
	for (uint32_t i = 0; i < r->t.lane_count; i++) {
		uint64_t tick = lane_cursor_tick(&r->t.lanes[i].cursor);

		if (tick != UINT64_MAX)
			lane_heap_push(&r->heap, i, tick);
	}
}

/* The first parked lane and whoever may have to do with it, into r->near. */
static size_t list_near(struct replay *r, const struct parked *first)
{
	size_t count = 0;

	r->near[count++] = first->lane;
	for (size_t i = 0; i < r->parked_count; i++)
		if (r->parked[i].lane != first->lane)
			r->near[count++] = r->parked[i].lane;
	return count + lane_heap_list(&r->heap, add_slack(first->tick),
				      r->near + count);
}

/* True if another order was tried: look again. */
static bool search(struct replay *r, const struct parked *first)
{
	size_t count = list_near(r, first);
	uint64_t tick = first->tick;

	if (tick <= r->give_up || first->until == tick)
		return false;
	if (!r->search)
		r->search = order_search_new(&r->t);
	if (!order_search_has_hope(r->search, r->near, count))
		return false;
	r->counts->reordered++;
	if (!order_search_run(r->search, r->near, count, tick))
		r->give_up = add_slack(tick);
	rebuild_heap(r);
	return true;
}

/* Nobody will resolve it: the event of the first parked lane is forced. */
static void force(struct replay *r, struct parked *first)
{
	uint32_t lane = first->lane;
	uint64_t tick;

	*first = r->parked[--r->parked_count];
	timeline_take(&r->t, lane, true);
	wake_by_newest(r);
	tick = lane_cursor_tick(&r->t.lanes[lane].cursor);
	if (tick != UINT64_MAX)
		lane_heap_push(&r->heap, lane, tick);
	commit_all(r);
}

/* If all lanes wait, or are too far to help the first that does. */
static void resolve_deadlock(struct replay *r)
{
	struct parked *first;

	if (r->parked_count == 0)
		return;
	first = first_parked(r);
	if (r->heap.count && r->heap.keys[0].tick <= first->until)
		return;
	if (!search(r, first))
		force(r, first);
}

/* One turn of the first lane; false when none is left. */
static bool turn(struct replay *r)
{
	uint64_t limit = UINT64_MAX - 1;
	struct lane_key key;
	uint64_t tick;

	resolve_deadlock(r);
	if (r->heap.count == 0)
		return r->parked_count > 0;
	key = r->heap.keys[0];
	lane_heap_pop(&r->heap);
	r->earliest = key.tick;
	if (r->heap.count)
		limit = r->heap.keys[0].tick;
	if (r->parked_count) {
		uint64_t until = first_parked(r)->until;
		uint64_t from = until > TIMELINE_SLACK_TICKS ?
					until - TIMELINE_SLACK_TICKS : 0;

		if (until < limit)
			limit = until;
		if (from < r->earliest) /* of all that are parked */
			r->earliest = from;
	}
	r->woke = false;
	if (!run(r, key.lane, limit)) {
		park(r, key.lane);
		if (r->parked_count > PARKED_MAX)
			force(r, first_parked(r));
		return true;
	}
	tick = lane_cursor_tick(&r->t.lanes[key.lane].cursor);
	if (tick != UINT64_MAX)
		lane_heap_push(&r->heap, key.lane, tick);
	return true;
}

static void init(struct replay *r, struct recording *recording,
		 struct live_table *live)
{
	size_t lanes = recording->lane_count;

	live_table_init(live);
	timeline_init(&r->t, recording, live);
	r->t.site = r->sink->site;
	r->t.context = r->sink->context;
	lane_heap_init(&r->heap, lanes);
	r->parked = xcalloc(lanes, sizeof(*r->parked));
	r->near = xcalloc(lanes, sizeof(*r->near));
	r->commit_at = COMMIT_EVERY;
	r->next_progress = PROGRESS_EVERY;
	rebuild_heap(r);
}

int replay_run(struct recording *recording, const struct replay_sink *sink,
	       struct replay_counts *counts, struct live_table *live)
{
	struct live_table own;
	struct replay r = { .sink = sink, .counts = counts };

	memset(counts, 0, sizeof(*counts));
	counts->first_tick = UINT64_MAX;
	init(&r, recording, live ? live : &own);
	while (turn(&r))
		continue;
	commit_all(&r);
	counts->lost_events = r.t.source.lost_events;
	counts->peak_blocks = r.t.live->peak;
	if (counts->events == 0)
		counts->first_tick = 0;
	order_search_free(r.search);
	lane_heap_release(&r.heap);
	free(r.parked);
	free(r.near);
	timeline_release(&r.t);
	if (!live)
		live_table_release(&own);
	return 0;
}

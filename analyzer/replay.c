/* SPDX-License-Identifier: MIT */
#include "analyzer/replay.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/lane_cursor.h"
#include "analyzer/lane_heap.h"
#include "analyzer/memory.h"

/* Open reallocs of a thread that are remembered: handlers may nest, and a
 * sampled one is never closed if its new block was not sampled. */
#define OPEN_MAX 64
#define PREFETCH_AHEAD 12
#define PROGRESS_EVERY (1u << 18)

/* A REALLOC_OLD that may yet be taken back. */
struct open_realloc {
	struct live_block block; /* address 0: it was not known */
	uint64_t tick;
	uint32_t distance;
};

struct lane_state {
	struct lane_cursor cursor;
	uint32_t allocations; /* modulo 2^32 */
	bool forced;	      /* its next event shall wait no longer */
	struct open_realloc *open;
	size_t open_count, open_capacity;
};

/* A lane that waits for another to change an address's state. */
struct parked {
	uint32_t lane;
	uint64_t address;
	uint64_t tick;
};

struct replay {
	const struct replay_sink *sink;
	struct replay_counts *counts;
	struct recording *recording;
	struct lane_source source;
	struct lane_state *lanes;
	struct lane_heap heap; /* lanes that may go on */
	struct parked *parked;
	size_t parked_count;
	struct live_table *live;
	bool sampled;
	bool woke; /* a parked lane is in the heap again: look there */
	uint64_t next_progress;
};

/* How a step went. */
enum outcome { STEP_DONE, STEP_WAIT };

static struct live_block make_block(const struct replay_step *step,
				    struct lane_state *state)
{
	const struct event *event = step->event;

	return (struct live_block){
		.address = event->address,
		.size = event->size < LIVE_SIZE_MAX ? event->size :
						      LIVE_SIZE_MAX,
		.tick_high = (uint16_t)(step->tick >> 32),
		.tick_low = (uint32_t)step->tick,
		.lane = step->lane & ((1u << 26) - 1),
		.interval_shift = event->interval_shift & 63,
		.sequence = ++state->allocations,
	};
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

static uint32_t distance(const struct replay *r,
			 const struct replay_step *step,
			 const struct live_block *block)
{
	if (block->lane != step->lane)
		return REPLAY_FAR;
	if (r->sampled)
		return step->event->interval_shift == 1 ? 0 : REPLAY_FAR;
	return r->lanes[step->lane].allocations - block->sequence;
}

/* Takes a block out, into *copy, and tells the sink. */
static void release(struct replay *r, struct replay_step *step,
		    struct live_block *block, struct live_block *copy)
{
	*copy = *block;
	live_table_remove(r->live, block);
	step->block = copy;
	if (r->sink->released)
		r->sink->released(r->sink->context, step);
}

/* May this event not wait any more? Says so once, and counts. */
static bool is_forced(struct replay *r, struct lane_state *state)
{
	if (!state->forced && r->heap.count + r->parked_count > 0)
		return false;
	state->forced = false;
	r->counts->forced++;
	return true;
}

static void close_realloc(struct replay *r, struct lane_state *state)
{
	r->counts->reallocations++;
	if (state->open_count)
		state->open_count--;
}

static enum outcome allocate(struct replay *r, struct replay_step *step)
{
	struct lane_state *state = &r->lanes[step->lane];
	uint64_t address = step->event->address;
	struct live_block *old = live_table_find(r->live, address);
	struct live_block block, gone;

	if (old) {
		if (!is_forced(r, state))
			return STEP_WAIT;
		r->counts->implicit_frees++;
		step->end = REPLAY_IMPLICIT;
		step->distance = REPLAY_FAR;
		release(r, step, old, &gone);
	}
	if (step->event->kind == EVENT_REALLOC_NEW)
		close_realloc(r, state);
	block = make_block(step, state);
	step->block = live_table_insert(r->live, &block);
	r->counts->allocations++;
	if (r->sink->allocated)
		r->sink->allocated(r->sink->context, step);
	if (r->parked_count)
		wake(r, address);
	return STEP_DONE;
}

static void open_realloc(struct lane_state *state,
			 const struct open_realloc *entry)
{
	if (state->open_count == OPEN_MAX) {
		memmove(state->open, state->open + 1,
			(OPEN_MAX - 1) * sizeof(*state->open));
		state->open_count--;
	}
	GROW(state->open, state->open_capacity, state->open_count);
	state->open[state->open_count++] = *entry;
}

static enum outcome release_event(struct replay *r, struct replay_step *step)
{
	struct lane_state *state = &r->lanes[step->lane];
	uint64_t address = step->event->address;
	struct live_block *block = live_table_find(r->live, address);
	bool reallocated = step->event->kind == EVENT_REALLOC_OLD;
	struct open_realloc entry = {
		.tick = step->tick,
		.distance = REPLAY_FAR,
	};

	if (!block) {
		if (!is_forced(r, state))
			return STEP_WAIT;
		r->counts->foreign_frees++;
	} else {
		entry.distance = distance(r, step, block);
		step->distance = entry.distance;
		step->end = reallocated ? REPLAY_REALLOCATED : REPLAY_FREED;
		r->counts->releases++;
		release(r, step, block, &entry.block);
		if (r->parked_count)
			wake(r, address);
	}
	if (reallocated)
		open_realloc(state, &entry);
	return STEP_DONE;
}

/* REALLOC_FAILED: the old block is back, as if nothing had happened. */
static void restore(struct replay *r, struct replay_step *step)
{
	struct lane_state *state = &r->lanes[step->lane];
	struct open_realloc *entry;

	r->counts->failed_reallocations++;
	if (state->open_count == 0)
		return;
	entry = &state->open[--state->open_count];
	if (entry->block.address == 0)
		return;
	if (live_table_find(r->live, entry->block.address)) {
		r->counts->implicit_frees++;
		return;
	}
	r->counts->releases--;
	step->end = REPLAY_REALLOCATED;
	step->tick = entry->tick;
	step->distance = entry->distance;
	step->block = live_table_insert(r->live, &entry->block);
	if (r->sink->restored)
		r->sink->restored(r->sink->context, step);
	if (r->parked_count)
		wake(r, entry->block.address);
}

static enum outcome take_step(struct replay *r, struct replay_step *step)
{
	const struct event *event = step->event;
	unsigned int kind = event->kind;

	if (event_is_allocation(kind) && event->address)
		return allocate(r, step);
	if (event_is_release(kind) && event->address)
		return release_event(r, step);
	if (kind == EVENT_REALLOC_FAILED)
		restore(r, step);
	else
		r->counts->unknown++;
	return STEP_DONE;
}

static void report_progress(struct replay *r)
{
	if (r->counts->events < r->next_progress)
		return;
	r->next_progress = r->counts->events + PROGRESS_EVERY;
	if (r->sink->progress)
		r->sink->progress(r->sink->context, r->counts->events,
				  r->recording->event_count);
}

static void count_event(struct replay_counts *counts, uint64_t tick)
{
	counts->events++;
	if (tick < counts->first_tick)
		counts->first_tick = tick;
	if (tick > counts->last_tick)
		counts->last_tick = tick;
}

/*
 * Passes events of one lane until their tick is past `limit`, the lane ends or
 * must wait (STEP_WAIT), or has woken another.
 */
static enum outcome run(struct replay *r, uint32_t lane, uint64_t limit)
{
	struct lane_cursor *cursor = &r->lanes[lane].cursor;

	report_progress(r);
	while (!r->woke && lane_cursor_tick(cursor) <= limit) {
		struct replay_step step = { .lane = lane };
		uint64_t tick;

		if (cursor->at == cursor->len) {
			if (!lane_cursor_fill(cursor, &r->source))
				break;
			report_progress(r);
			continue; /* its first tick may be another */
		}
		if (cursor->at + PREFETCH_AHEAD < cursor->len)
			live_table_prefetch(
				r->live,
				cursor->events[cursor->at + PREFETCH_AHEAD]
					.address);
		step.event = &cursor->events[cursor->at];
		tick = lane_cursor_tick(cursor);
		step.tick = tick;
		if (take_step(r, &step) == STEP_WAIT)
			return STEP_WAIT;
		cursor->tick = tick;
		cursor->at++;
		count_event(r->counts, tick);
	}
	return STEP_DONE;
}

/* The lane waits for another one to resolve its event. */
static void park(struct replay *r, uint32_t lane)
{
	const struct lane_cursor *cursor = &r->lanes[lane].cursor;

	r->parked[r->parked_count++] = (struct parked){
		.lane = lane,
		.address = cursor->events[cursor->at].address,
		.tick = lane_cursor_tick(cursor),
	};
	r->counts->waits++;
}

static uint64_t saturating_add(uint64_t a, uint64_t b)
{
	return a + b < a ? UINT64_MAX : a + b;
}

/*
 * Until all lanes are past this tick, one of them, or what a parked one has
 * behind its event, may yet resolve what the first parked lane waits for.
 */
static uint64_t horizon(const struct replay *r)
{
	uint64_t last = 0;

	for (size_t i = 0; i < r->parked_count; i++)
		if (r->parked[i].tick > last)
			last = r->parked[i].tick;
	return saturating_add(last, REPLAY_SLACK_TICKS);
}

/* Nobody can resolve it any more: the earliest parked lane goes on. */
static void force_first(struct replay *r)
{
	struct parked *first = &r->parked[0];

	for (size_t i = 1; i < r->parked_count; i++) {
		struct parked *p = &r->parked[i];

		if (p->tick < first->tick ||
		    (p->tick == first->tick && p->lane < first->lane))
			first = p;
	}
	r->lanes[first->lane].forced = true;
	lane_heap_push(&r->heap, first->lane, first->tick);
	*first = r->parked[--r->parked_count];
}

/* How far the lane just taken from the heap may go. */
static uint64_t turn_limit(const struct replay *r, const struct lane_key *key)
{
	uint64_t limit = r->heap.count ? r->heap.keys[0].tick : UINT64_MAX;

	if (r->lanes[key->lane].forced)
		return key->tick; /* its event, and then look again */
	if (r->parked_count && horizon(r) < limit)
		limit = horizon(r);
	return limit;
}

/* One turn of the first lane; false when none is left. */
static bool turn(struct replay *r)
{
	struct lane_key key;
	uint64_t tick;

	if (r->parked_count &&
	    (r->heap.count == 0 || r->heap.keys[0].tick > horizon(r)))
		force_first(r);
	if (r->heap.count == 0)
		return false;
	key = r->heap.keys[0];
	lane_heap_pop(&r->heap);
	r->woke = false;
	if (run(r, key.lane, turn_limit(r, &key)) == STEP_WAIT) {
		park(r, key.lane);
		return true;
	}
	tick = lane_cursor_tick(&r->lanes[key.lane].cursor);
	if (tick != UINT64_MAX)
		lane_heap_push(&r->heap, key.lane, tick);
	return true;
}

static void init(struct replay *r)
{
	const struct recording *recording = r->recording;
	size_t count = recording->lane_count;

	lane_source_init(&r->source, r->recording);
	lane_heap_init(&r->heap, count);
	r->lanes = xcalloc(count, sizeof(*r->lanes));
	r->parked = xcalloc(count, sizeof(*r->parked));
	r->sampled = recording->model.meta.mode == MODE_SAMPLED;
	for (uint32_t i = 0; i < count; i++) {
		struct lane_cursor *cursor = &r->lanes[i].cursor;

		lane_cursor_init(cursor, &recording->lanes[i]);
		lane_heap_push(&r->heap, i, lane_cursor_tick(cursor));
	}
}

static void release_all(struct replay *r)
{
	for (size_t i = 0; i < r->recording->lane_count; i++) {
		lane_cursor_release(&r->lanes[i].cursor);
		free(r->lanes[i].open);
	}
	free(r->lanes);
	free(r->parked);
	lane_heap_release(&r->heap);
	lane_source_release(&r->source);
}

int replay_run(struct recording *recording, const struct replay_sink *sink,
	       struct replay_counts *counts, struct live_table *live)
{
	struct live_table own;
	struct replay r = {
		.sink = sink,
		.counts = counts,
		.recording = recording,
		.live = live ? live : &own,
		.next_progress = PROGRESS_EVERY,
	};

	memset(counts, 0, sizeof(*counts));
	counts->first_tick = UINT64_MAX;
	live_table_init(r.live);
	init(&r);
	while (turn(&r))
		continue;
	counts->lost_events = r.source.lost_events;
	counts->peak_blocks = r.live->peak;
	if (counts->events == 0)
		counts->first_tick = 0;
	release_all(&r);
	if (!live)
		live_table_release(&own);
	return 0;
}

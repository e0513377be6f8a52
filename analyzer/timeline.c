/* SPDX-License-Identifier: MIT */
#include "analyzer/timeline.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"
#include "analyzer/seen_addresses.h"

/* Open reallocs of a thread that are remembered: handlers may nest, and a
 * sampled one is never closed if its new block was not sampled. */
#define OPEN_MAX 64
#define LANE_MASK ((1u << 26) - 1)
#define FIRST_LOG 1024

void timeline_init(struct timeline *t, struct recording *recording,
		   struct live_table *live)
{
	memset(t, 0, sizeof(*t));
	t->recording = recording;
	t->live = live;
	t->lane_count = recording->lane_count;
	t->sampled = recording->model.meta.mode == MODE_SAMPLED;
	t->lanes = xcalloc(t->lane_count, sizeof(*t->lanes));
	t->log = xcalloc(FIRST_LOG, sizeof(*t->log));
	t->events = xcalloc(FIRST_LOG, sizeof(*t->events));
	t->log_mask = FIRST_LOG - 1;
	if (recording->model.meta.forked)
		t->seen = xcalloc((1u << SEEN_BITS) / 64, sizeof(*t->seen));
	lane_source_init(&t->source, recording);
	for (uint32_t i = 0; i < t->lane_count; i++)
		lane_cursor_init(&t->lanes[i].cursor, &t->source, i);
}

void timeline_release(struct timeline *t)
{
	for (size_t i = 0; i < t->lane_count; i++) {
		lane_cursor_release(&t->lanes[i].cursor, &t->source);
		free(t->lanes[i].open);
	}
	free(t->lanes);
	free(t->seen);
	free(t->log);
	free(t->events);
	lane_source_release(&t->source);
}

/* Nothing can step back into a lane that has ended and was committed. */
static void release_if_done(struct timeline *t, struct timeline_lane *lane)
{
	if (lane->ended && lane->pending == 0)
		lane_cursor_release(&lane->cursor, &t->source);
}

const struct event *timeline_peek(struct timeline *t, uint32_t lane)
{
	struct timeline_lane *l = &t->lanes[lane];
	struct lane_cursor *cursor = &l->cursor;

	if (cursor->at == cursor->end) {
		l->ended = !lane_cursor_fill(cursor, &t->source);
		if (l->ended) {
			release_if_done(t, l);
			return NULL;
		}
	}
	return &cursor->events[cursor->at];
}

/* Twice the log, every record at its new place. */
static void grow_log(struct timeline *t)
{
	uint64_t mask = t->log_mask * 2 + 1;
	struct timeline_record *log = xcalloc(mask + 1, sizeof(*log));
	struct event *events = xcalloc(mask + 1, sizeof(*events));

	for (uint64_t i = t->log_first; i < t->log_next; i++) {
		events[i & mask] = t->events[i & t->log_mask];
		log[i & mask] = *timeline_record(t, i);
		log[i & mask].event = &events[i & mask];
	}
	free(t->log);
	free(t->events);
	t->log = log;
	t->events = events;
	t->log_mask = mask;
}

/* The lane's next event, as if it did nothing. */
static inline void begin_record(const struct timeline *t, uint32_t lane,
			 struct timeline_record *record)
{
	const struct lane_cursor *cursor = &t->lanes[lane].cursor;

	record->event = &cursor->events[cursor->at];
	record->lane = lane;
	record->tick = lane_cursor_tick(cursor);
	record->lane_tick = cursor->tick;
	record->distance = TIMELINE_FAR;
	record->act = ACT_NONE;
	record->opens = false;
	record->closes = false;
	record->implicit = false;
	record->forced = false;
}

static struct timeline_record *push(struct timeline *t, uint32_t lane)
{
	struct timeline_record *record;
	struct event *event;

	if (timeline_logged(t) > t->log_mask)
		grow_log(t);
	event = &t->events[t->log_next & t->log_mask];
	record = timeline_record(t, t->log_next++);
	begin_record(t, lane, record);
	*event = *record->event;
	record->event = event;
	t->lanes[lane].pending++;
	return record;
}

uint64_t timeline_address(const struct timeline *t, uint32_t lane)
{
	const struct timeline_lane *l = &t->lanes[lane];
	const struct event *event = &l->cursor.events[l->cursor.at];

	if (event->kind != EVENT_REALLOC_FAILED)
		return event->address;
	return l->open_count ? l->open[l->open_count - 1].block.address : 0;
}

/* Does an event of this kind fit a block at its address, or none? */
static bool fits(unsigned int kind, size_t slot)
{
	if (event_is_release(kind))
		return slot != LIVE_NONE;
	if (event_is_allocation(kind) || kind == EVENT_REALLOC_FAILED)
		return slot == LIVE_NONE;
	return true;
}

static void remember(struct timeline_lane *l, const struct open_realloc *entry)
{
	if (l->open_count == OPEN_MAX) {
		memmove(l->open, l->open + 1,
			(OPEN_MAX - 1) * sizeof(*l->open));
		l->open_count--;
	}
	GROW(l->open, l->open_capacity, l->open_count);
	l->open[l->open_count++] = *entry;
}

static void close_realloc(struct timeline_lane *l,
			  struct timeline_record *record)
{
	if (l->open_count == 0)
		return;
	record->closed = l->open[--l->open_count];
	record->closes = true;
}

/* Takes a block out of the live table, into the record. */
static void remove_block(struct timeline *t, struct timeline_record *record,
			 size_t slot)
{
	record->act = ACT_RELEASED;
	live_table_get(t->live, slot, &record->block);
	live_table_remove(t->live, slot);
}

/* A forced allocation: the block in its way has gone unseen. */
static void push_implicit(struct timeline *t, uint32_t lane, size_t slot)
{
	struct timeline_record *record = push(t, lane);

	record->implicit = true;
	record->forced = true;
	remove_block(t, record, slot);
}

/* The block that the record's event allocates. */
static inline void make_block(const struct timeline *t,
			      struct timeline_record *record)
{
	const struct event *event = record->event;
	uint32_t site = 0;

	if (t->site)
		site = t->site(t->context, event, record->lane);
	record->block = (struct live_block){
		.address = event->address,
		.size = event->size < LIVE_SIZE_MAX ? event->size :
						      LIVE_SIZE_MAX,
		.tick_high = record->tick >> 32 & 0xffff,
		.tick_low = record->tick & UINT32_MAX,
		.site = site,
		.lane = record->lane & LANE_MASK,
		.interval_shift = event->interval_shift & 63,
		.sequence = t->lanes[record->lane].allocations + 1,
	};
}

/* The block is live, or about to be. */
static inline void allocated(struct timeline *t, struct timeline_record *record)
{
	struct timeline_lane *l = &t->lanes[record->lane];

	if (record->event->kind == EVENT_REALLOC_NEW)
		close_realloc(l, record);
	record->act = ACT_ALLOCATED;
	l->allocations++;
	if (t->seen)
		seen_addresses_add(t->seen, record->block.address);
}

static void allocate(struct timeline *t, struct timeline_record *record)
{
	make_block(t, record);
	allocated(t, record);
	live_table_insert(t->live, &record->block);
}

static inline uint32_t distance(const struct timeline *t,
			 const struct timeline_record *record)
{
	if (record->block.lane != record->lane)
		return TIMELINE_FAR;
	if (t->sampled)
		return record->event->interval_shift == 1 ? 0 : TIMELINE_FAR;
	return t->lanes[record->lane].allocations - record->block.sequence;
}

static void open_realloc(struct timeline *t, struct timeline_record *record)
{
	struct open_realloc entry = {
		.tick = record->tick,
		.distance = record->distance,
	};

	if (record->act == ACT_RELEASED)
		entry.block = record->block;
	record->opens = true;
	remember(&t->lanes[record->lane], &entry);
}

/* The block that was taken out into the record was the event's. */
static inline void released(struct timeline *t, struct timeline_record *record)
{
	record->act = ACT_RELEASED;
	record->distance = distance(t, record);
	if (record->event->kind == EVENT_REALLOC_OLD)
		open_realloc(t, record);
}

static void release(struct timeline *t, struct timeline_record *record,
		    size_t slot)
{
	if (slot != LIVE_NONE) {
		remove_block(t, record, slot);
		released(t, record);
		return;
	}
	record->forced = true;
	if (record->event->kind == EVENT_REALLOC_OLD)
		open_realloc(t, record);
}

/* REALLOC_FAILED: the old block is back, as if nothing had happened. */
static void restore(struct timeline *t, struct timeline_record *record)
{
	close_realloc(&t->lanes[record->lane], record);
	if (!record->closes || record->closed.block.address == 0)
		return;
	if (live_table_find(t->live, record->closed.block.address) !=
	    LIVE_NONE) {
		record->forced = true; /* lost: somebody has its address */
		return;
	}
	record->act = ACT_RESTORED;
	record->block = record->closed.block;
	record->tick = record->closed.tick;
	record->distance = record->closed.distance;
	live_table_insert(t->live, &record->block);
}

/* What happens to the live blocks; `slot` is that of the address. */
static void act(struct timeline *t, struct timeline_record *record, size_t slot)
{
	const struct event *event = record->event;

	if (event_is_allocation(event->kind) && event->address)
		allocate(t, record);
	else if (event_is_release(event->kind) && event->address)
		release(t, record, slot);
	else if (event->kind == EVENT_REALLOC_FAILED)
		restore(t, record);
}

/* The slot of what the lane's next event is about. False: it does not fit. */
static bool find_slot(const struct timeline *t, uint32_t lane, size_t *slot)
{
	const struct lane_cursor *cursor = &t->lanes[lane].cursor;
	uint64_t address = timeline_address(t, lane);

	*slot = LIVE_NONE;
	if (!address)
		return true;
	*slot = live_table_find(t->live, address);
	return fits(cursor->events[cursor->at].kind, *slot);
}

bool timeline_is_inherited(const struct timeline *t, uint32_t lane)
{
	const struct lane_cursor *cursor = &t->lanes[lane].cursor;
	const struct event *event = &cursor->events[cursor->at];

	return t->seen && event_is_release(event->kind) &&
	       !seen_addresses_has(t->seen, event->address);
}

bool timeline_fits(const struct timeline *t, uint32_t lane)
{
	size_t slot;

	return find_slot(t, lane, &slot);
}

static void take(struct timeline *t, struct timeline_record *record,
		 size_t slot)
{
	struct lane_cursor *cursor = &t->lanes[record->lane].cursor;

	cursor->tick = record->tick;
	cursor->at++;
	act(t, record, slot);
}

bool timeline_take(struct timeline *t, uint32_t lane, bool force)
{
	const struct lane_cursor *cursor = &t->lanes[lane].cursor;
	unsigned int kind = cursor->events[cursor->at].kind;
	struct timeline_record *record;
	bool in_the_way;
	size_t slot;

	if (!find_slot(t, lane, &slot) && !force)
		return false;
	in_the_way = slot != LIVE_NONE && event_is_allocation(kind);
	if (in_the_way)
		push_implicit(t, lane, slot);
	record = push(t, lane);
	record->forced = in_the_way;
	take(t, record, slot);
	return true;
}

/* An event that is neither an allocation nor a release, or has no address. */
static bool pass_other(struct timeline *t, struct timeline_record *record)
{
	size_t slot;

	if (!find_slot(t, record->lane, &slot))
		return false;
	act(t, record, slot);
	return true;
}

bool timeline_pass(struct timeline *t, uint32_t lane,
		   struct timeline_record *record)
{
	struct lane_cursor *cursor = &t->lanes[lane].cursor;
	const struct event *event = &cursor->events[cursor->at];

	begin_record(t, lane, record);
	if (event_is_allocation(event->kind) && event->address) {
		make_block(t, record);
		if (!live_table_add(t->live, &record->block))
			return false;
		allocated(t, record);
	} else if (event_is_release(event->kind) && event->address) {
		if (!live_table_take(t->live, event->address, &record->block))
			return false;
		released(t, record);
	} else if (!pass_other(t, record)) {
		return false;
	}
	cursor->tick = record->tick;
	cursor->at++;
	return true;
}

struct timeline_record *timeline_newest(const struct timeline *t)
{
	struct timeline_record *record;

	if (t->log_next == t->log_first)
		return NULL;
	record = timeline_record(t, t->log_next - 1);
	if (record->forced || t->lanes[record->lane].cursor.at ==
				      t->lanes[record->lane].cursor.start)
		return NULL;
	return record;
}

static void take_out(struct timeline *t, uint64_t address)
{
	size_t slot = live_table_find(t->live, address);

	if (slot != LIVE_NONE)
		live_table_remove(t->live, slot);
}

void timeline_undo(struct timeline *t)
{
	struct timeline_record *record = timeline_record(t, --t->log_next);
	struct timeline_lane *l = &t->lanes[record->lane];

	switch (record->act) {
	case ACT_ALLOCATED:
		take_out(t, record->block.address);
		l->allocations--;
		break;
	case ACT_RELEASED:
		live_table_insert(t->live, &record->block);
		break;
	case ACT_RESTORED:
		take_out(t, record->block.address);
		break;
	default:
		break;
	}
	if (record->opens && l->open_count)
		l->open_count--;
	if (record->closes)
		remember(l, &record->closed);
	l->cursor.at--;
	l->cursor.tick = record->lane_tick;
	l->ended = false;
	l->pending--;
}

struct timeline_record *timeline_oldest(const struct timeline *t)
{
	return t->log_next == t->log_first ? NULL :
					     timeline_record(t, t->log_first);
}

void timeline_drop(struct timeline *t)
{
	struct timeline_record *record = timeline_record(t, t->log_first++);
	struct timeline_lane *l = &t->lanes[record->lane];

	l->pending--;
	release_if_done(t, l);
}

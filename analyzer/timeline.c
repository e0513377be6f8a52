/* SPDX-License-Identifier: MIT */
#include "analyzer/timeline.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"

/* Open reallocs of a thread that are remembered: handlers may nest, and a
 * sampled one is never closed if its new block was not sampled. */
#define OPEN_MAX 64
#define LANE_MASK ((1u << 26) - 1)

void timeline_init(struct timeline *t, struct recording *recording,
		   struct live_table *live)
{
	memset(t, 0, sizeof(*t));
	t->recording = recording;
	t->live = live;
	t->lane_count = recording->lane_count;
	t->sampled = recording->model.meta.mode == MODE_SAMPLED;
	t->lanes = xcalloc(t->lane_count, sizeof(*t->lanes));
	t->log = xcalloc(TIMELINE_LOG, sizeof(*t->log));
	lane_source_init(&t->source, recording);
	for (size_t i = 0; i < t->lane_count; i++)
		lane_cursor_init(&t->lanes[i].cursor, &recording->lanes[i]);
}

void timeline_release(struct timeline *t)
{
	for (size_t i = 0; i < t->lane_count; i++) {
		lane_cursor_release(&t->lanes[i].cursor, &t->source);
		free(t->lanes[i].open);
	}
	free(t->lanes);
	free(t->log);
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

static struct timeline_record *record_at(const struct timeline *t, uint64_t i)
{
	return &t->log[i & (TIMELINE_LOG - 1)];
}

static struct timeline_record *push(struct timeline *t, uint32_t lane)
{
	struct timeline_record *record = record_at(t, t->log_next++);
	struct timeline_lane *l = &t->lanes[lane];

	record->event = l->cursor.events[l->cursor.at];
	record->lane = lane;
	record->tick = lane_cursor_tick(&l->cursor);
	record->lane_tick = l->cursor.tick;
	record->distance = TIMELINE_FAR;
	record->act = ACT_NONE;
	record->opens = false;
	record->closes = false;
	record->implicit = false;
	record->forced = false;
	l->pending++;
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
static bool fits(unsigned int kind, const struct live_block *block)
{
	if (event_is_release(kind))
		return block != NULL;
	if (event_is_allocation(kind) || kind == EVENT_REALLOC_FAILED)
		return block == NULL;
	return true;
}

bool timeline_fits(const struct timeline *t, uint32_t lane)
{
	const struct lane_cursor *cursor = &t->lanes[lane].cursor;
	uint64_t address = timeline_address(t, lane);

	return !address || fits(cursor->events[cursor->at].kind,
				live_table_find(t->live, address));
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
			 struct live_block *block)
{
	record->act = ACT_RELEASED;
	record->block = *block;
	live_table_remove(t->live, block);
}

/* A forced allocation: the block in its way has gone unseen. */
static void push_implicit(struct timeline *t, uint32_t lane,
			  struct live_block *block)
{
	struct timeline_record *record = push(t, lane);

	record->implicit = true;
	record->forced = true;
	remove_block(t, record, block);
}

static void allocate(struct timeline *t, struct timeline_record *record)
{
	struct timeline_lane *l = &t->lanes[record->lane];
	const struct event *event = &record->event;

	if (event->kind == EVENT_REALLOC_NEW)
		close_realloc(l, record);
	record->act = ACT_ALLOCATED;
	record->block = (struct live_block){
		.address = event->address,
		.size = event->size < LIVE_SIZE_MAX ? event->size :
						      LIVE_SIZE_MAX,
		.tick_high = (uint16_t)(record->tick >> 32),
		.tick_low = (uint32_t)record->tick,
		.lane = record->lane & LANE_MASK,
		.interval_shift = event->interval_shift & 63,
		.sequence = ++l->allocations,
	};
	if (t->site)
		record->block.site = t->site(t->context, event, record->lane);
	live_table_insert(t->live, &record->block);
}

static uint32_t distance(const struct timeline *t,
			 const struct timeline_record *record,
			 const struct live_block *block)
{
	if (block->lane != record->lane)
		return TIMELINE_FAR;
	if (t->sampled)
		return record->event.interval_shift == 1 ? 0 : TIMELINE_FAR;
	return t->lanes[record->lane].allocations - block->sequence;
}

static void release(struct timeline *t, struct timeline_record *record,
		    struct live_block *block)
{
	struct open_realloc entry = {
		.tick = record->tick,
		.distance = TIMELINE_FAR,
	};

	if (block) {
		record->distance = distance(t, record, block);
		remove_block(t, record, block);
		entry.block = record->block;
		entry.distance = record->distance;
	} else {
		record->forced = true;
	}
	if (record->event.kind == EVENT_REALLOC_OLD) {
		record->opens = true;
		remember(&t->lanes[record->lane], &entry);
	}
}

/* REALLOC_FAILED: the old block is back, as if nothing had happened. */
static void restore(struct timeline *t, struct timeline_record *record)
{
	close_realloc(&t->lanes[record->lane], record);
	if (!record->closes || record->closed.block.address == 0)
		return;
	if (live_table_find(t->live, record->closed.block.address)) {
		record->forced = true; /* lost: somebody has its address */
		return;
	}
	record->act = ACT_RESTORED;
	record->block = record->closed.block;
	record->tick = record->closed.tick;
	record->distance = record->closed.distance;
	live_table_insert(t->live, &record->block);
}

/* What happens to the live blocks; `block` is the one at the address. */
static void act(struct timeline *t, struct timeline_record *record,
		struct live_block *block)
{
	const struct event *event = &record->event;

	if (event_is_allocation(event->kind) && event->address)
		allocate(t, record);
	else if (event_is_release(event->kind) && event->address)
		release(t, record, block);
	else if (event->kind == EVENT_REALLOC_FAILED)
		restore(t, record);
}

bool timeline_take(struct timeline *t, uint32_t lane, bool force)
{
	struct timeline_lane *l = &t->lanes[lane];
	unsigned int kind = l->cursor.events[l->cursor.at].kind;
	uint64_t address = timeline_address(t, lane);
	struct timeline_record *record;
	struct live_block *block = NULL;
	bool in_the_way;

	if (address)
		block = live_table_find(t->live, address);
	if (address && !force && !fits(kind, block))
		return false;
	in_the_way = block && event_is_allocation(kind);
	if (in_the_way)
		push_implicit(t, lane, block);
	record = push(t, lane);
	record->forced = in_the_way;
	l->cursor.tick = record->tick;
	l->cursor.at++;
	act(t, record, block);
	return true;
}

struct timeline_record *timeline_newest(const struct timeline *t)
{
	struct timeline_record *record;

	if (t->log_next == t->log_first)
		return NULL;
	record = record_at(t, t->log_next - 1);
	if (record->forced || t->lanes[record->lane].cursor.at ==
				      t->lanes[record->lane].cursor.start)
		return NULL;
	return record;
}

static void take_out(struct timeline *t, uint64_t address)
{
	struct live_block *block = live_table_find(t->live, address);

	if (block)
		live_table_remove(t->live, block);
}

void timeline_undo(struct timeline *t)
{
	struct timeline_record *record = record_at(t, --t->log_next);
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
					     record_at(t, t->log_first);
}

void timeline_drop(struct timeline *t)
{
	struct timeline_record *record = record_at(t, t->log_first++);
	struct timeline_lane *l = &t->lanes[record->lane];

	l->pending--;
	release_if_done(t, l);
}

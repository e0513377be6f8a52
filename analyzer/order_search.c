/* SPDX-License-Identifier: MIT */
#include "analyzer/order_search.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"

/* A search takes some hundred steps. One that takes more began wrong: better
 * begin again, choosing a little otherwise. */
#define STEPS_MAX 2000
#define TRIES 150
#define DEAD_SLOTS (1u << 19)
#define REWIND_LANE_MAX 160 /* events of a lane; below LANE_HISTORY */
#define DEPTH_MAX 3072	    /* what the log has room for */
#define GROUP_MAX 64	    /* events of one tick that are counted */
#define CREDIT_FIRST 2000000
#define LOOKS_FIRST (16u << 20)
#define LOOKS_EACH 64 /* an event */

/* A state on the way to the goal, and how many ways from it were tried. */
struct frame {
	uint64_t state;
	uint32_t tried;
};

/* A lane that can go on from some state; the likeliest has the least rank. */
struct choice {
	uint64_t rank;
	uint32_t lane;
};

struct order_search {
	struct timeline *t;
	uint64_t *dead;	 /* states that lead nowhere; 0: empty */
	size_t dead_count;
	uint64_t searches; /* goes into states: older ones never match */
	uint32_t *lanes; /* that take part */
	size_t lane_count;
	bool *takes_part;     /* by lane */
	uint32_t *places;     /* by lane: events since the search began */
	struct choice *choices;
	struct frame *frames;
	uint64_t noise;	 /* in the choices, 0: none */
	uint64_t credit; /* steps */
	uint64_t looks;	 /* events that may be looked at for hope */
};

struct order_search *order_search_new(struct timeline *t)
{
	struct order_search *s = xcalloc(1, sizeof(*s));

	s->t = t;
	s->dead = xcalloc(DEAD_SLOTS, sizeof(*s->dead));
	s->lanes = xcalloc(t->lane_count, sizeof(*s->lanes));
	s->takes_part = xcalloc(t->lane_count, sizeof(*s->takes_part));
	s->places = xcalloc(t->lane_count, sizeof(*s->places));
	s->choices = xcalloc(t->lane_count, sizeof(*s->choices));
	s->frames = xcalloc(DEPTH_MAX, sizeof(*s->frames));
	s->credit = CREDIT_FIRST;
	s->looks = LOOKS_FIRST;
	return s;
}

void order_search_free(struct order_search *s)
{
	if (!s)
		return;
	free(s->dead);
	free(s->lanes);
	free(s->takes_part);
	free(s->places);
	free(s->choices);
	free(s->frames);
	free(s);
}

void order_search_pay(struct order_search *s, uint64_t events)
{
	s->credit += events;
	s->looks += events * LOOKS_EACH;
}

/* False: thousands of threads that wait would take the square of it. */
static bool may_look(struct order_search *s)
{
	if (s->looks == 0)
		return false;
	s->looks--;
	return true;
}

static bool is_logged(struct order_search *s, uint32_t lane, uint64_t address)
{
	const struct timeline *t = s->t;

	for (uint64_t i = t->log_next; i-- > t->log_first && may_look(s);) {
		const struct timeline_record *record =
			timeline_record(t, i);

		if (record->lane != lane && record->event->address == address)
			return true;
	}
	return false;
}

/* Has the lane an event of that address not far ahead? */
static bool is_ahead(struct order_search *s, uint32_t lane, uint64_t address,
		     uint64_t until)
{
	struct timeline *t = s->t;
	const struct lane_cursor *cursor = &t->lanes[lane].cursor;

	if (lane_cursor_tick(cursor) > until || !timeline_peek(t, lane))
		return false;
	for (uint32_t i = cursor->at; i < cursor->end && may_look(s); i++) {
		if (cursor->events[i].tick > until)
			break;
		if (cursor->events[i].address == address)
			return true;
	}
	return false;
}

bool order_search_has_hope(struct order_search *s, const uint32_t *lanes,
			   size_t count)
{
	const struct lane_cursor *cursor = &s->t->lanes[lanes[0]].cursor;
	uint64_t address = timeline_address(s->t, lanes[0]);
	uint64_t until = lane_cursor_tick(cursor) + TIMELINE_SLACK_TICKS;

	if (is_logged(s, lanes[0], address))
		return true;
	for (size_t i = 1; i < count && may_look(s); i++)
		if (is_ahead(s, lanes[i], address, until))
			return true;
	return false;
}

/* Of a lane and how far it is; the sum over lanes is the state. */
static uint64_t mix(uint32_t lane, uint64_t place)
{
	uint64_t x = place * UINT64_C(0x9e3779b97f4a7c15) + lane;

	x = (x ^ x >> 31) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 29) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 32;
}

static bool is_dead(const struct order_search *s, uint64_t state)
{
	size_t slot = (size_t)state & (DEAD_SLOTS - 1);

	for (; s->dead[slot]; slot = (slot + 1) & (DEAD_SLOTS - 1))
		if (s->dead[slot] == state)
			return true;
	return false;
}

static void mark_dead(struct order_search *s, uint64_t state)
{
	size_t slot = (size_t)state & (DEAD_SLOTS - 1);

	if (s->dead_count > DEAD_SLOTS / 4 * 3)
		return; /* then it may be tried again */
	while (s->dead[slot])
		slot = (slot + 1) & (DEAD_SLOTS - 1);
	s->dead[slot] = state;
	s->dead_count++;
}

static void add_lane(struct order_search *s, uint32_t lane)
{
	if (s->takes_part[lane])
		return;
	s->takes_part[lane] = true;
	s->lanes[s->lane_count++] = lane;
}

/* Undoes what was logged from `from` on, as far as it goes. */
static void rewind_to(struct order_search *s, uint64_t from)
{
	const struct timeline_record *record;

	while ((record = timeline_newest(s->t)) != NULL) {
		uint32_t lane = record->lane;

		if (record->event->tick < from ||
		    s->places[lane] == REWIND_LANE_MAX)
			break;
		add_lane(s, lane);
		s->places[lane]++;
		timeline_undo(s->t);
	}
	for (size_t i = 0; i < s->lane_count; i++)
		s->places[s->lanes[i]] = 0;
}

/*
 * A finer time than the tick: events of one tick are taken to be spread over it
 * evenly.
 */
static uint64_t rank_of(const struct lane_cursor *cursor)
{
	const struct event *events = cursor->events;
	uint64_t tick = events[cursor->at].tick;
	uint32_t first = cursor->at;
	uint32_t next = cursor->at + 1;

	while (first > cursor->start && cursor->at - first < GROUP_MAX &&
	       events[first - 1].tick == tick)
		first--;
	while (next < cursor->end && next - cursor->at < GROUP_MAX &&
	       events[next].tick == tick)
		next++;
	return lane_cursor_tick(cursor) << 16 |
	       ((uint64_t)(cursor->at - first) << 16) / (next - first);
}

static int compare_choices(const void *a, const void *b)
{
	const struct choice *x = a;
	const struct choice *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return x->lane < y->lane ? -1 : x->lane > y->lane;
}

/* Up to so many quarters of a tick; the same whenever a state comes back. */
static uint64_t noise(const struct order_search *s, uint32_t lane)
{
	uint64_t random = mix(lane, s->places[lane] + (s->noise << 32));

	return (random & 0x3fff) * s->noise;
}

/* The lanes that can go on now, and the first tick of any. */
static size_t list_choices(struct order_search *s, uint64_t *first_tick)
{
	size_t count = 0;

	*first_tick = UINT64_MAX;
	for (size_t i = 0; i < s->lane_count; i++) {
		uint32_t lane = s->lanes[i];
		uint64_t tick;

		if (!timeline_peek(s->t, lane))
			continue;
		tick = lane_cursor_tick(&s->t->lanes[lane].cursor);
		if (tick < *first_tick)
			*first_tick = tick;
	}
	for (size_t i = 0; i < s->lane_count; i++) {
		uint32_t lane = s->lanes[i];
		const struct lane_cursor *cursor = &s->t->lanes[lane].cursor;

		if (cursor->at == cursor->end ||
		    lane_cursor_tick(cursor) - *first_tick >
			    TIMELINE_SLACK_TICKS ||
		    !timeline_fits(s->t, lane))
			continue;
		s->choices[count].lane = lane;
		s->choices[count++].rank =
			rank_of(cursor) + noise(s, lane);
	}
	if (count > 1)
		qsort(s->choices, count, sizeof(*s->choices), compare_choices);
	return count;
}

static uint64_t state_after(const struct order_search *s, uint64_t state,
			    uint32_t lane)
{
	uint32_t place = s->places[lane];

	return state - mix(lane, place) + mix(lane, place + 1);
}

/* Goes on by the next way that was not tried; false if there is none. */
static bool step(struct order_search *s, size_t depth, size_t choices)
{
	struct frame *frame = &s->frames[depth];

	while (frame->tried < choices) {
		uint32_t lane = s->choices[frame->tried++].lane;
		uint64_t state = state_after(s, frame->state, lane);

		if (is_dead(s, state))
			continue;
		timeline_take(s->t, lane, false);
		s->places[lane]++;
		s->frames[depth + 1] = (struct frame){ .state = state };
		return true;
	}
	return false;
}

/* One step back; false if the search is back where it began. */
static bool step_back(struct order_search *s, size_t depth)
{
	const struct timeline_record *record = timeline_newest(s->t);

	if (depth == 0 || !record)
		return false;
	s->places[record->lane]--;
	timeline_undo(s->t);
	return true;
}

static bool search_from_here(struct order_search *s, uint64_t goal)
{
	size_t depth = 0;
	bool found = false;

	s->frames[0] = (struct frame){ .state = mix(0, ~s->searches) };
	for (uint32_t steps = 0; steps < STEPS_MAX && s->credit; steps++) {
		uint64_t first_tick;
		size_t choices = list_choices(s, &first_tick);

		s->credit--;
		found = first_tick > goal;
		if (found)
			break;
		if (depth + 1 < DEPTH_MAX && step(s, depth, choices)) {
			depth++;
			continue;
		}
		mark_dead(s, s->frames[depth].state);
		if (!step_back(s, depth))
			break;
		depth--;
	}
	while (!found && step_back(s, depth))
		depth--;
	for (size_t i = 0; i < s->lane_count; i++)
		s->places[s->lanes[i]] = 0;
	return found;
}

/* States are known by how far they are from where a search begins. */
static void begin_states(struct order_search *s)
{
	s->searches++;
	if (s->dead_count < DEAD_SLOTS / 2)
		return;
	memset(s->dead, 0, DEAD_SLOTS * sizeof(*s->dead));
	s->dead_count = 0;
}

bool order_search_run(struct order_search *s, const uint32_t *lanes,
		      size_t count, uint64_t tick)
{
	static const uint64_t ticks_back[] = { 3, 8, 16 };
	const size_t rewinds = sizeof(ticks_back) / sizeof(ticks_back[0]);
	bool found = false;

	s->lane_count = 0;
	for (size_t i = 0; i < count; i++)
		add_lane(s, lanes[i]);
	for (size_t i = 0; i < TRIES && !found; i++) {
		uint64_t back = ticks_back[i < rewinds ? i : rewinds - 1];

		if (i < rewinds) {
			rewind_to(s, tick > back ? tick - back : 0);
			begin_states(s);
		}
		s->noise = i < rewinds ? 0 : i - rewinds + 1;
		found = search_from_here(s, tick);
	}
	for (size_t i = 0; i < s->lane_count; i++)
		s->takes_part[s->lanes[i]] = false;
	return found;
}

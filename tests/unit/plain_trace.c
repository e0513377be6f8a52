/* SPDX-License-Identifier: MIT */
#include "tests/unit/plain_trace.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"

#define PLACES_MAX 64
#define ADDRESS 0x10000

/* What a thread does next, and what is where. */
struct maker {
	struct plain_trace *t;
	const struct plain_choice *choice;
	uint64_t seed, tick;
	uint32_t at[PLACES_MAX];      /* block, or PLAIN_NONE */
	uint32_t pending[PLAIN_LANES]; /* being reallocated, or PLAIN_NONE */
};

static uint32_t random_below(struct maker *m, uint32_t limit)
{
	return (uint32_t)(builder_random(&m->seed) % limit);
}

static uint32_t random_stack(struct maker *m)
{
	/* some are much more frequent than others */
	uint32_t most = 1 + random_below(m, PLAIN_STACKS);

	return 2 + random_below(m, most);
}

static struct event *put(struct maker *m, uint32_t lane, unsigned int kind)
{
	struct plain_trace *t = m->t;
	struct event *e = &t->events[t->count];

	m->tick += 100 + random_below(m, 50);
	t->event_lane[t->count++] = lane;
	*e = event_of(kind, m->tick, 0, 0);
	t->last_tick = m->tick;
	return e;
}

static void put_detail(struct maker *m, struct event *e)
{
	e->has_detail = random_below(m, 4) == 0;
	if (e->has_detail) {
		e->duration = 1 + random_below(m, 200);
		e->usable_bytes = e->size;
	}
}

static void be_born(struct maker *m, uint32_t lane, unsigned int kind,
		    uint32_t place, uint64_t size)
{
	struct plain_trace *t = m->t;
	struct plain_block *block = &t->blocks[t->block_count];
	struct event *e = put(m, lane, kind);

	e->address = ADDRESS + place * 1024;
	e->size = size;
	e->stack = random_stack(m);
	put_detail(m, e);
	*block = (struct plain_block){
		.address = e->address, .size = size, .tick = e->tick,
		.stack = e->stack, .lane = lane, .kind = (uint8_t)kind,
		.born = t->count - 1, .died = PLAIN_NEVER, .old = PLAIN_NONE,
	};
	m->at[place] = (uint32_t)t->block_count++;
}

static struct plain_block *die(struct maker *m, uint32_t lane, uint32_t place,
			       struct event *e, enum plain_end end)
{
	struct plain_block *block = &m->t->blocks[m->at[place]];

	block->died = m->t->count - 1;
	block->died_tick = e->tick;
	block->died_lane = lane;
	block->free_stack = e->stack;
	block->end = end;
	m->at[place] = PLAIN_NONE;
	return block;
}

static uint64_t random_size(struct maker *m)
{
	return random_below(m, 8) == 0 ? random_below(m, 300) :
					 40 + random_below(m, 40);
}

/* One that grows, as buffers do, or shrinks. */
static void end_realloc(struct maker *m, uint32_t lane, uint32_t place)
{
	const struct plain_block *old = &m->t->blocks[m->pending[lane]];
	uint64_t size = old->size + random_below(m, (uint32_t)old->size + 2);

	if (random_below(m, 5) == 0)
		size = old->size / 2;
	be_born(m, lane, EVENT_REALLOC_NEW, place, size);
	m->t->blocks[m->at[place]].old = m->pending[lane];
	m->pending[lane] = PLAIN_NONE;
}

static void fail_realloc(struct maker *m, uint32_t lane, uint32_t place)
{
	put(m, lane, EVENT_REALLOC_OLD)->address = ADDRESS + place * 1024;
	put(m, lane, EVENT_REALLOC_FAILED);
}

static void release(struct maker *m, uint32_t lane, uint32_t place)
{
	uint32_t what = random_below(m, 8);
	struct event *e;

	if (m->choice->sampled)
		what = 3;
	if (what == 0) {
		fail_realloc(m, lane, place);
		return;
	}
	e = put(m, lane, what < 3 ? EVENT_REALLOC_OLD : EVENT_FREE);
	e->address = ADDRESS + place * 1024;
	if (what < 3) {
		uint32_t block = m->at[place];

		die(m, lane, place, e, PLAIN_REALLOCATED);
		m->pending[lane] = block;
		return;
	}
	put_detail(m, e);
	if (random_below(m, 3) == 0)
		e->stack = 2 + random_below(m, PLAIN_STACKS);
	die(m, lane, place, e, PLAIN_FREED);
}

static void allocate(struct maker *m, uint32_t lane, uint32_t place)
{
	static const uint8_t kinds[] = { EVENT_MALLOC, EVENT_NEW,
					 EVENT_CALLOC };
	uint32_t before = m->at[place];

	be_born(m, lane, kinds[random_below(m, 3)], place, random_size(m));
	if (before == PLAIN_NONE)
		return;
	m->at[place] = before;
	die(m, lane, place, &m->t->events[m->t->count - 1], PLAIN_IMPLICIT);
	m->t->blocks[before].free_stack = 0;
	m->at[place] = (uint32_t)m->t->block_count - 1;
}

/* One call of a thread. Its realloc ends before it does anything else. */
static void act(struct maker *m)
{
	uint32_t lane = random_below(m, m->choice->lanes);
	uint32_t place = random_below(m, m->choice->places);
	bool live = m->at[place] != PLAIN_NONE;

	if (m->pending[lane] != PLAIN_NONE) {
		if (!live)
			end_realloc(m, lane, place);
		return;
	}
	if (live && random_below(m, 100) == 0)
		allocate(m, lane, place);
	else if (live)
		release(m, lane, place);
	else if (random_below(m, 200) == 0)
		put(m, lane, EVENT_FREE)->address = 0x900000; /* foreign */
	else if (!m->choice->one_by_one || random_below(m, 6) < 5)
		allocate(m, lane, place);
	if (m->choice->one_by_one && m->at[place] != PLAIN_NONE &&
	    random_below(m, 4) > 0)
		release(m, lane, place);
}

static void make_nodes(struct maker *m)
{
	for (uint32_t id = 2; id < PLAIN_END; id++)
		m->t->nodes[id] = (struct stack_node){
			.address = 0x1100 + id * 16,
			.module = 1,
			/* two trees */
			.parent = id < 4 ? STACK_ROOT :
					   2 + random_below(m, id - 2),
		};
}

struct plain_trace *plain_trace_new(uint64_t seed,
				    const struct plain_choice *choice)
{
	struct plain_trace *t = xcalloc(1, sizeof(*t));
	struct maker m = { .t = t, .choice = choice, .seed = seed,
			   .tick = 1000 };

	assert_true(choice->events + 8 < PLAIN_EVENTS_MAX);
	assert_true(choice->places <= PLACES_MAX);
	memset(m.at, 0xff, sizeof(m.at));
	memset(m.pending, 0xff, sizeof(m.pending));
	t->lanes = choice->lanes;
	t->sampled = choice->sampled;
	make_nodes(&m);
	/* every thread has events; in the order of their numbers */
	for (uint32_t lane = 0; lane < t->lanes; lane++)
		put(&m, lane, EVENT_FREE)->address = 0x900000;
	while (t->count < choice->events)
		act(&m);
	return t;
}

struct recording *plain_trace_open(const struct plain_trace *t,
				   struct dump_builder *b)
{
	struct event *events = xcalloc(t->count, sizeof(*events));

	dump_builder_init(b);
	dump_builder_meta(b, t->sampled ? MODE_SAMPLED : MODE_EXACT,
			  PLAIN_SAMPLE_BYTES);
	dump_builder_module(b, 1, "/nowhere/program");
	dump_builder_stacks(b, 2, t->nodes + 2, PLAIN_STACKS);
	for (uint32_t lane = 0; lane < t->lanes; lane++) {
		unsigned int count = 0;

		for (size_t i = 0; i < t->count; i++)
			if (t->event_lane[i] == lane)
				events[count++] = t->events[i];
		dump_builder_events(b, lane + 1, events, count);
	}
	free(events);
	dump_builder_end(b, END_EXIT);
	return dump_builder_open(b);
}

bool plain_lives(const struct plain_block *block, size_t at)
{
	return block->born <= at && block->died > at;
}

bool plain_is_under(const struct plain_trace *t, uint32_t stack, uint32_t node)
{
	while (stack >= STACK_FIRST && stack != node)
		stack = t->nodes[stack].parent;
	return stack == node;
}

uint32_t plain_distance(const struct plain_trace *t,
			const struct plain_block *block)
{
	uint32_t count = 0;

	for (size_t i = 0; i < t->block_count; i++)
		count += t->blocks[i].lane == block->lane &&
			 t->blocks[i].born > block->born &&
			 t->blocks[i].born < block->died;
	return count;
}

double plain_weight(const struct plain_trace *t,
		    const struct plain_block *block)
{
	double size = block->size > 0 ? (double)block->size : 1;

	return t->sampled ? 1 / -expm1(-size / PLAIN_SAMPLE_BYTES) : 1;
}

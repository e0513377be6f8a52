/* SPDX-License-Identifier: MIT */
#include "analyzer/advice/shared_lines.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/memory.h"

/* Looked at, at once: more cost time, and tell little more. */
#define LINES_MAX (4u << 10)
#define SLOTS (2 * LINES_MAX)	 /* a power of two */
#define RESIDENTS 8		 /* blocks in a line; more are not looked at */
#define SHIFT_MAX 40

/* A block in a line. */
struct resident {
	uint64_t address;
	uint32_t row;  /* of the census */
	uint32_t lane : 31;
	uint32_t met : 1;
};

struct line {
	uint64_t number; /* address / LINE_BYTES; 0: a free slot */
	uint64_t tick;	 /* up to which its time is counted */
	uint32_t count;
	struct resident residents[RESIDENTS];
};

struct shared_lines {
	const struct signal_pass *pass;
	struct shared_sums *sums; /* by candidate */
	struct line *slots;	  /* open addressing by line */
	size_t line_count;
	unsigned int shift;	  /* one line in 2^shift is looked at */
	double weight;		  /* of each: 2^shift */
	uint64_t *ended;	  /* by lane: its thread's last tick */
};

static uint64_t hash_of(uint64_t number)
{
	number *= UINT64_C(0x9e3779b97f4a7c15);
	number ^= number >> 29;
	return number * UINT64_C(0xbf58476d1ce4e5b9);
}

/* By the hash's top bits; slots take lower ones. */
static bool is_looked_at(const struct shared_lines *lines, uint64_t number)
{
	return lines->shift == 0 || hash_of(number) >> (64 - lines->shift) == 0;
}

static size_t home_of(uint64_t number)
{
	return (size_t)(hash_of(number) & (SLOTS - 1));
}

static struct line *find(struct shared_lines *lines, uint64_t number)
{
	size_t slot = home_of(number);

	while (lines->slots[slot].number &&
	       lines->slots[slot].number != number)
		slot = (slot + 1) & (SLOTS - 1);
	return &lines->slots[slot];
}

/* Later ones of its run move up, so that searches find them. */
static void remove_line(struct shared_lines *lines, struct line *line)
{
	size_t hole = (size_t)(line - lines->slots), at = hole;

	lines->line_count--;
	for (;;) {
		size_t home;

		at = (at + 1) & (SLOTS - 1);
		if (!lines->slots[at].number)
			break;
		home = home_of(lines->slots[at].number);
		if (((at - home) & (SLOTS - 1)) < ((at - hole) & (SLOTS - 1)))
			continue;
		lines->slots[hole] = lines->slots[at];
		hole = at;
	}
	lines->slots[hole].number = 0;
}

static struct shared_sums *sums_of(struct shared_lines *lines, uint32_t row)
{
	uint32_t candidate = lines->pass->candidate_of[row];

	return candidate == SIGNALS_NONE ? NULL : &lines->sums[candidate];
}

static void add_partner(struct shared_sums *sums, uint32_t site, double ticks)
{
	struct shared_partner *least = &sums->partners[0];

	for (int i = 0; i < LINE_PARTNERS; i++) {
		struct shared_partner *p = &sums->partners[i];

		if (p->ticks > 0 && p->site == site) {
			p->ticks += ticks;
			return;
		}
		if (p->ticks < least->ticks)
			least = p;
	}
	if (least->ticks <= 0) {
		*least = (struct shared_partner){ site, ticks };
		return;
	}
	ticks = fmin(ticks, least->ticks);
	for (int i = 0; i < LINE_PARTNERS; i++)
		sums->partners[i].ticks -= ticks;
}

/* How long a resident was there with a block of another thread, both threads
 * alive; *partner: one of those that were longest. */
static double together(const struct shared_lines *lines,
		       const struct line *line, uint32_t of, uint64_t tick,
		       uint32_t *partner)
{
	const struct resident *own = &line->residents[of];
	double most = 0;

	for (uint32_t i = 0; i < line->count; i++) {
		const struct resident *other = &line->residents[i];
		uint64_t end = tick;

		if (other->lane == own->lane)
			continue;
		if (end > lines->ended[own->lane])
			end = lines->ended[own->lane];
		if (end > lines->ended[other->lane])
			end = lines->ended[other->lane];
		if (end <= line->tick || (double)(end - line->tick) <= most)
			continue;
		most = (double)(end - line->tick);
		*partner = lines->pass->fold->site_of_row[other->row];
	}
	return most;
}

/* Counts the time since the last change. */
static void settle(struct shared_lines *lines, struct line *line, uint64_t tick)
{
	double weight = lines->weight;

	if (tick <= line->tick) /* threads' clocks may step back */
		return;
	for (uint32_t i = 0; i < line->count; i++) {
		struct resident *r = &line->residents[i];
		struct shared_sums *sums = sums_of(lines, r->row);
		uint32_t partner = SIGNALS_NONE;
		double shared;

		if (!sums)
			continue;
		sums->ticks += weight * (double)(tick - line->tick);
		if (line->count == 1)
			break;
		shared = together(lines, line, i, tick, &partner);
		if (shared <= 0)
			continue;
		sums->together += weight * shared;
		sums->met += r->met ? 0 : weight;
		r->met = 1;
		add_partner(sums, partner, weight * shared);
	}
	line->tick = tick;
}

static void settle_all(struct shared_lines *lines, uint64_t tick)
{
	for (size_t i = 0; i < SLOTS; i++)
		if (lines->slots[i].number)
			settle(lines, &lines->slots[i], tick);
}

/* Half of the lines stay. A removal may move a line into the slot of another,
 * hence the slot is looked at again. */
static void thin_out(struct shared_lines *lines, uint64_t tick)
{
	settle_all(lines, tick);
	lines->shift++;
	lines->weight *= 2;
	for (size_t i = 0; i < SLOTS;) {
		struct line *line = &lines->slots[i];

		if (line->number && !is_looked_at(lines, line->number))
			remove_line(lines, line);
		else
			i++;
	}
}

static void enter(struct shared_lines *lines, uint64_t number,
		  const struct signal_step *s)
{
	const struct live_block *block = s->step->block;
	uint64_t tick = s->step->tick;
	struct shared_sums *sums;
	struct line *line;

	while (lines->line_count >= LINES_MAX && lines->shift < SHIFT_MAX)
		thin_out(lines, tick);
	if (!is_looked_at(lines, number) || lines->line_count >= LINES_MAX)
		return;
	line = find(lines, number);
	if (!line->number) {
		line->number = number;
		line->tick = tick;
		line->count = 0; /* what is behind is stale */
		lines->line_count++;
	}
	settle(lines, line, tick);
	if (line->count == RESIDENTS)
		return;
	line->residents[line->count++] = (struct resident){
		.address = block->address,
		.row = s->row,
		.lane = block->lane,
	};
	sums = sums_of(lines, s->row);
	if (sums)
		sums->ends += lines->weight;
}

static void leave(struct shared_lines *lines, uint64_t number,
		  const struct signal_step *s)
{
	struct line *line;

	if (!is_looked_at(lines, number))
		return;
	line = find(lines, number);
	if (!line->number)
		return;
	settle(lines, line, s->step->tick);
	for (uint32_t i = 0; i < line->count; i++) {
		if (line->residents[i].address != s->step->block->address)
			continue;
		line->residents[i] = line->residents[--line->count];
		break;
	}
	if (line->count == 0)
		remove_line(lines, line);
}

typedef void line_step(struct shared_lines *lines, uint64_t number,
		       const struct signal_step *s);

/* Its first and its last line, unless it has all of them to itself. */
static void each_line(struct shared_lines *lines, const struct signal_step *s,
		      line_step *step)
{
	const struct live_block *block = s->step->block;
	uint64_t size = block->size > 0 ? block->size : 1;
	uint64_t first = block->address / LINE_BYTES;
	uint64_t end = block->address + size;
	uint64_t last = (end - 1) / LINE_BYTES;

	if (end < block->address) /* no such block; nor is line 0 one */
		return;
	if (first > 0)
		step(lines, first, s);
	if (last > first)
		step(lines, last, s);
}

static void allocated(void *context, const struct signal_step *s)
{
	each_line(context, s, enter);
}

static void released(void *context, const struct signal_step *s)
{
	each_line(context, s, leave);
}

struct signal_part shared_lines_part(struct shared_lines *lines)
{
	return (struct signal_part){ lines, allocated, released, allocated };
}

static uint64_t end_of(const struct model *model, uint32_t serial)
{
	const struct model_thread *thread = model_thread(model, serial);

	return thread && thread->ended_tick ? thread->ended_tick : UINT64_MAX;
}

struct shared_lines *shared_lines_new(const struct signal_pass *pass)
{
	const struct recording *recording = pass->recording;
	struct shared_lines *lines;

	if (recording->lane_count < 2)
		return NULL;
	lines = xcalloc(1, sizeof(*lines));
	lines->pass = pass;
	lines->weight = 1;
	lines->sums = xcalloc(pass->count + 1, sizeof(*lines->sums));
	lines->slots = xcalloc(SLOTS, sizeof(*lines->slots));
	lines->ended = xcalloc(recording->lane_count, sizeof(*lines->ended));
	for (size_t i = 0; i < recording->lane_count; i++)
		lines->ended[i] = end_of(&recording->model,
					 recording->lanes[i].serial);
	return lines;
}

void shared_lines_free(struct shared_lines *lines)
{
	if (!lines)
		return;
	free(lines->sums);
	free(lines->slots);
	free(lines->ended);
	free(lines);
}

void shared_lines_finish(struct shared_lines *lines)
{
	if (lines)
		settle_all(lines, lines->pass->census->last_tick);
}

struct shared_sums shared_lines_sums(const struct shared_lines *lines,
				     size_t candidate)
{
	return lines ? lines->sums[candidate] : (struct shared_sums){ 0 };
}

uint32_t shared_partner(const struct shared_sums *sums)
{
	const struct shared_partner *most = &sums->partners[0];

	for (int i = 1; i < LINE_PARTNERS; i++)
		if (sums->partners[i].ticks > most->ticks)
			most = &sums->partners[i];
	return most->ticks > 0 ? most->site : SIGNALS_NONE;
}

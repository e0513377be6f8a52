/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/match.h"
#include "analyzer/diff/match_group.h"
#include "analyzer/diff/similar.h"
#include "analyzer/memory.h"

#include <stdlib.h>
#include <string.h>

/* Below it, too little is common. */
#define SIMILARITY_LEAST 0.4

enum step {
	STEP_KEYS,   /* rows that have one */
	STEP_WIDE,   /* their wider one */
	STEP_STACKS, /* the pool's own numbers */
	STEP_CODE,
	STEP_LINES, /* the same lines, at other numbers of addresses */
	STEP_PLACES,
	STEP_FUNCTIONS,
	STEP_OWN,
	STEP_COMMON,  /* functions that both sides know */
	STEP_FIGURES, /* equal figures, one stack a part of the other */
	STEPS,
};

static const enum call_detail step_details[STEPS] = {
	[STEP_CODE] = CALLS_CODE,	   [STEP_LINES] = CALLS_PLACES,
	[STEP_PLACES] = CALLS_PLACES,	   [STEP_FUNCTIONS] = CALLS_FUNCTIONS,
	[STEP_OWN] = CALLS_OWN,		   [STEP_COMMON] = CALLS_OWN,
	[STEP_FIGURES] = CALLS_OWN,
};

/* A row that is not in a pair yet, with what stands for it in this step. */
struct candidate {
	uint64_t hash;
	uint32_t row;
	uint8_t side;
};

struct matching {
	struct matches *matches;
	const struct call_source *source;
	const struct match_side *sides;
	struct call_set sets[MATCH_SIDES];
	enum step step;
	struct candidate *candidates;
	size_t count;
	struct match_member *members; /* scratch, of one group */
	size_t member_capacity;
	struct call_sequence *sequences; /* scratch, two */
};

static const struct match_row *row_of(const struct matching *m, int side,
				      uint32_t row)
{
	return &m->sides[side].rows[row];
}

static uint32_t add_pair(struct matches *matches, enum match_kind kind)
{
	GROW(matches->pairs, matches->capacity, matches->count);
	matches->pairs[matches->count] =
		(struct match_pair){ .kind = kind, .similarity = 1 };
	return (uint32_t)matches->count++;
}

static void take_rows(struct matching *m, uint32_t pair, int side,
		      const struct match_member *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		m->matches->pair_of[side][rows[i].row] = pair;
	m->matches->pairs[pair].counts[side] += (uint32_t)count;
}

static double similarity(void *context, uint32_t old, uint32_t new)
{
	struct matching *m = context;
	bool common = m->step == STEP_COMMON;

	call_sequence_read(&m->sequences[0], m->source,
			   row_of(m, MATCH_SIDE_OLD, old)->stack, CALLS_OWN);
	call_sequence_read(&m->sequences[1], m->source,
			   row_of(m, MATCH_SIDE_NEW, new)->stack, CALLS_OWN);
	return similar_score(&m->sequences[0], &m->sequences[1],
			     common ? &m->sets[MATCH_SIDE_OLD] : NULL,
			     common ? &m->sets[MATCH_SIDE_NEW] : NULL);
}

static bool is_similar(void *context, uint32_t old, uint32_t new)
{
	return similarity(context, old, new) >= SIMILARITY_LEAST;
}

static bool same_lines(const struct matching *m, uint32_t old, uint32_t new)
{
	return call_sequence_lines(m->source,
				   row_of(m, MATCH_SIDE_OLD, old)->stack,
				   false) ==
	       call_sequence_lines(m->source,
				   row_of(m, MATCH_SIDE_NEW, new)->stack,
				   false);
}

static enum match_kind kind_of(const struct matching *m, uint32_t old,
			       uint32_t new)
{
	switch (m->step) {
	case STEP_STACKS:
	case STEP_CODE:
		return MATCH_SAME;
	case STEP_KEYS:
	case STEP_LINES:
	case STEP_PLACES:
		return same_lines(m, old, new) ? MATCH_SAME : MATCH_MOVED;
	case STEP_WIDE:
	case STEP_FUNCTIONS:
	case STEP_OWN:
		return MATCH_FUNCTIONS;
	default:
		return MATCH_SIMILAR;
	}
}

static void on_found(void *context, const struct match_group *group,
		     const struct match_member *old, size_t old_count,
		     const struct match_member *new, size_t new_count)
{
	struct matching *m = context;
	enum match_kind kind = kind_of(m, old->row, new->row);
	uint32_t pair = add_pair(m->matches, kind);

	(void)group;
	if (kind == MATCH_SIMILAR)
		m->matches->pairs[pair].similarity =
			similarity(m, old->row, new->row);
	take_rows(m, pair, MATCH_SIDE_OLD, old, old_count);
	take_rows(m, pair, MATCH_SIDE_NEW, new, new_count);
}

/* Of the outermost call and the figures; 0 where inlined calls would show. */
static uint64_t figures_hash(struct call_sequence *s,
			     const struct match_row *row)
{
	if (s->count == 0 || s->lined)
		return 0;
	s->calls[0] = s->calls[s->count - 1];
	memcpy(&s->calls[1], &row->calls, sizeof(s->calls[1]));
	memcpy(&s->calls[2], &row->bytes, sizeof(s->calls[2]));
	s->count = 3;
	return call_sequence_hash(s);
}

/* With figures a wide name is that of the row which has the same ones. */
static uint64_t wide_hash(const struct matching *m, int side,
			  const struct match_row *row)
{
	struct call_sequence *s = &m->sequences[0];

	if (!row->wide || !row->wide_figures)
		return row->wide;
	if (m->sides[side].sampled)
		return 0;
	s->calls[0] = row->wide;
	memcpy(&s->calls[1], &row->calls, sizeof(s->calls[1]));
	memcpy(&s->calls[2], &row->bytes, sizeof(s->calls[2]));
	s->count = 3;
	s->cut = false;
	return call_sequence_hash(s);
}

/* Of the place with its lines; 0 where these are not known. */
static uint64_t lines_hash(const struct matching *m, struct call_sequence *s,
			   uint32_t stack)
{
	uint64_t lines = call_sequence_lines(m->source, stack, true);

	if (!s->lined || s->count == CALL_SEQUENCE_MAX)
		return 0;
	s->calls[s->count++] = lines;
	return call_sequence_hash(s);
}

/* Zero: nothing stands for it. */
static uint64_t hash_in_step(struct matching *m, int side, uint32_t row)
{
	const struct match_row *r = row_of(m, side, row);
	struct call_sequence *s = &m->sequences[0];

	if (m->step == STEP_KEYS)
		return r->key;
	if (m->step == STEP_WIDE)
		return wide_hash(m, side, r);
	if (r->key)
		return 0;
	if (m->step == STEP_STACKS)
		return r->stack + 1ull;
	if (m->step == STEP_CODE && r->code)
		return 0; /* match_codes() had them */
	call_sequence_read(s, m->source, r->stack, step_details[m->step]);
	if (m->step == STEP_LINES)
		return lines_hash(m, s, r->stack);
	if (m->step == STEP_COMMON)
		similar_common(s, &m->sets[!side]);
	if (m->step != STEP_FIGURES)
		return call_sequence_hash(s);
	return m->sides[side].sampled ? 0 : figures_hash(s, r);
}

static void collect_side(struct matching *m, int side)
{
	for (uint32_t i = 0; i < m->sides[side].count; i++) {
		uint64_t hash;

		if (m->matches->pair_of[side][i] != MATCH_NO_PAIR ||
		    row_of(m, side, i)->settled)
			continue;
		hash = hash_in_step(m, side, i);
		if (hash)
			m->candidates[m->count++] = (struct candidate){
				hash, i, (uint8_t)side
			};
	}
}

/* Most first. */
static int by_amount(const struct match_row *a, const struct match_row *b)
{
	if (a->calls != b->calls)
		return a->calls > b->calls ? -1 : 1;
	if (a->bytes != b->bytes)
		return a->bytes > b->bytes ? -1 : 1;
	return 0;
}

static int by_hash(const void *left, const void *right, void *context)
{
	const struct candidate *a = left, *b = right;
	const struct matching *m = context;
	int order;

	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	if (a->side != b->side)
		return a->side - b->side;
	order = call_sequence_order(m->source->pool,
				    row_of(m, a->side, a->row)->stack,
				    row_of(m, b->side, b->row)->stack);
	if (order)
		return order;
	order = by_amount(row_of(m, a->side, a->row),
			  row_of(m, b->side, b->row));
	if (order)
		return order;
	return a->row < b->row ? -1 : a->row > b->row;
}

static void fill_members(struct matching *m, size_t first, size_t end)
{
	while (m->member_capacity < end - first)
		m->members = xgrow(m->members, &m->member_capacity,
				   m->member_capacity, sizeof(*m->members));
	for (size_t i = first; i < end; i++) {
		const struct candidate *c = &m->candidates[i];
		const struct match_row *row = row_of(m, c->side, c->row);

		m->members[i - first] = (struct match_member){
			.row = c->row,
			.lines = call_sequence_lines(m->source, row->stack,
						     true),
			.calls = row->calls,
			.bytes = row->bytes,
		};
	}
}

/* Candidates [first, end) have one hash: those of the old side come first. */
static void match_equals(struct matching *m, size_t first, size_t end)
{
	struct match_group group = {
		.sampled = m->sides[MATCH_SIDE_OLD].sampled ||
			   m->sides[MATCH_SIDE_NEW].sampled,
		.sum = m->step < STEP_COMMON,
		.may = m->step < STEP_COMMON ? NULL : is_similar,
		.found = on_found,
		.context = m,
	};
	size_t middle = first;

	while (middle < end && m->candidates[middle].side == MATCH_SIDE_OLD)
		middle++;
	if (middle == first || middle == end)
		return;
	/* As many on both sides: what they are told apart by may say more. */
	if (m->step == STEP_LINES && middle - first == end - middle)
		return;
	fill_members(m, first, end);
	group.old = m->members;
	group.old_count = middle - first;
	group.new = &m->members[middle - first];
	group.new_count = end - middle;
	if (m->step <= STEP_LINES)
		on_found(m, &group, group.old, group.old_count, group.new,
			 group.new_count);
	else
		match_group_align(&group);
}

static void run_step(struct matching *m)
{
	size_t first = 0, i;

	m->count = 0;
	for (int side = 0; side < MATCH_SIDES; side++)
		collect_side(m, side);
	qsort_r(m->candidates, m->count, sizeof(*m->candidates), by_hash, m);
	for (i = 1; i <= m->count; i++) {
		if (i < m->count &&
		    m->candidates[i].hash == m->candidates[first].hash)
			continue;
		match_equals(m, first, i);
		first = i;
	}
}

static void collect_call(struct matching *m, int side, uint32_t frame)
{
	uint64_t call = call_sequence_own(m->source, frame);

	if (!call)
		return;
	call_set_add(&m->sets[side], call);
	if (m->source->pool->frames[frame].flags & POOL_FRAME_SHARED)
		call_set_add(&m->sets[!side], call);
}

/* The calls of all rows of a side that have names, those with a pair too. Code
 * that did not change is known on both sides: what it calls, it calls now as
 * it did, and inlines nothing more. */
static void collect_calls(struct matching *m, int side)
{
	const struct frame_pool *pool = m->source->pool;
	uint8_t *seen = xcalloc(pool->stack_count, 1);

	for (uint32_t i = 0; i < m->sides[side].count; i++) {
		uint32_t stack = row_of(m, side, i)->stack;

		while (stack >= POOL_STACK_FIRST && !seen[stack]) {
			seen[stack] = 1;
			collect_call(m, side, pool->stacks[stack].frame);
			stack = pool->stacks[stack].callers;
		}
	}
	free(seen);
}

static void leave_rest(struct matching *m, int side, enum match_kind kind)
{
	for (uint32_t i = 0; i < m->sides[side].count; i++) {
		const struct match_member row = { .row = i };

		if (m->matches->pair_of[side][i] == MATCH_NO_PAIR)
			take_rows(m, add_pair(m->matches, kind), side, &row, 1);
	}
}

static size_t count_left(const struct matching *m, int side)
{
	size_t count = 0;

	for (uint32_t i = 0; i < m->sides[side].count; i++)
		count += m->matches->pair_of[side][i] == MATCH_NO_PAIR &&
			 !row_of(m, side, i)->settled;
	return count;
}

static void run_steps(struct matching *m, size_t most)
{
	m->candidates = xcalloc(most, sizeof(*m->candidates));
	m->sequences = xcalloc(2, sizeof(*m->sequences));
	for (m->step = STEP_KEYS; m->step < STEPS; m->step++) {
		if (m->step == STEP_COMMON)
			for (int side = 0; side < MATCH_SIDES; side++)
				collect_calls(m, side);
		run_step(m);
	}
	for (int side = 0; side < MATCH_SIDES; side++)
		call_set_release(&m->sets[side]);
	free(m->candidates);
	free(m->members);
	free(m->sequences);
}

void match_sides(struct matches *matches, const struct call_source *source,
		 const struct match_side sides[MATCH_SIDES])
{
	struct matching m = {
		.matches = matches, .source = source, .sides = sides
	};
	size_t old = count_left(&m, MATCH_SIDE_OLD);
	size_t new = count_left(&m, MATCH_SIDE_NEW);

	if (old > 0 && new > 0)
		run_steps(&m, old + new);
	leave_rest(&m, MATCH_SIDE_NEW, MATCH_NEW);
	leave_rest(&m, MATCH_SIDE_OLD, MATCH_GONE);
}

void matches_release(struct matches *matches)
{
	for (int side = 0; side < MATCH_SIDES; side++)
		free(matches->pair_of[side]);
	free(matches->pairs);
	*matches = (struct matches){ 0 };
}

const char *match_kind_name(enum match_kind kind)
{
	static const char *const names[] = {
		[MATCH_SAME] = "same",	       [MATCH_MOVED] = "moved",
		[MATCH_FUNCTIONS] = "functions", [MATCH_SIMILAR] = "similar",
		[MATCH_NEW] = "new",	       [MATCH_GONE] = "gone",
	};

	return names[kind];
}

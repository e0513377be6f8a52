/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/comparison_rows.h"
#include "analyzer/diff/row_key.h"
#include "analyzer/memory.h"

#include <stdlib.h>

/* A row of a run, on its way into one of its side. */
struct member {
	struct comparison_part part;
	uint32_t stack, key, wide;
	uint32_t side_row; /* index among its side's */
};

/* One side: its members in the order of runs, and what they come to. */
struct side_rows {
	struct member *members;
	size_t member_count;
	struct match_row *rows;
	size_t row_count;
	bool sampled;
};

struct making {
	struct comparison *comparison;
	struct frame_keys keys;
	struct side_rows sides[COMPARISON_SIDES];
};

static int by_calls(const void *left, const void *right, void *members)
{
	const struct member *all = members;
	const struct member *a = &all[*(const uint32_t *)left];
	const struct member *b = &all[*(const uint32_t *)right];

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	if (!a->key && a->stack != b->stack)
		return a->stack < b->stack ? -1 : 1;
	return a < b ? -1 : a > b;
}

static bool same_calls(const struct member *a, const struct member *b)
{
	return a->key == b->key && (a->key || a->stack == b->stack);
}

static void add_run(struct making *m, struct side_rows *side, uint32_t run)
{
	struct comparison *c = m->comparison;
	const struct snapshot *snapshot = c->runs[run].snapshot;

	side->sampled |= snapshot->sampled;
	for (uint32_t i = 0; i < snapshot->row_count; i++) {
		struct member *member = &side->members[side->member_count++];
		const struct snapshot_row *row = &snapshot->rows[i];

		member->part = (struct comparison_part){ run, i };
		member->stack = row->stack;
		member->key = row_key(&m->keys, &c->pool, row, c->by,
				      &member->wide);
	}
}

/* The figures of the first run in which it is, to tell rows apart. */
static void add_side_row(const struct comparison *c, struct side_rows *side,
			 const struct member *member)
{
	const struct snapshot *snapshot =
		c->runs[member->part.run].snapshot;

	side->rows[side->row_count++] = (struct match_row){
		.stack = member->stack,
		.key = member->key,
		.wide = member->wide,
		.wide_figures = c->by == REPORT_BY_FUNCTION,
		.calls = snapshot_value(snapshot, member->part.row,
					FIGURE_ALLOCATIONS),
		.bytes = snapshot_value(snapshot, member->part.row,
					FIGURE_BYTES_ALLOCATED),
	};
}

static void fold_side(const struct comparison *c, struct side_rows *side)
{
	uint32_t *order = xcalloc(side->member_count, sizeof(*order));
	struct member *last = NULL;

	for (uint32_t i = 0; i < side->member_count; i++)
		order[i] = i;
	qsort_r(order, side->member_count, sizeof(*order), by_calls,
		side->members);
	for (size_t i = 0; i < side->member_count; i++) {
		struct member *member = &side->members[order[i]];

		if (!last || !same_calls(last, member))
			add_side_row(c, side, member);
		member->side_row = (uint32_t)(side->row_count - 1);
		last = member;
	}
	free(order);
}

static void make_side(struct making *m, enum comparison_side which)
{
	struct comparison *c = m->comparison;
	struct side_rows *side = &m->sides[which];
	size_t count = 0;

	for (size_t i = 0; i < c->run_count; i++)
		if (c->runs[i].side == which)
			count += c->runs[i].snapshot->row_count;
	side->members = xcalloc(count, sizeof(*side->members));
	side->rows = xcalloc(count, sizeof(*side->rows));
	for (uint32_t i = 0; i < c->run_count; i++)
		if (c->runs[i].side == which)
			add_run(m, side, i);
	fold_side(c, side);
}

static void make_rows(struct comparison *c, const struct matches *matches)
{
	c->row_count = matches->count;
	c->rows = xcalloc(c->row_count, sizeof(*c->rows));
	for (size_t i = 0; i < c->row_count; i++) {
		c->rows[i].kind = matches->pairs[i].kind;
		c->rows[i].similarity = matches->pairs[i].similarity;
	}
}

static struct comparison_row *row_of(const struct comparison *c,
				     const struct matches *matches, int side,
				     const struct member *member)
{
	return &c->rows[matches->pair_of[side][member->side_row]];
}

static void count_parts(struct comparison *c, const struct making *m,
			const struct matches *matches)
{
	for (int side = 0; side < COMPARISON_SIDES; side++) {
		const struct side_rows *rows = &m->sides[side];

		for (size_t i = 0; i < rows->member_count; i++)
			row_of(c, matches, side,
			       &rows->members[i])->part_count++;
		c->part_count += rows->member_count;
	}
	c->parts = xcalloc(c->part_count, sizeof(*c->parts));
	for (size_t i = 0, first = 0; i < c->row_count; i++) {
		c->rows[i].first_part = first;
		first += c->rows[i].part_count;
		c->rows[i].part_count = 0;
	}
}

/* Parts come in the order of runs: the last one names the row. */
static void add_part(struct comparison *c, struct comparison_row *row,
		     const struct member *member)
{
	const struct snapshot *snapshot = c->runs[member->part.run].snapshot;
	const struct snapshot_row *from = &snapshot->rows[member->part.row];
	struct comparison_part *parts = &c->parts[row->first_part];

	if (row->part_count > 0 &&
	    parts[row->part_count - 1].run == member->part.run)
		row->merged = true;
	parts[row->part_count++] = member->part;
	row->id = from->id;
	row->stack = from->stack;
	row->name = from->name;
}

static void fill_parts(struct comparison *c, const struct making *m,
		       const struct matches *matches)
{
	count_parts(c, m, matches);
	for (int side = 0; side < COMPARISON_SIDES; side++) {
		const struct side_rows *rows = &m->sides[side];

		for (size_t i = 0; i < rows->member_count; i++)
			add_part(c, row_of(c, matches, side,
					   &rows->members[i]),
				 &rows->members[i]);
	}
}

void comparison_rows_make(struct comparison *c)
{
	struct making m = { .comparison = c };
	struct match_side sides[MATCH_SIDES];
	struct call_source source = { &c->pool, &m.keys };
	struct matches matches;

	frame_keys_init(&m.keys, &c->pool);
	for (int side = 0; side < COMPARISON_SIDES; side++) {
		struct side_rows *rows = &m.sides[side];

		make_side(&m, (enum comparison_side)side);
		sides[side] = (struct match_side){ rows->rows, rows->row_count,
						   rows->sampled };
	}
	match_sides(&matches, &source, sides);
	make_rows(c, &matches);
	fill_parts(c, &m, &matches);
	matches_release(&matches);
	for (int side = 0; side < COMPARISON_SIDES; side++) {
		free(m.sides[side].members);
		free(m.sides[side].rows);
	}
	frame_keys_release(&m.keys);
}

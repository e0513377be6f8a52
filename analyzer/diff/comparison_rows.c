/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/comparison_rows.h"
#include "analyzer/diff/comparison_names.h"
#include "analyzer/diff/row_key.h"
#include "analyzer/memory.h"

#include <stdlib.h>

/* A row of a run, on its way into one of its side. */
struct member {
	struct comparison_part part;
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

static const struct snapshot_row *row_at(const struct comparison *c,
					 const struct comparison_part *part)
{
	return &c->runs[part->run].snapshot->rows[part->row];
}

static bool has_trait(const struct comparison *c, uint32_t code, uint8_t trait)
{
	return c->codes.stack_traits[code] & trait;
}

/* The figures of the first run in which it is, to tell rows apart. */
static struct match_row match_row_of(struct making *m,
				     const struct comparison_part *part)
{
	struct comparison *c = m->comparison;
	const struct snapshot *snapshot = c->runs[part->run].snapshot;
	const struct snapshot_row *row = row_at(c, part);
	struct match_row match = {
		.stack = row->stack,
		.code = row->code,
		.calls = snapshot_value(snapshot, part->row,
					FIGURE_ALLOCATIONS),
		.bytes = snapshot_value(snapshot, part->row,
					FIGURE_BYTES_ALLOCATED),
	};

	match.settled = row->code && has_trait(c, row->code, CODE_SHARED);
	if (row->code && !has_trait(c, row->code, CODE_KNOWN)) {
		match.stack = naming_stack(&c->naming, row->code);
		match.code = CODE_STACK_NONE;
	}
	if (c->by != REPORT_BY_SITE)
		match.key = row_key(&m->keys, &c->pool, snapshot, part->row,
				    &match.wide);
	return match;
}

/* Equal ones are one row of a side; 0: its code tells. */
static uint64_t fold_key(const struct match_row *row)
{
	if (row->code)
		return 0;
	return row->key ? 1ull << 32 | row->key : 2ull << 32 | row->stack;
}

struct folded {
	uint64_t key;
	uint32_t member;
};

static int by_key(const void *left, const void *right)
{
	const struct folded *a = left, *b = right;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return a->member < b->member ? -1 : a->member > b->member;
}

static void add_side_row(struct side_rows *side, const struct match_row *row)
{
	side->rows[side->row_count++] = *row;
}

/* `rows` are of the members, one each. */
static void fold_keys(struct side_rows *side, const struct match_row *rows)
{
	struct folded *order = xcalloc(side->member_count, sizeof(*order));
	size_t count = 0;

	for (uint32_t i = 0; i < side->member_count; i++)
		if (fold_key(&rows[i]))
			order[count++] =
				(struct folded){ fold_key(&rows[i]), i };
	if (count > 0)
		qsort(order, count, sizeof(*order), by_key);
	for (size_t i = 0; i < count; i++) {
		if (i == 0 || order[i].key != order[i - 1].key)
			add_side_row(side, &rows[order[i].member]);
		side->members[order[i].member].side_row =
			(uint32_t)(side->row_count - 1);
	}
	free(order);
}

static void fold_codes(struct side_rows *side, const struct match_row *rows,
		       size_t codes)
{
	uint32_t *known = xcalloc(codes, sizeof(*known)); /* and 1 */

	for (size_t i = 0; i < side->member_count; i++) {
		uint32_t *row = &known[rows[i].code];

		if (!rows[i].code)
			continue;
		if (!*row) {
			add_side_row(side, &rows[i]);
			*row = (uint32_t)side->row_count;
		}
		side->members[i].side_row = *row - 1;
	}
	free(known);
}

static void make_side(struct making *m, enum comparison_side which)
{
	struct comparison *c = m->comparison;
	struct side_rows *side = &m->sides[which];
	struct match_row *rows;
	size_t count = 0;

	for (size_t i = 0; i < c->run_count; i++)
		if (c->runs[i].side == which)
			count += c->runs[i].snapshot->row_count;
	side->members = xcalloc(count, sizeof(*side->members));
	rows = xcalloc(count, sizeof(*rows));
	for (uint32_t run = 0; run < c->run_count; run++) {
		const struct snapshot *snapshot = c->runs[run].snapshot;

		if (c->runs[run].side != which)
			continue;
		side->sampled |= snapshot->sampled;
		for (uint32_t i = 0; i < snapshot->row_count; i++) {
			struct comparison_part part = { run, i };

			rows[side->member_count] = match_row_of(m, &part);
			side->members[side->member_count++].part = part;
		}
	}
	side->rows = xcalloc(side->member_count, sizeof(*side->rows));
	fold_codes(side, rows, c->codes.stack_count);
	fold_keys(side, rows);
	free(rows);
}

/* Rows of modules without a build ID are known by their names alone. */
static void name_unknown(struct comparison *c)
{
	struct comparison_choice choice = { 0 };

	for (uint32_t run = 0; run < c->run_count; run++) {
		const struct snapshot *snapshot = c->runs[run].snapshot;

		for (uint32_t i = 0; i < snapshot->row_count; i++) {
			const struct comparison_part part = { run, i };
			uint32_t code = snapshot->rows[i].code;

			if (code && !has_trait(c, code, CODE_KNOWN))
				comparison_choose(&choice, &part);
		}
	}
	comparison_name_parts(c, &choice);
	free(choice.parts);
}

static bool is_open(const struct making *m, const struct matches *matches,
		    int side, size_t row)
{
	return matches->pair_of[side][row] == MATCH_NO_PAIR &&
	       !m->sides[side].rows[row].settled;
}

static bool has_open(const struct making *m, const struct matches *matches,
		     int side)
{
	for (size_t i = 0; i < m->sides[side].row_count; i++)
		if (is_open(m, matches, side, i))
			return true;
	return false;
}

/* Those that are left on both sides. */
static void name_open(struct making *m, const struct matches *matches)
{
	struct comparison *c = m->comparison;
	struct comparison_choice choice = { 0 };

	for (int side = 0; side < COMPARISON_SIDES; side++)
		for (size_t i = 0; i < m->sides[side].member_count; i++) {
			const struct member *member =
				&m->sides[side].members[i];

			if (is_open(m, matches, side, member->side_row) &&
			    row_at(c, &member->part)->code)
				comparison_choose(&choice, &member->part);
		}
	comparison_name_parts(c, &choice);
	free(choice.parts);
	for (int side = 0; side < COMPARISON_SIDES; side++)
		for (size_t i = 0; i < m->sides[side].row_count; i++) {
			struct match_row *row = &m->sides[side].rows[i];

			if (row->code)
				row->stack = naming_stack(&c->naming,
							  row->code);
		}
}

/* By code as far as that goes, then by names. */
static void match(struct making *m, struct matches *matches)
{
	struct comparison *c = m->comparison;
	const struct call_source source = { &c->pool, &m->keys };
	struct match_side sides[MATCH_SIDES];

	for (int side = 0; side < COMPARISON_SIDES; side++)
		sides[side] = (struct match_side){
			m->sides[side].rows, m->sides[side].row_count,
			m->sides[side].sampled,
		};
	match_codes(matches, sides);
	if (c->by == REPORT_BY_SITE) {
		if (has_open(m, matches, COMPARISON_OLD) &&
		    has_open(m, matches, COMPARISON_NEW))
			name_open(m, matches);
		frame_keys_init(&m->keys, &c->pool);
	}
	match_sides(matches, &source, sides);
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
	row->code = from->code;
	row->stack = from->code ? naming_stack(&c->naming, from->code) :
				  from->stack;
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

static bool is_unchanged(const struct comparison *c,
			 const struct comparison_row *row)
{
	const struct comparison_part *parts = &c->parts[row->first_part];
	const uint32_t figures = row_at(c, parts)->figures;

	if (row->part_count != c->run_count || row->merged || c->sampled ||
	    c->options.scaling != COMPARISON_UNSCALED)
		return false;
	for (size_t i = 1; i < row->part_count; i++)
		if (row_at(c, &parts[i])->figures != figures)
			return false;
	return true;
}

void comparison_rows_make(struct comparison *c)
{
	struct making m = { .comparison = c };
	struct matches matches;

	name_unknown(c);
	if (c->by != REPORT_BY_SITE)
		frame_keys_init(&m.keys, &c->pool);
	for (int side = 0; side < COMPARISON_SIDES; side++)
		make_side(&m, (enum comparison_side)side);
	match(&m, &matches);
	make_rows(c, &matches);
	fill_parts(c, &m, &matches);
	for (size_t i = 0; i < c->row_count; i++)
		c->rows[i].unchanged = is_unchanged(c, &c->rows[i]);
	matches_release(&matches);
	for (int side = 0; side < COMPARISON_SIDES; side++) {
		free(m.sides[side].members);
		free(m.sides[side].rows);
	}
	frame_keys_release(&m.keys);
}

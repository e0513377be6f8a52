/* SPDX-License-Identifier: MIT */
/*
 * Which rows of two sides are the same place in a program, though it was built
 * again in between. From the surest evidence to the weakest, each step with
 * the rows that the ones before have left:
 *   SAME       the same calls: same code, or same function, file and line
 *   MOVED      the same but for line numbers or offsets
 *   FUNCTIONS  the same functions; files, modules and what the language's
 *	        library calls inside itself may differ
 *   SIMILAR    but for functions that stand between others on one side only,
 *	        as after another choice of what to inline
 * Rows of one step that cannot be told apart are paired by equal figures, then
 * in the order of their lines; where their number differs and figures do not
 * tell either, they are taken together, as one. What allocates through another
 * function than before is not similar: it is gone, and new. Deterministic; time
 * and memory grow with the calls of all rows.
 */
#ifndef ANALYZER_DIFF_MATCH_H
#define ANALYZER_DIFF_MATCH_H

#include "analyzer/diff/call_sequence.h"

enum match_kind {
	MATCH_SAME,
	MATCH_MOVED,
	MATCH_FUNCTIONS,
	MATCH_SIMILAR,
	MATCH_NEW,  /* on the new side only */
	MATCH_GONE, /* on the old side only */
};

/* One row of a side. */
struct match_row {
	uint32_t stack; /* of the pool; empty: it has no names */
	uint32_t code;	/* not 0: rows with equal ones are the same */
	bool settled;	/* whatever has not its code is another row */
	/* Not 0: rows are the same if this is, whatever their stacks; of those
	 * left, if `wide` is. */
	uint32_t key, wide;
	bool wide_figures; /* that is only if figures are equal, too */
	/* To tell rows apart: calls and bytes. */
	double calls, bytes;
};

struct match_side {
	const struct match_row *rows;
	size_t count;
	/* Its figures are estimates: equal ones mean nothing. */
	bool sampled;
};

struct match_pair {
	enum match_kind kind;
	double similarity; /* of SIMILAR ones, 0 to 1; else 1 */
	uint32_t counts[2]; /* of rows of each side that it takes together */
};

enum { MATCH_SIDE_OLD, MATCH_SIDE_NEW, MATCH_SIDES };

#define MATCH_NO_PAIR UINT32_MAX

struct matches {
	struct match_pair *pairs;
	size_t count, capacity;
	uint32_t *pair_of[MATCH_SIDES]; /* of each row of a side */
};

/*
 * First, before any row needs names: those with equal codes, of which a side
 * has one each. The others, but for those that are settled, must have theirs in
 * match_sides(). Then every row is in one pair.
 */
void match_codes(struct matches *matches,
		 const struct match_side sides[MATCH_SIDES]);
void match_sides(struct matches *matches, const struct call_source *source,
		 const struct match_side sides[MATCH_SIDES]);
void matches_release(struct matches *matches);

/* "same", "moved", "functions", "similar", "new", "gone" */
const char *match_kind_name(enum match_kind kind);

#endif

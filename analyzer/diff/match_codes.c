/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/match.h"
#include "analyzer/memory.h"

#include <stdlib.h>

static void add_pair(struct matches *matches, uint32_t old, uint32_t new)
{
	GROW(matches->pairs, matches->capacity, matches->count);
	matches->pairs[matches->count] = (struct match_pair){
		.kind = MATCH_SAME, .similarity = 1, .counts = { 1, 1 },
	};
	matches->pair_of[MATCH_SIDE_OLD][old] = (uint32_t)matches->count;
	matches->pair_of[MATCH_SIDE_NEW][new] = (uint32_t)matches->count++;
}

static void init_sides(struct matches *matches,
		       const struct match_side sides[MATCH_SIDES])
{
	*matches = (struct matches){ 0 };
	for (int side = 0; side < MATCH_SIDES; side++) {
		size_t count = sides[side].count;

		matches->pair_of[side] =
			xcalloc(count, sizeof(*matches->pair_of[side]));
		for (size_t i = 0; i < count; i++)
			matches->pair_of[side][i] = MATCH_NO_PAIR;
	}
}

static uint32_t largest_code(const struct match_side *side)
{
	uint32_t most = 0;

	for (size_t i = 0; i < side->count; i++)
		if (side->rows[i].code > most)
			most = side->rows[i].code;
	return most;
}

void match_codes(struct matches *matches,
		 const struct match_side sides[MATCH_SIDES])
{
	const struct match_side *old = &sides[MATCH_SIDE_OLD];
	const struct match_side *new = &sides[MATCH_SIDE_NEW];
	uint32_t most = largest_code(old);
	uint32_t *rows = xcalloc((size_t)most + 1, sizeof(*rows)); /* less 1 */

	init_sides(matches, sides);
	for (uint32_t i = 0; i < old->count; i++)
		rows[old->rows[i].code] = i + 1;
	rows[0] = 0;
	for (uint32_t i = 0; i < new->count; i++) {
		uint32_t code = new->rows[i].code;

		if (code <= most && rows[code])
			add_pair(matches, rows[code] - 1, i);
	}
	free(rows);
}

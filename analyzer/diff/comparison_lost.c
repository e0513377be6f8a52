/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/comparison_lost.h"
#include "analyzer/memory.h"
#include "analyzer/symbolize.h"

#include <stdlib.h>

static bool is_lost(const struct comparison *c, const struct pool_frame *frame)
{
	for (size_t i = 0; i < c->run_count; i++)
		if (lost_names_has(&c->runs[i].snapshot->lost, frame))
			return true;
	return false;
}

bool comparison_lost_name(const struct comparison *c,
			  const struct comparison_row *row)
{
	const struct pool_frame *frames[CALL_SEQUENCE_MAX];
	size_t count = frame_pool_read(&c->pool, row->stack, frames,
				       CALL_SEQUENCE_MAX, NULL);

	for (size_t i = 0; i < count; i++)
		if (is_lost(c, frames[i]))
			return true;
	return false;
}

size_t comparison_lost_rows(const struct comparison *c, enum match_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < c->row_count; i++)
		count += c->rows[i].kind == kind &&
			 comparison_lost_name(c, &c->rows[i]);
	return count;
}

/* The first of the side's runs that lacks any. */
static const struct lost_names *lost_of(const struct comparison *c,
					enum comparison_side side)
{
	for (size_t i = 0; i < c->run_count; i++)
		if (c->runs[i].side == side &&
		    c->runs[i].snapshot->lost.count > 0)
			return &c->runs[i].snapshot->lost;
	return NULL;
}

char *comparison_lost_text(const struct comparison *c,
			   enum comparison_side side)
{
	const struct lost_names *lost = lost_of(c, side);
	char *others, *text;

	if (!lost)
		return NULL;
	others = lost->count > 1 ? xasprintf(" (and %zu more)",
					     lost->count - 1) :
				   xasprintf("%s", "");
	text = xasprintf("%s%s %s", symbol_basename(
				c->pool.texts[lost->most.module]), others,
			 lost->most.gone ? "is not there any more" :
						 "was built again since");
	free(others);
	return text;
}

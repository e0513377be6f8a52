/* SPDX-License-Identifier: MIT */
/*
 * Which advice appeared or went away between two recordings. A finding is the
 * same if its remedy is, at the same site: by id, which survives moved lines,
 * else by the function, of those left in the order of their worth.
 */
#ifndef ANALYZER_DIFF_ADVICE_CHANGE_H
#define ANALYZER_DIFF_ADVICE_CHANGE_H

#include "analyzer/diff/advice_list.h"

/* One that is worth it on one side only. */
struct advice_change {
	const struct advice_item *item;
	const struct advice_item *other; /* on the other side, where it is not
					    worth it; NULL: not there */
};

struct advice_changes {
	struct advice_change *new, *gone;
	size_t new_count, gone_count;
	/* Of a sample many remedies cannot be told: lists of unlike modes are
	 * not compared. */
	bool unlike;
	bool sampled;
};

/* The lists must outlive it. */
void advice_changes_init(struct advice_changes *changes,
			 const struct frame_pool *pool,
			 const struct advice_list *old,
			 const struct advice_list *new);
void advice_changes_release(struct advice_changes *changes);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * What advise finds in one recording, reduced to what can be compared with
 * another: where, which remedy, what it saves. Also what is not worth it, so
 * that what became worth it can be told from what was not there. Made while
 * the recording is open; its texts are the pool's.
 */
#ifndef ANALYZER_DIFF_ADVICE_LIST_H
#define ANALYZER_DIFF_ADVICE_LIST_H

#include "analyzer/advice/advice.h"
#include "analyzer/diff/frame_pool.h"

struct advice_item {
	char id[SITE_ID_BYTES]; /* as advise shows it */
	const struct detector *detector;
	uint32_t frame; /* of the pool: the call that allocates */
	bool worth;
	unsigned int tags; /* enum finding_tag */
	struct estimate saved_calls, saved_bytes;
	struct span_ns saved; /* CPU time; high is 0: not measured */
};

struct advice_list {
	struct advice_item *items; /* those worth it first, best first */
	size_t count;
	bool sampled;
};

/* Release it with advice_list_release(). */
void advice_list_init(struct advice_list *list, const struct advice *advice,
		      struct frame_pool *pool);
void advice_list_release(struct advice_list *list);

#endif

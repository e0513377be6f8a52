/* SPDX-License-Identifier: MIT */
/*
 * What events that are missing mean for a change. A dump that is damaged, or
 * lost events while it was made, has fewer calls and bytes than there were. All
 * else may be off either way: without its free a block seems to live on.
 */
#ifndef ANALYZER_DIFF_COMPARISON_DOUBT_H
#define ANALYZER_DIFF_COMPARISON_DOUBT_H

#include "analyzer/diff/comparison.h"

struct comparison_doubt {
	bool too_low, too_high;	   /* what it may be; neither: it is right */
	const struct snapshot *run; /* one that events are missing of */
};

/* Of how a metric changed; `new_alone`: of what it is on the new side. */
struct comparison_doubt comparison_doubt(const struct comparison *comparison,
					 enum comparison_metric metric,
					 bool new_alone);
/* Fresh: "a.hwd is damaged", "a.hwd lost 12 events". */
char *comparison_doubt_text(const struct comparison_doubt *doubt);

#endif

/* SPDX-License-Identifier: MIT */
#include "analyzer/diff/comparison_doubt.h"

#include "analyzer/memory.h"
#include "analyzer/text.h"

/* The first of the side's runs that events are missing of. */
static const struct snapshot *incomplete_run(const struct comparison *c,
					     enum comparison_side side)
{
	for (size_t i = 0; i < c->run_count; i++) {
		const struct snapshot *s = c->runs[i].snapshot;

		if (c->runs[i].side == side &&
		    (s->damaged || s->lost_events > 0))
			return s;
	}
	return NULL;
}

/* Does each event that is missing make it smaller, and none larger? */
static bool only_grows(enum comparison_metric metric)
{
	return metric == METRIC_CALLS || metric == METRIC_BYTES;
}

struct comparison_doubt comparison_doubt(const struct comparison *c,
					 enum comparison_metric metric,
					 bool new_alone)
{
	const bool measured = c->options.scaling == COMPARISON_BY_RUNTIME ||
			      c->options.scaling == COMPARISON_BY_ALLOCATIONS;
	const bool both = !only_grows(metric) || measured;
	const struct snapshot *new = incomplete_run(c, COMPARISON_NEW);
	const struct snapshot *old = NULL;

	if (!new_alone || measured)
		old = incomplete_run(c, COMPARISON_OLD);
	return (struct comparison_doubt){
		.too_low = new || (old && both),
		.too_high = old || (new && both),
		.run = new ? new : old,
	};
}

char *comparison_doubt_text(const struct comparison_doubt *doubt)
{
	const struct snapshot *s = doubt->run;
	char count[TEXT_NUMBER_BYTES];

	if (s->damaged)
		return xasprintf("%s is damaged", s->path);
	return xasprintf("%s lost %s event%s", s->path,
			 text_count(count, s->lost_events),
			 s->lost_events == 1 ? "" : "s");
}

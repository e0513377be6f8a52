/* SPDX-License-Identifier: MIT */
/* Blocks that another thread frees: hand them back in batches. */
#include "analyzer/advice/amount.h"
#include "analyzer/advice/detectors.h"

#include <math.h>
#include <stdio.h>

#define BATCH 64 /* blocks handed back at once */

/* What a pool for each thread would serve, of all calls; below 0: it was not
 * simulated. Blocks go to the pool of the thread that frees them. */
static double own_pool_hits(const struct judgement *j)
{
	size_t candidate = (size_t)(j->signals - j->advice->pass.candidates);
	struct pool_result r = { 0 };

	if (!j->advice->sampled)
		r = pools_result(&j->advice->pools, candidate);
	return r.there ? r.hits / r.calls : -1;
}

static void say(struct judgement *j, double share, double hits)
{
	const struct signals *s = j->signals;
	struct finding *f = &j->finding;
	char pool[64] = "would fill where nothing is allocated";

	if (hits >= 0)
		snprintf(pool, sizeof(pool), "would serve %s of the calls here",
			 amount_percent(hits).text);
	finding_say(f, FINDING_SEEN, "%s of %s frees are by another thread than "
		    "the one that allocated%s; a pool for each thread %s",
		    amount_percent(share).text,
		    amount_count(advice_site_sum(s->site)->frees).text,
		    s->lane_count > 1 ? " (several do)" : "", pool);
	finding_say(f, FINDING_DO, "return blocks to their owner in batches: a "
		    "queue for each thread that allocates, filled %d at a time "
		    "by those that free, emptied when its own list runs out",
		    BATCH);
	finding_say(f, FINDING_PRICE, "%s wait in the queues",
		    amount_bytes(f->price_bytes).text);
	finding_say(f, FINDING_CHECK, "that the consumer is done with a block "
		    "when it hands it back");
}

/* A block that comes back saves an allocation and a free, less a place in a
 * list; as many as are live at once have to be made all the same. */
static void fill(struct judgement *j, double share)
{
	const struct signals *s = j->signals;
	const struct expense *e = &j->advice->expense;
	struct finding *f = &j->finding;
	struct span_ns pair = expense_pair(e, &s->calls);
	struct signal_size size = signals_dominant(s);

	f->saved_calls = fmin(advice_site_sum(s->site)->far_frees,
			      fmax(0, f->allocations - s->live_max) * share);
	f->saved = expense_saved(f->saved_calls, pair, e->pool_ns);
	f->price_bytes = BATCH * (double)size.usable * fmax(1, s->lane_count);
	f->remedy.bytes = size.usable;
	f->remedy.capacity = BATCH;
}

static void judge(struct judgement *j)
{
	const struct signals *s = j->signals;
	const struct census_row *sum = advice_site_sum(s->site);
	double share = sum->frees > 0 ? sum->far_frees / sum->frees : 0;
	double effective = judge_effective(j);
	double hits;

	if (!judge_share(j, "freed by another thread", share * effective,
			 effective, THRESHOLD_HANDOFF_SHARE))
		return;
	hits = own_pool_hits(j);
	if (!judge_at_most(j, "hits of a pool for each thread", hits,
			   THRESHOLD_HANDOFF_POOL) ||
	    !judge_that(j, !(j->finding.tags & FINDING_STARTUP),
			"only for a while: queues pay while they run"))
		return;
	fill(j, share);
	say(j, share, hits);
	judge_fire(j);
}

const struct detector detector_handoff = {
	.id = "handoff",
	.remedy = "hand blocks back in batches",
	.verify = "record again: the calls of this site fall to what "
		  "is in flight; compare time and lock contention with "
		  "'perf stat -r 10'",
	.rank = DETECTOR_FIRST,
	.sampled = true,
	.judge = judge,
};

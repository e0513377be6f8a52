/* SPDX-License-Identifier: MIT */
/* Blocks that come and go: a free list of their own, or one a size. */
#include "analyzer/advice/amount.h"
#include "analyzer/advice/detectors.h"
#include "analyzer/whole.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define NS_PER_S 1e9
#define REALLOCS_MOST 0.05 /* of the calls */

static size_t candidate_of(const struct judgement *j)
{
	return (size_t)(j->signals - j->advice->pass.candidates);
}

static const struct pool_trial *trial_of(const struct judgement *j)
{
	return &j->advice->pools.trials[candidate_of(j)];
}

/* Calls a second, over the time from its first to its last. */
static double rate_of(const struct judgement *j)
{
	const struct census_row *sum = advice_site_sum(j->signals->site);
	double ticks = (double)(sum->last_tick - sum->first_tick);
	double ns = ticks * j->advice->recording->model.ns_per_tick;

	return ns > 0 ? sum->calls / ns * NS_PER_S : INFINITY;
}

static bool comes_and_goes(struct judgement *j)
{
	const struct signals *s = j->signals;
	const struct census_row *sum = advice_site_sum(s->site);
	double effective = judge_effective(j);

	return judge_that(j, (double)sum->reallocs + s->reallocated <=
				  REALLOCS_MOST * sum->calls,
			  "they are reallocated: a pool would have to copy") &&
	       judge_at_least(j, "calls / most live at once",
			      sum->calls / s->live_max,
			      THRESHOLD_POOL_TURNOVER) &&
	       judge_share(j, "blocks that are freed",
			   sum->frees / sum->calls * effective, effective,
			   THRESHOLD_POOL_FREED) &&
	       judge_at_least(j, "calls a second while active", rate_of(j),
			      THRESHOLD_POOL_RATE);
}

/* What the allocator's own cache does: the share that it serves. */
static double incumbent_of(const struct judgement *j)
{
	if (!j->advice->incumbent)
		return 0;
	return j->signals->incumbent_hits /
	       advice_site_sum(j->signals->site)->calls;
}

static void say_sizes(char *text, size_t bytes, const struct remedy *r)
{
	size_t used = 0;

	*text = '\0';
	for (uint32_t i = 0; i < r->size_count && used < bytes; i++)
		used += (size_t)snprintf(text + used, bytes - used, "%s%llu",
					 i == 0 ? "" :
					 i + 1 == r->size_count ? " and " :
								  ", ",
					 (unsigned long long)r->sizes[i]);
}

static void say_seen(struct judgement *j, const struct pool_result *r)
{
	const struct signals *s = j->signals;
	struct finding *f = &j->finding;
	char cache[96] = "";

	if (j->advice->incumbent)
		snprintf(cache, sizeof(cache),
			 "; the allocator's own cache serves %s",
			 amount_percent(incumbent_of(j)).text);
	finding_say(f, FINDING_SEEN, "%s allocations, at most %s live at once; "
		    "a pool of %s%s serves %s%s",
		    amount_count(f->allocations).text,
		    amount_count(s->live_max).text,
		    amount_count((double)r->cap).text,
		    s->lane_count > 1 ? " a thread" : "",
		    amount_percent(r->hits / r->calls).text, cache);
}

static void say_do(struct judgement *j, const struct pool_result *r)
{
	struct finding *f = &j->finding;
	const char *threads = j->signals->lane_count > 1 ?
				      ", one for each thread" : "";
	char sizes[128];

	if (f->tags & FINDING_INITIALISED) {
		finding_say(f, FINDING_DO, "nothing for speed: %s; a free "
			    "list is worth it only to keep objects initialised",
			    f->unworthy);
	} else if (f->remedy.size_count > 1) {
		say_sizes(sizes, sizeof(sizes), &f->remedy);
		finding_say(f, FINDING_DO, "%u free lists, of blocks of %s "
			    "bytes%s; keep at most %s of each and %s in all%s",
			    f->remedy.size_count, sizes, threads,
			    amount_count((double)r->cap).text,
			    amount_bytes(f->price_bytes).text,
			    f->remedy.shrinks ? "; drop those that have grown "
						"large when they come back" :
						"");
	} else {
		finding_say(f, FINDING_DO, "a free list of blocks of %s bytes%s: "
			    "take one, put it back; keep at most %s (begin with "
			    "%s)", amount_count((double)f->remedy.bytes).text,
			    threads, amount_count((double)r->cap).text,
			    amount_count((double)f->remedy.prewarm).text);
	}
	finding_say(f, FINDING_PRICE, "%s idle at most",
		    amount_bytes(f->price_bytes).text);
	finding_say(f, FINDING_CHECK, "that objects are reset when they are "
		    "taken again, and none is used after it was put back");
}

static void fill(struct judgement *j, const struct pool_result *r)
{
	const struct signals *s = j->signals;
	const struct pool_trial *trial = trial_of(j);
	const struct expense *e = &j->advice->expense;
	struct span_ns pair = expense_pair(e, &s->calls);
	struct finding *f = &j->finding;

	f->saved_calls = f->allocations * r->hits / r->calls;
	f->saved = expense_saved(f->saved_calls, pair, e->pool_ns);
	f->price_bytes = r->idle_bytes + r->waste_bytes;
	f->remedy.bytes = trial->plan.sizes[trial->plan.count - 1];
	f->remedy.capacity = r->cap;
	f->remedy.prewarm = whole_of(fmin((double)r->cap, s->live_max));
	f->remedy.size_count = (uint32_t)trial->plan.count;
	memcpy(f->remedy.sizes, trial->plan.sizes, sizeof(f->remedy.sizes));
}

/* Is there nothing to gain over what the allocator does? Why; or NULL. */
static const char *no_gain(struct judgement *j, const struct pool_result *r)
{
	double incumbent = incumbent_of(j);
	struct span_ns pair = expense_pair(&j->advice->expense,
					   &j->signals->calls);
	double gain = fmax(0, r->hits / r->calls - incumbent) * pair.high;

	if (incumbent >= judge_threshold(j, THRESHOLD_POOL_INCUMBENT) &&
	    gain < judge_threshold(j, THRESHOLD_POOL_GAIN))
		return "the allocator pools these blocks already";
	if (signals_dominant(j->signals).usable <
	    judge_threshold(j, THRESHOLD_POOL_BYTES))
		return "the allocator is fast with blocks this small";
	return NULL;
}

static bool simulate(struct judgement *j, struct pool_result *r)
{
	*r = pools_result(&j->advice->pools, candidate_of(j));
	return judge_that(j, r->there, "too few blocks to choose pool sizes") &&
	       judge_at_least(j, "simulated hits of the pool",
			      r->hits / r->calls, THRESHOLD_POOL_HIT);
}

static void finish(struct judgement *j, const struct pool_result *r)
{
	fill(j, r);
	j->finding.unworthy = no_gain(j, r);
	if (j->finding.unworthy)
		j->finding.tags |= FINDING_INITIALISED;
	say_seen(j, r);
	say_do(j, r);
	judge_fire(j);
}

/* A sample tells what is live (Little's law), not the order of events. */
static void judge_model(struct judgement *j)
{
	const struct signals *s = j->signals;
	struct finding *f = &j->finding;
	struct span_ns pair = expense_pair(&j->advice->expense, &s->calls);
	double hits = 1 - s->live_max / f->allocations;
	struct signal_size size = signals_dominant(s);

	if (!judge_that(j, advice_site_sum(s->site)->far_frees <
				judge_threshold(j, THRESHOLD_HANDOFF_SHARE) *
					advice_site_sum(s->site)->frees,
			"freed mostly by other threads") ||
	    !judge_at_least(j, "hits that any pool can have", hits,
			    THRESHOLD_POOL_HIT))
		return;
	f->tags |= FINDING_MODEL;
	if ((double)size.usable < judge_threshold(j, THRESHOLD_POOL_BYTES))
		f->tags |= FINDING_INITIALISED;
	f->saved_calls = f->allocations * hits;
	f->saved = (struct span_ns){ 0, f->saved_calls * pair.high };
	f->price_bytes = s->live_max * (double)size.usable;
	f->remedy.bytes = size.usable;
	f->remedy.capacity = whole_of(s->live_max);
	finding_say(f, FINDING_SEEN, "about %s allocations, about %s live at "
		    "once (of %s samples)", amount_count(f->allocations).text,
		    amount_count(s->live_max).text,
		    amount_count((double)advice_site_sum(s->site)->samples)
			    .text);
	finding_say(f, FINDING_DO, "perhaps a free list: a pool as large as "
		    "what is live at once misses no more than that; record "
		    "every event to see what it serves");
	finding_say(f, FINDING_PRICE, "about %s idle at most",
		    amount_bytes(f->price_bytes).text);
	finding_say(f, FINDING_CHECK, "what the allocator's own cache serves: a "
		    "sample does not tell");
	judge_fire(j);
}

static void judge_pool(struct judgement *j)
{
	struct signal_size size = signals_dominant(j->signals);
	struct pool_result r;

	if (!judge_at_least(j, "calls of one usable size",
			    size.calls / j->finding.allocations,
			    THRESHOLD_POOL_SIZE_SHARE) ||
	    !comes_and_goes(j))
		return;
	if (j->advice->sampled) {
		judge_model(j);
		return;
	}
	if (simulate(j, &r))
		finish(j, &r);
}

static void judge_sized_pool(struct judgement *j)
{
	const struct spread *sizes = &j->signals->sizes;
	double p50 = fmax(1, spread_quantile(sizes, 0.5));
	struct signal_size size = signals_dominant(j->signals);
	struct pool_result r;

	if (!judge_that(j, size.calls / j->finding.allocations <
			judge_threshold(j, THRESHOLD_POOL_SIZE_SHARE),
			"nearly all are of one size") ||
	    !comes_and_goes(j) || !simulate(j, &r))
		return;
	j->finding.remedy.shrinks =
		spread_quantile(sizes, 0.99) / p50 >
		judge_threshold(j, THRESHOLD_POOL_POLLUTION);
	finish(j, &r);
}

const struct detector detector_pool = {
	.id = "pool",
	.remedy = "a free list of these objects",
	.verify = "record again: the calls of this site fall to what "
		  "the pool begins with; compare the time with 'perf "
		  "stat -r 10', since the allocator's cache is fast, "
		  "too",
	.rank = DETECTOR_FIRST,
	.sampled = true,
	.judge = judge_pool,
};

const struct detector detector_sized_pool = {
	.id = "sized-pool",
	.remedy = "free lists of a few sizes",
	.verify = "as for a pool: record again, and compare time and "
		  "peak RSS with 'perf stat -r 10' and 'heapwise "
		  "report'",
	.rank = DETECTOR_FIRST,
	.judge = judge_sized_pool,
};

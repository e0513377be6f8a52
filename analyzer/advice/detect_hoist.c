/* SPDX-License-Identifier: MIT */
/* One buffer that is allocated and freed again and again: keep it. */
#include "analyzer/advice/amount.h"
#include "analyzer/advice/detectors.h"
#include "analyzer/whole.h"

static void say(struct judgement *j)
{
	const struct signals *s = j->signals;
	struct finding *f = &j->finding;
	double p50 = spread_quantile(&s->sizes, 0.5);
	double p99 = spread_quantile(&s->sizes, 0.99);

	finding_say(f, FINDING_SEEN, "%s allocations, one at a time%s: each is "
		    "freed before the next, %s of them in runs of %s or more; "
		    "%s%s%s",
		    amount_count(f->allocations).text,
		    s->lane_count > 1 ? " in each thread" : "",
		    amount_percent(s->in_runs / f->allocations).text,
		    amount_count(judge_threshold(j, THRESHOLD_HOIST_RUN)).text,
		    amount_bytes(p50).text,
		    p99 > p50 ? " in the middle, P99 " : "",
		    p99 > p50 ? amount_bytes(p99).text : "");
	finding_say(f, FINDING_DO, "allocate once%s, before the loop, and use "
		    "it again in each round (a vector or string: declare it "
		    "outside, clear() it inside)%s",
		    s->lane_count > 1 ? " a thread" : "",
		    f->remedy.shrinks ? "; give it back when it has grown far "
					"beyond what is needed" : "");
	finding_say(f, FINDING_PRICE, "%s held between uses",
		    amount_bytes(f->price_bytes).text);
	finding_say(f, FINDING_CHECK, "that no call keeps the old contents or "
		    "the pointer, and none needs it zeroed");
}

static void judge(struct judgement *j)
{
	const struct signals *s = j->signals;
	struct finding *f = &j->finding;
	double p50 = spread_quantile(&s->sizes, 0.5);
	double p99 = spread_quantile(&s->sizes, 0.99);
	struct span_ns pair = expense_pair(&j->advice->expense, &s->calls);

	if (!judge_that(j, s->lane_max == 1, "more than one live in a thread") ||
	    !judge_share(j, "calls in runs, one at a time", s->in_runs,
			 f->allocations, THRESHOLD_HOIST_SHARE))
		return;
	f->saved_calls = s->in_runs - s->lane_count;
	f->saved = (struct span_ns){ f->saved_calls * pair.low,
				     f->saved_calls * pair.high };
	f->price_bytes = p99 * s->lane_count;
	f->remedy.bytes = whole_of(p99);
	f->remedy.shrinks =
		p99 > judge_threshold(j, THRESHOLD_HOIST_POLLUTION) *
			      (p50 > 1 ? p50 : 1);
	say(j);
	judge_fire(j);
}

const struct detector detector_hoist = {
	.id = "hoist",
	.remedy = "keep one buffer across iterations",
	.verify = "record again: this site has as many calls as "
		  "threads, and the program's output is the same",
	.rank = DETECTOR_FIRST,
	.judge = judge,
};
